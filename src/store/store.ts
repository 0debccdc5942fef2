/**
 * Opens the database, the one truth that both threads share. The main thread opens it as `writer`
 * and is the only one that ever writes; the web worker opens it as `reader` and sends its writes
 * to the main thread. The reason: a thread that is ended in the middle of a write transaction
 * (the worker may die at any moment) leaves LMDB with half of it, or with a lock nobody frees.
 */
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  type Database,
  type DatabaseOptions,
  type Key,
  open,
  type RootDatabase,
  TransactionFlags,
} from 'lmdb';
import { describeError, Fault } from '../errors.ts';
import { bytesOf } from './layout.ts';
import { migrations } from './migrations.ts';
import { Disk, freeBytes } from './room.ts';
import { needSound } from './sound.ts';
import { syncFile } from './sync-file.ts';

/** Version of the layout and of the records. A newer one in the file is refused. */
export const schemaVersion = 3;

/** Bytes that a copy leaves free. */
const keptFree = 16 * 1024 * 1024;

export interface Store {
  /** A named database whose values are MessagePack maps. Every value read must be checked. */
  database<K extends Key>(
    name: string,
    keyEncoding: 'uint32' | 'ordered-binary',
  ): Database<unknown, K>;
  /**
   * Runs `work` in a transaction of its own that is undone as a whole when it throws, and returns
   * when the result is on the disk. `work` must be synchronous and short.
   * @throws Fault `store-unwritable`; what `work` throws is thrown on.
   */
  durably<T>(work: () => T): Promise<T>;
  /**
   * As `durably`, but returns as soon as the result is committed, within this turn of the loop;
   * the disk follows at once, in the background.
   * @throws as `durably`.
   */
  now<T>(work: () => T): T;
  /** For a `reader`: makes the next read see what has been committed by now. */
  refresh(): void;
  /** The same moment of all databases, until it is ended. While it lasts the file cannot reuse room. */
  snapshot(): Snapshot;
  close(): Promise<void>;
}

/** Everything stored as it was at one moment, as bytes: what a backup is made of. */
export interface Snapshot {
  readonly schema: number;
  readonly names: readonly string[];
  /** The next entries of a database, in the order of its keys, after the key `after`. */
  entries(name: string, after: Key | undefined, limit: number): { key: Key; value: Buffer }[];
  end(): void;
}

/**
 * Opens the database in `folder`; a writer creates it. `file`: one that has another name.
 * @throws Fault `store-unreadable`, `store-newer`.
 */
export function openStore(folder: string, as: 'writer' | 'reader', file?: string): Store {
  const root = openRoot(folder, as, file);
  const disk = new Disk(folder);
  const store: Store = {
    database: (name, keyEncoding) => {
      const options: DatabaseOptions & { encoder: { useRecords: boolean } } = {
        keyEncoding,
        encoding: 'msgpack',
        // Plain maps: half the reading time of msgpackr's records, and legible to other tools.
        encoder: { useRecords: false },
      };
      return root.openDB(name, options);
    },
    durably: async (work) => {
      disk.need();
      try {
        return await durably(root, work);
      } catch (error) {
        disk.failed(error);
        throw error;
      }
    },
    now: (work) => {
      disk.need();
      const flags =
        TransactionFlags.ABORTABLE |
        TransactionFlags.SYNCHRONOUS_COMMIT |
        TransactionFlags.NO_SYNC_FLUSH;
      try {
        return explained(() => root.transactionSync(work, flags));
      } catch (error) {
        disk.failed(error);
        throw error;
      }
    },
    refresh: () => root.resetReadTxn(),
    snapshot: () => snapshotOf(root),
    close: async () => {
      await root.flushed;
      await root.close();
    },
  };
  if (as === 'writer') bringUpToDate(root, store, databaseFile(folder));
  return store;
}

