/**
 * Opens the database, the one truth that both threads share. The main thread opens it as `writer`
 * and is the only one that ever writes; the web worker opens it as `reader` and sends its writes
 * to the main thread. The reason: a thread that is ended in the middle of a write transaction
 * (the worker may die at any moment) leaves LMDB with half of it, or with a lock nobody frees.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import {
  type Database,
  type DatabaseOptions,
  type Key,
  open,
  type RootDatabase,
  TransactionFlags,
} from 'lmdb';
import { describeError, Fault } from '../errors.ts';
import { migrations } from './migrations.ts';
import { needRoom } from './room.ts';
import { needSound } from './sound.ts';

/** Version of the layout and of the records. A newer one in the file is refused. */
export const schemaVersion = 3;

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
  close(): Promise<void>;
}

/**
 * Opens the database in `folder`; a writer creates it.
 * @throws Fault `store-unreadable`, `store-newer`.
 */
export function openStore(folder: string, as: 'writer' | 'reader'): Store {
  const root = openRoot(folder, as);
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
      needRoom(folder);
      return durably(root, work);
    },
    now: (work) => {
      needRoom(folder);
      const flags =
        TransactionFlags.ABORTABLE |
        TransactionFlags.SYNCHRONOUS_COMMIT |
        TransactionFlags.NO_SYNC_FLUSH;
      return explained(() => root.transactionSync(work, flags));
    },
    refresh: () => root.resetReadTxn(),
    close: async () => {
      await root.flushed;
      await root.close();
    },
  };
  if (as === 'writer') bringUpToDate(root, store);
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

function openRoot(folder: string, as: 'writer' | 'reader'): RootDatabase {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    const path = `${folder}/latchd.mdb`;
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

function bringUpToDate(root: RootDatabase, store: Store): void {
  const found = readValue(root, 'schema', 'the number of the layout');
  if (found === undefined) return void root.putSync('schema', schemaVersion);
  if (typeof found !== 'number' || found > schemaVersion) {
    throw new Fault(
      'store-newer',
      `the database has layout ${String(found)}, this latchd knows ${schemaVersion}`,
      'install the version of latchd that wrote it, or restore a backup of this version',
    );
  }
  for (let version = found + 1; version <= schemaVersion; version += 1) {
    store.now(() => {
      migrations.get(version)?.(store);
      root.putSync('schema', version);
    });
  }
}
