/**
 * The configuration file: what a screwdriver can change. What an operator changes
 * at run time (open times, wiegand type) lives in the store: the file gives the first value.
 */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { crossCheck } from './config/check.ts';
import { readerOutputs, wiredInputs } from './config/inputs.ts';
import { configSchema } from './config/schema.ts';
import { type LockName, lockNames } from './door/model.ts';
import { ConfigError, type ConfigProblem, describeError } from './errors.ts';
import type { ReaderOutput, WiredInput } from './ports/doors.ts';
import type { SettingDefaults } from './ports/store.ts';
import type { RelayLine } from './ports.ts';

export type Config = z.output<typeof configSchema>;

/**
 * Reads and checks a configuration file.
 * Relative paths in it (`data`, `http.tls`) are resolved against the folder of the file.
 * @throws ConfigError with every problem found, each with its path.
 */
export function loadConfig(file: string): Config {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([{ path: '', sentence: describeError(error) }]);
  }
  const config = parseConfig(text);
  const base = dirname(resolve(file));
  const tls = config.http.tls;
  return deepFreeze({
    ...config,
    data: resolve(base, config.data),
    backup: { ...config.backup, folder: resolve(base, config.data, config.backup.folder) },
    http: {
      ...config.http,
      ...(tls && { tls: { cert: resolve(base, tls.cert), key: resolve(base, tls.key) } }),
    },
  });
}

/** First values of what lives in the store once an operator has set it. */
export function firstSettings({ wiegand, locks }: Config): SettingDefaults {
  return {
    wiegand: { type: wiegand.type, representation: wiegand.identifier_representation },
    openSeconds: {
      first: locks.first.open_seconds,
      second: locks.second?.open_seconds ?? locks.first.open_seconds,
    },
  };
}

/** The relay of a lock. */
interface LockLine extends RelayLine {
  readonly name: LockName;
}

/** The relays, first and second. */
export function relayLines({ gpio, locks }: Config): LockLine[] {
  return lockNames.flatMap((name) => {
    const lock = locks[name];
    if (!lock) return [];
    const { line, active_low: activeLow } = lock;
    return [{ name, chip: lock.chip ?? gpio.chip, line, activeLow }];
  });
}

/** What else is wired to the doors. */
export function inputsOf({ gpio, locks, inputs }: Config): WiredInput[] {
  const present = lockNames.filter((name) => locks[name]);
  return wiredInputs(inputs, present, gpio.chip);
}

/** LEDs and buzzers of the readers. */
export function outputsOf({ gpio, readers }: Config): ReaderOutput[] {
  return readerOutputs(readers, gpio.chip);
}

/** Every chip that a line is on. */
export function chipsOf(config: Config): string[] {
  const ofReaders = config.readers.flatMap(({ wiegand }) =>
    wiegand ? [wiegand.chip ?? config.gpio.chip] : [],
  );
  const wires = [...inputsOf(config), ...outputsOf(config)].map(({ wire }) => wire);
  const others = [...relayLines(config), ...wires].map(({ chip }) => chip);
  return [...new Set([...ofReaders, ...others])];
}

/** Longest path of a Unix socket that Linux takes (sockaddr_un, without the final zero), bytes. */
export const longestSocketPath = 107;

/**
 * Path of the socket in the data folder over which `latchctl` talks. A path too long for a socket
 * is given relative to the working folder, where that is short enough.
 */
export function controlSocket(dataFolder: string): string {
  const path = resolve(dataFolder, 'control.sock');
  if (Buffer.byteLength(path) <= longestSocketPath) return path;
  const shorter = relative(process.cwd(), path);
  return Buffer.byteLength(shorter) < Buffer.byteLength(path) ? shorter : path;
}

/**
 * Checks the text of a configuration file.
 * @throws ConfigError with every problem found.
 */
export function parseConfig(text: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: true,
    logLevel: 'error',
  });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => ({
        path: error.linePos ? `line ${error.linePos[0].line}` : '',
        sentence: error.message.split('\n')[0] ?? error.message,
      })),
    );
  }
  const raw = plainData(document);
  const parsed = configSchema.safeParse(raw, { reportInput: true });
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap(describeIssue)),
    ...crossCheck(raw),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(parsed.data);
}

/** @throws ConfigError for an alias that leads nowhere, or to too much. */
function plainData(document: Document): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw new ConfigError([{ path: '', sentence: describeError(error) }]);
  }
}

function describeIssue(issue: z.core.$ZodIssue): ConfigProblem[] {
  const path = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: path ? `${path}.${key}` : key,
      sentence: 'is not a key that latchd knows',
    }));
  }
  if (issue.code === 'invalid_type' && issue.input === undefined) {
    return [{ path, sentence: 'is missing' }];
  }
  if (issue.code === 'invalid_value') {
    const names = issue.values.map(String).join(', ');
    return [{ path, sentence: `must be one of ${names}` }];
  }
  return [{ path, sentence: issue.message.replace(/^Invalid input: /, '') }];
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`,
    )
    .join('');
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