/** Marks what `work` itself threw, to tell it from a failure of the disk. */
class Thrown {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

async function durably<T>(root: RootDatabase, work: () => T): Promise<T> {
  let thrown: Thrown | undefined;
  const committed = root.childTransaction(() => {
    try {
      return work();
    } catch (error) {
      thrown = new Thrown(error);
      throw error;
    }
  });
  // Asked for in this turn: `flushed` is that of the latest batch, and one that fails never settles.
  const flushed = new Promise<void>((resolve, reject) => {
    root.flushed.then(() => resolve(), reject);
  });
  // It may fail before `committed` has been waited for; awaited below, it throws all the same.
  flushed.catch(() => {});
  try {
    const result = await committed;
    await flushed;
    // What was acknowledged is seen by whoever looks next, in this turn already.
    root.resetReadTxn();
    return result;
  } catch (error) {
    throw thrown ? thrown.error : unwritable(await commitErrorOf(error));
  }
}

/** lmdb hides why a commit failed in a promise of the error, rejected whether anybody looks or not. */
async function commitErrorOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

/**
 * The value under a key, unchecked.
 * @throws Fault `store-unreadable` when its bytes are not even MessagePack.
 */
export function readValue<K extends Key>(
  database: Database<unknown, K>,
  key: K,
  what: string,
): unknown {
  try {
    return database.get(key);
  } catch (error) {
    throw damaged(what, error);
  }
}

/** What is to be said of a record that this version cannot read. */
export function damaged(what: string, cause: unknown): Fault {
  return new Fault(
    'store-unreadable',
    `${what} is damaged in the database`,
    'delete it or set it again; if that is not possible, restore a backup',
    cause,
  );
}

function explained<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof Fault ? error : unwritable(error);
  }
}

function unwritable(error: unknown): Fault {
  return new Fault(
    'store-unwritable',
    'the database cannot be written',
    'check that the disk has room and is not mounted read-only (df -h, dmesg)',
    error,
  );
}

/** Path of the database in its folder. */
export function databaseFile(folder: string): string {
  return `${folder}/latchd.mdb`;
}

/** Root key of the number of the layout; all others there are names of databases. */
export const schemaKey = 'schema';

function snapshotOf(root: RootDatabase): Snapshot {
  const names = [...root.getKeys({})].map(String).filter((key) => key !== schemaKey);
  // A read transaction knows the databases that were open when it began.
  const databases = new Map(
    names.map((name) => [name, root.openDB<Buffer, Key>(name, bytesOf(name))]),
  );
  root.resetReadTxn();
  const transaction = root.useReadTransaction();
  const schema: unknown = root.get(schemaKey, { transaction });
  return {
    schema: Number(schema),
    names,
    entries(name, after, limit) {
      const start = after === undefined ? {} : { start: after, exclusiveStart: true };
      return [...(databases.get(name)?.getRange({ ...start, limit, transaction }) ?? [])];
    },
    end: () => transaction.done(),
  };
}

function openRoot(folder: string, as: 'writer' | 'reader', file?: string): RootDatabase {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    const path = file === undefined ? databaseFile(folder) : `${folder}/${file}`;
    needSound(path);
    const root = open({
      path,
      maxDbs: 64,
      readOnly: as === 'reader',
      // With it a commit that fails leaves rejected promises which nobody can handle.
      eventTurnBatching: false,
    });
    // Codes, hashes and who came when are nobody else's business.
    if (as === 'writer') for (const file of [path, `${path}-lock`]) chmodSync(file, 0o640);
    return root;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      'store-unreadable',
      `the database in ${folder} cannot be opened: ${describeError(error)}`,
      'check that the folder belongs to the user of latchd and that its disk is sound',
      error,
    );
  }
}

function bringUpToDate(root: RootDatabase, store: Store, file: string): void {
  const found = readValue(root, schemaKey, 'the number of the layout');
  if (found === undefined) return void root.putSync(schemaKey, schemaVersion);
  if (typeof found !== 'number' || found > schemaVersion) {
    throw new Fault(
      'store-newer',
      `the database has layout ${String(found)}, this latchd knows ${schemaVersion}`,
      'install the version of latchd that wrote it, or restore a backup of this version',
    );
  }
  if (found < schemaVersion) keepCopy(file, found);
  for (let version = found + 1; version <= schemaVersion; version += 1) {
    store.now(() => {
      migrations.get(version)?.(store);
      root.putSync(schemaKey, version);
    });
  }
}

/**
 * Keeps the file as it is before it is brought up to date, for the latchd before this one. Nobody
 * writes to it yet. Without room there is none: each step is made as a whole or not at all.
 */
function keepCopy(file: string, version: number): void {
  const copy = `${file}.schema-${version}`;
  try {
    if (freeBytes(dirname(file)) < 2 * statSync(file).size + keptFree) return;
    copyFileSync(file, `${copy}.part`);
    syncFile(`${copy}.part`);
    renameSync(`${copy}.part`, copy);
  } catch {
    // As without room: the database is brought up to date all the same.
    rmSync(`${copy}.part`, { force: true });
  }
}
