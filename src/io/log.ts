/**
 * Lines for the engineer: one an entry, on standard output. Under journald each begins with its
 * priority (`<6>`, sd-daemon(3)) and journald adds the time; elsewhere with time and level. A journal
 * that takes fields gets those too, and then no line.
 */
import { fstatSync } from 'node:fs';
import type { Clock, Log, LogFields, LogLevel } from '../ports.ts';
import type { Journal } from './journal.ts';

const priorities = { debug: 7, info: 6, warn: 4, error: 3 } as const satisfies Record<
  LogLevel,
  number
>;
const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

interface LogOptions {
  /** Least level that is written. */
  readonly level: LogLevel;
  /** Lines go to journald, which keeps time and level itself. */
  readonly journald: boolean;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Takes entries with their fields; those that it refuses are written as lines. */
  readonly journal?: Journal | undefined;
  /** Takes one line, with its newline. */
  readonly write: (line: string) => void;
}

/** A log that writes `text key=value …`, values quoted where they need it. */
export function createLog({ level, journald, journal, clock, write }: LogOptions): Log {
  const least = levels.indexOf(level);
  const entry =
    (at: LogLevel) =>
    (text: string, fields: LogFields = {}) => {
      if (levels.indexOf(at) < least) return;
      const message = `${oneLine(text)}${writeFields(fields)}`;
      if (journal?.(priorities[at], message, harmless(fields))) return;
      const head = journald
        ? `<${priorities[at]}>`
        : `${new Date(clock.wallMs()).toISOString()} ${at.toUpperCase().padEnd(5)} `;
      write(`${head}${message}\n`);
    };
  return { debug: entry('debug'), info: entry('info'), warn: entry('warn'), error: entry('error') };
}

/**
 * Whether a descriptor is journald's socket: JOURNAL_STREAM names its device and inode
 * (systemd.exec(5)), and is inherited by programs whose output goes elsewhere.
 */
export function isJournald(env: NodeJS.ProcessEnv, fd: number): boolean {
  if (env.JOURNAL_STREAM === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd);
    return env.JOURNAL_STREAM === `${dev}:${ino}`;
  } catch {
    // The descriptor is closed: nobody reads it, the journal least of all.
    return false;
  }
}

function writeFields(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => ` ${key}=${quoted(String(value))}`)
    .join('');
}

/** The fields without line breaks and control characters. */
function harmless(fields: LogFields): LogFields {
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? oneLine(value) : value]),
  );
}

function quoted(value: string): string {
  return /^[\w.:/+-]+$/.test(value) ? value : JSON.stringify(oneLine(value));
}

/** Names come from outside: no line break or control character of theirs may forge an entry. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
