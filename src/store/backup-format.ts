/**
 * The format of backups: a dump of every database, entry by entry. It is read by this file alone and
 * never mapped into memory, so that no file can end the process; and it does not depend on the
 * board: LMDB's own files differ between 32 and 64 bits.
 *
 *     "latchd backup 1\n", length of the header (4 bytes), header (JSON),
 *     frames (gzip), SHA-256 of all before (32 bytes)
 *
 * A frame is a kind (1 byte), two lengths (4 bytes each) and as many bytes. Numbers are big-endian,
 * keys JSON.
 */
import type { Key } from 'lmdb';
import { z } from 'zod';
import { numbered } from './layout.ts';

/** What every backup begins with. */
export const magic = Buffer.from('latchd backup 1\n');
/** Bytes of the checksum at the end. */
export const checksumLength = 32;
/** Longest header, bytes. */
export const longestHeader = 4096;

/** More than latchd has, and fewer than LMDB takes. */
const mostDatabases = 48;

/** What a backup says of itself. */
const headerSchema = z.object({
  createdMs: z.int().min(0).max(8.64e15),
  /** Of the layout of the database. */
  schema: z.int().min(1),
  /** Of the latchd that wrote it. */
  version: z.string().max(100),
});
export type BackupHeader = z.output<typeof headerSchema>;

const kinds = { database: 1, entry: 2, end: 3 } as const;
const frameHead = 9;
/** LMDB takes keys up to 1978 bytes, as JSON some more; values are far shorter than this. */
const longest = { first: 16 * 1024, second: 16 * 1024 * 1024 };

/** The beginning of a backup, up to its frames. */
export function headOf(header: BackupHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([magic, length, json]);
}

/** Reads the beginning of a backup. Undefined: it is none. */
export function readHead(bytes: Buffer): { header: BackupHeader; length: number } | undefined {
  if (!bytes.subarray(0, magic.length).equals(magic)) return undefined;
  if (bytes.length < magic.length + 4) return undefined;
  const start = magic.length + 4;
  const length = start + bytes.readUInt32BE(magic.length);
  if (length > bytes.length) return undefined;
  try {
    const header = headerSchema.safeParse(JSON.parse(bytes.toString('utf8', start, length)));
    return header.success ? { header: header.data, length } : undefined;
  } catch {
    return undefined;
  }
}

/** The frame that a database's entries follow. */
export function databaseFrame(name: string): Buffer {
  return frame(kinds.database, Buffer.from(name), Buffer.alloc(0));
}

export function entryFrame(key: Key, value: Uint8Array): Buffer {
  return frame(kinds.entry, Buffer.from(JSON.stringify(key)), value);
}

/** The last frame: how many entries there were. */
export function endFrame(entries: number): Buffer {
  return frame(kinds.end, Buffer.from(String(entries)), Buffer.alloc(0));
}

function frame(kind: number, first: Uint8Array, second: Uint8Array): Buffer {
  const head = Buffer.alloc(frameHead);
  head.writeUInt8(kind);
  head.writeUInt32BE(first.length, 1);
  head.writeUInt32BE(second.length, 5);
  return Buffer.concat([head, first, second]);
}

/** An entry to be written again. */
export interface Entry {
  readonly database: string;
  readonly key: Key;
  readonly value: Buffer;
}

/** Thrown for bytes that are no dump. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/**
 * The entries of a dump, in batches as the bytes come.
 * @throws FormatError for anything but a whole dump.
 */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Entry[]> {
  const state: State = { database: undefined, databases: 0, entries: 0, ended: false };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const batch: Entry[] = [];
    for (let used = takeFrame(rest, state, batch); used > 0; ) {
      rest = rest.subarray(used);
      used = takeFrame(rest, state, batch);
    }
    if (batch.length > 0) yield batch;
  }
  if (!state.ended || rest.length > 0) throw new FormatError('it is cut off');
}

interface State {
  database: string | undefined;
  databases: number;
  entries: number;
  ended: boolean;
}

/** Bytes of the first frame; 0 when it has not come as a whole. */
function takeFrame(bytes: Buffer, state: State, batch: Entry[]): number {
  if (bytes.length < frameHead) return 0;
  const kind = bytes.readUInt8(0);
  const firstEnd = frameHead + bytes.readUInt32BE(1);
  const secondEnd = firstEnd + bytes.readUInt32BE(5);
  if (firstEnd - frameHead > longest.first || secondEnd - firstEnd > longest.second) {
    throw new FormatError('a frame is too long');
  }
  if (bytes.length < secondEnd) return 0;
  if (state.ended) throw new FormatError('something follows its end');
  const first = bytes.subarray(frameHead, firstEnd);
  if (kind === kinds.database) {
    state.database = databaseName(first);
    state.databases += 1;
    if (state.databases > mostDatabases) throw new FormatError('it has too many databases');
  } else if (kind === kinds.entry && state.database !== undefined) {
    const value = bytes.subarray(firstEnd, secondEnd);
    state.entries += 1;
    batch.push({ database: state.database, key: keyOf(state.database, first), value });
  } else if (kind === kinds.end && first.toString('latin1') === String(state.entries)) {
    state.ended = true;
  } else throw new FormatError('a frame is wrong');
  return secondEnd;
}

function databaseName(bytes: Buffer): string {
  const name = bytes.toString('latin1');
  if (!/^[a-z]+(-[a-z]+)*$/.test(name) || name === 'schema') {
    throw new FormatError('a name is wrong');
  }
  return name;
}

const part = z.union([z.string(), z.number()]);
const keySchema = z.union([part, z.array(part).min(1).max(8)]);

function keyOf(name: string, bytes: Buffer): Key {
  const key = keySchema.safeParse(parsed(bytes));
  const isNumber = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
  if (key.success && (!numbered.has(name) || isNumber(key.data))) return key.data;
  throw new FormatError('a key is wrong');
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
