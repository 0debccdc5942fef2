/**
 * The configuration file: what a screwdriver can change. One schema holds type, range, default,
 * unit and one sentence for every key; README's table is made from it. What an operator changes
 * at run time (open times, wiegand type) lives in the store: the file gives the first value.
 */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { lockNames, wiegandTypes } from './door/model.ts';
import { ConfigError, type ConfigProblem, describeError } from './errors.ts';
import type { SettingDefaults } from './ports.ts';
import { formatNames } from './reader/formats.ts';

const line = z.int().min(0).max(1023);
const chip = z.string().min(1).max(255);

const readerSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _')
    .meta({ description: 'Name of the reader in events and commands; unique.' }),
  wiegand: z.strictObject({
    d0: line.meta({ description: 'Line of D0 (green wire), as offset on the chip (BCM number).' }),
    d1: line.meta({ description: 'Line of D1 (white wire).' }),
    chip: chip.optional().meta({ description: 'Chip of both lines; default `gpio.chip`.' }),
  }),
  formats: z
    .array(z.enum(formatNames as [string, ...string[]], 'is not a known format'))
    .min(1)
    .optional()
    .meta({
      description:
        "Formats accepted, the first that holds decides; default: the panel's wiegand type.",
    }),
  frame_gap_ms: z.number().min(1).max(1000).optional().meta({
    unit: 'ms',
    description: 'Silence that ends a frame; default: adaptive, 15 to 25 ms.',
  }),
  locks: z
    .array(z.enum(lockNames))
    .min(1)
    .optional()
    .meta({ description: 'Locks this reader may open; default: every lock.' }),
});

const lockSchema = z.strictObject({
  line: line.meta({ description: 'Line of the relay, as offset on the chip.' }),
  chip: chip.optional().meta({ description: 'Chip of the line; default `gpio.chip`.' }),
  active_low: z.boolean().default(false).meta({
    description: 'True where a low level energises the relay.',
  }),
  open_seconds: z.number().min(0.1).max(40).default(5).meta({
    unit: 's',
    description: 'How long a grant keeps the lock open, until the API sets another time.',
  }),
});

/** Every key of the file. `meta` carries what README prints. */
export const configSchema = z.strictObject({
  data: z.string().min(1).default('./data').meta({
    description: 'Folder of the database; relative to the folder of this file.',
  }),
  http: z
    .strictObject({
      enabled: z.boolean().default(true).meta({
        description: 'Serve the HTTP API on the network; `latchctl` works without it too.',
      }),
      host: z.string().min(1).max(255).default('127.0.0.1').meta({
        description: 'Address to listen on; `0.0.0.0` for every network of this machine.',
      }),
      port: z.int().min(0).max(65535).default(8080).meta({
        description: 'TCP port; 0 takes any free one, which the log then names.',
      }),
      tls: z
        .strictObject({
          cert: z.string().min(1).meta({ description: 'Certificate chain, PEM file.' }),
          key: z.string().min(1).meta({ description: 'Private key, PEM file.' }),
        })
        .optional()
        .meta({ description: 'Serve HTTPS with this certificate.' }),
      memory_mb: z.int().min(32).max(2048).default(96).meta({
        unit: 'MiB',
        description: 'Heap of the web worker; beyond it the worker is restarted, not the door.',
      }),
    })
    .prefault({}),
  gpio: z
    .strictObject({
      driver: z.enum(['auto', 'chardev', 'onoff', 'sim']).default('auto').meta({
        description: 'How lines are reached; `auto` takes `chardev`, else `onoff`, never `sim`.',
      }),
      chip: chip.default('gpiochip0').meta({
        description: 'Chip by label (`pinctrl-bcm2711`), name (`gpiochip0`) or path.',
      }),
    })
    .prefault({}),
  wiegand: z
    .strictObject({
      type: z.enum(wiegandTypes).default('wiegand_26').meta({
        description: 'Format of readers without a list of their own, until the API sets another.',
      }),
      identifier_representation: z.enum(['hex', 'decimal']).default('decimal').meta({
        description: 'How card numbers are written and bare digits read, until the API sets it.',
      }),
    })
    .prefault({}),
  readers: z.array(readerSchema).max(32).default([]),
  locks: z.strictObject({
    first: lockSchema,
    second: lockSchema.optional(),
  }),
  events: z
    .strictObject({
      keep: z.int().min(100).max(10_000_000).default(1_000_000).meta({
        unit: 'events',
        description: 'Length of the event log; the oldest are pruned.',
      }),
      when_unwritable: z.enum(['open', 'refuse']).default('open').meta({
        description: 'Whether doors still open while events cannot be written.',
      }),
    })
    .prefault({}),
  clock: z
    .strictObject({
      when_untrusted: z.enum(['refuse', 'accept']).default('refuse').meta({
        description: 'What becomes of time-limited identifiers while the clock was never set.',
      }),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info').meta({
        description: 'Least level that is logged.',
      }),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ReaderConfig = Config['readers'][number];
export type LockConfig = Config['locks']['first'];

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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
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

/**
 * Checks that span several keys. Looks at every part that is well-formed by itself, so that its
 * problems are told together with those of the other parts.
 */
function crossCheck(raw: unknown): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const gpioChip = z.object({ gpio: z.object({ chip }) }).safeParse(raw).data?.gpio.chip;
  const defaultChip = gpioChip ?? 'gpiochip0';
  const usedBy = new Map<string, string>();
  const use = (path: string, onChip: string | undefined, offset: number) => {
    const key = `${onChip ?? defaultChip}:${offset}`;
    const other = usedBy.get(key);
    if (other) problems.push({ path, sentence: `line ${offset} is already used by ${other}` });
    else usedBy.set(key, path);
  };

  const locks = partsOf(raw, 'locks');
  const present = new Set(Object.keys(locks));
  for (const [name, value] of Object.entries(locks)) {
    const lock = lockSchema.safeParse(value).data;
    if (lock) use(`locks.${name}.line`, lock.chip, lock.line);
  }

  const names = new Set<string>();
  for (const [index, value] of Object.entries(partsOf(raw, 'readers'))) {
    const reader = readerSchema.safeParse(value).data;
    if (!reader) continue;
    const path = `readers[${index}]`;
    const { d0, d1, chip: onChip } = reader.wiegand;
    use(`${path}.wiegand.d0`, onChip, d0);
    if (d0 === d1) {
      problems.push({ path: `${path}.wiegand.d1`, sentence: 'must not be the line of d0' });
    } else use(`${path}.wiegand.d1`, onChip, d1);
    if (names.has(reader.name)) {
      problems.push({ path: `${path}.name`, sentence: `${reader.name} is used twice` });
    }
    names.add(reader.name);
    for (const lock of reader.locks ?? []) {
      if (!present.has(lock)) {
        problems.push({ path: `${path}.locks`, sentence: `there is no lock ${lock}` });
      }
    }
  }
  return problems;
}

/** The members of an object or array under `key`, whatever the rest looks like. */
function partsOf(raw: unknown, key: string): { [name: string]: unknown } {
  if (typeof raw !== 'object' || raw === null) return {};
  const value: unknown = Reflect.get(raw, key);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
