/** The log of the process, by the best way out that there is here. */

import type { Clock, Log, LogLevel } from '../ports.ts';
import type { Journal } from './journal.ts';
import { LineWriter } from './line-writer.ts';
import { createLog, isJournald } from './log.ts';

/** The log, and a promise of its last words. */
export interface OpenLog {
  readonly log: Log;
  /** Resolves when every line taken so far is written, or nobody reads any more. */
  flushed(): Promise<void>;
  /** Lines that nobody read in time, since the start. */
  linesLost(): number;
}

/**
 * Opens the log: to journald with fields where standard output is journald's, else lines on
 * standard output.
 */
export async function openLog(
  level: LogLevel,
  clock: Clock,
  env: NodeJS.ProcessEnv,
): Promise<OpenLog> {
  const journald = isJournald(env, 1);
  const lines = new LineWriter(process.stdout, (count) =>
    log.warn('log lines were lost: nobody read them in time', { count }),
  );
  const log = createLog({
    level,
    journald,
    clock,
    journal: journald ? await tryJournal() : undefined,
    write: (line) => lines.write(line),
  });
  return { log, flushed: () => lines.flushed(), linesLost: () => lines.lost };
}

/** Its FFI may be missing for a processor; lines do without. */
async function tryJournal(): Promise<Journal | undefined> {
  try {
    const { openJournal } = await import('./journal.ts');
    return openJournal();
  } catch {
    return undefined;
  }
}
