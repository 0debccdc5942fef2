/** Reads a backup into a database of its own. The file may be anything. */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type Key, open, type RootDatabase } from 'lmdb';
import {
  type BackupHeader,
  checksumLength,
  type Entry,
  FormatError,
  longestHeader,
  magic,
  readFrames,
  readHead,
} from './backup-format.ts';
import { bytesOf } from './layout.ts';
import { needReserve } from './room.ts';
import { databaseFile, schemaKey, schemaVersion } from './store.ts';
import { syncFile } from './sync-file.ts';
import { isStoredValue } from './value-shape.ts';

/**
 * Stands for a value that is none: a damaged record stays one, of which the others are told, and its
 * bytes reach no decoder. Two values where there must be one: every read of it fails.
 */
const unreadable = Buffer.from([0xc0, 0xc0]);

/** What comes of loading. */
type Loaded =
  | { readonly header: BackupHeader }
  | { readonly refused: 'not-a-backup' | 'damaged' | 'newer' };

/** The header of a backup; undefined: the file is none. */
export function headerOf(path: string): { header: BackupHeader; length: number } | undefined {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(magic.length + 4 + longestHeader);
    return readHead(head.subarray(0, readSync(file, head)));
  } finally {
    closeSync(file);
  }
}

/**
 * Loads the backup `path` into a new database in `folder`, once its checksum has held. What is there
 * after a refusal is of no use.
 * @throws Fault `store-unwritable` when the disk has no room for it.
 */
export async function loadBackup(path: string, folder: string): Promise<Loaded> {
  const head = headerOf(path);
  if (!head) return { refused: 'not-a-backup' };
  const { header, length } = head;
  const end = statSync(path).size - checksumLength;
  if (end <= length || !(await isWhole(path, end))) return { refused: 'damaged' };
  if (header.schema > schemaVersion) return { refused: 'newer' };
  const file = databaseFile(folder);
  // Nobody else knows it before it is on the disk as a whole.
  const root = open({ path: file, maxDbs: 64, noSync: true, eventTurnBatching: false });
  const frames = createReadStream(path, { start: length, end: end - 1 });
  try {
    // What goes wrong with the file itself reaches who reads the bytes.
    const bytes = createGunzip();
    frames.on('error', (error) => bytes.destroy(error)).pipe(bytes);
    const put = putter(root, folder);
    for await (const batch of readFrames(bytes)) put(batch);
    root.transactionSync(() => root.putSync(schemaKey, header.schema));
  } catch (error) {
    if (isUnreadable(error)) return { refused: 'damaged' };
    throw error;
  } finally {
    // Read to its end it is closed already; where we gave up before, nobody else closes it.
    frames.destroy();
    await root.close();
  }
  syncFile(file);
  return { header };
}

/** The bytes are no gzip, or no dump. */
function isUnreadable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    error instanceof FormatError || code.startsWith('Z_') || code === 'ERR_BUFFER_OUT_OF_BOUNDS'
  );
}

async function isWhole(path: string, end: number): Promise<boolean> {
  const sum = createHash('sha256');
  for await (const chunk of createReadStream(path, { end: end - 1 })) sum.update(chunk);
  const said: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start: end })) said.push(chunk);
  return sum.digest().equals(Buffer.concat(said));
}

function putter(root: RootDatabase, folder: string): (batch: readonly Entry[]) => void {
  const open = (name: string) => root.openDB<Buffer, Key>(name, bytesOf(name));
  const databases = new Map<string, ReturnType<typeof open>>();
  return (batch) => {
    const bytes = batch.reduce((sum, { value }) => sum + value.length, 0);
    needReserve(folder, 4 * bytes);
    for (const { database } of batch) {
      if (!databases.has(database)) databases.set(database, open(database));
    }
    root.transactionSync(() => {
      for (const { database, key, value } of batch) {
        databases.get(database)?.putSync(key, isStoredValue(value) ? value : unreadable);
      }
    });
  };
}
