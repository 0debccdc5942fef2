/**
 * The folder of backups: makes them, proves them, keeps some of each kind, and makes one ready to be
 * restored. A file counts once it has been proven and has its name; until then it ends in `.part`.
 */
import {
  createReadStream,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describeError, Fault } from '../errors.ts';
import type {
  BackupContent,
  BackupItem,
  BackupKind,
  Backups,
  RestoreRefusal,
} from '../ports/backup.ts';
import type { Clock, Log } from '../ports.ts';
import { headerOf, loadBackup } from './backup-load.ts';
import { createdOf, kindOf, nameOf } from './backup-name.ts';
import { takeFile } from './backup-take.ts';
import { writeBackup } from './backup-write.ts';
import { type Proof, prove } from './proof.ts';
import { isReady, keptState, makeReady, stagingPrefix } from './restore.ts';
import { openStore, type Store } from './store.ts';
import { syncFile } from './sync-file.ts';

/** What backups are made of, and where they are kept. */
export interface BackupParts {
  readonly store: Store;
  /** Folder of the database. */
  readonly data: string;
  readonly folder: string;
  /** How many of each kind are kept. */
  readonly keep: number;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
}

const partial = '.part';

/** Opens the folder of backups; what an end in the middle has left there goes. */
export function openBackups(parts: BackupParts): Backups {
  return new BackupFolder(parts);
}

class BackupFolder implements Backups {
  readonly #parts: BackupParts;
  /** One at a time: each holds a moment of the database and reads all of it. */
  #last: Promise<unknown> = Promise.resolve();
  #preparing = false;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    const { folder, data } = parts;
    sweep(folder, (name) => name.startsWith('latchd-') && name.endsWith(partial));
    sweep(data, (name) => name.startsWith(stagingPrefix));
  }

  list(): BackupItem[] {
    const items = names(this.#parts.folder).flatMap((name) => {
      const kind = kindOf(name);
      return kind ? [{ name, kind, ...this.#describe(name) }] : [];
    });
    return items.sort((a, b) => b.createdMs - a.createdMs);
  }

  make(kind: BackupKind): Promise<BackupItem & BackupContent> {
    return this.#inTurn(() => this.#make(kind, this.#parts.store, this.#parts.clock.wallMs()));
  }

  open(name: string) {
    const path = this.#path(name);
    if (path === undefined) return undefined;
    // Opened at once: it may be pruned before the first byte is asked for.
    const fd = openSync(path, 'r');
    const stream = Readable.toWeb(createReadStream(path, { fd }));
    return { bytes: fstatSync(fd).size, stream };
  }

  remove(name: string): boolean {
    const path = this.#path(name);
    if (path === undefined) return false;
    rmSync(path);
    return true;
  }

  scheduledMs(): number {
    const newest = this.list().find(({ kind }) => kind === 'scheduled');
    return newest?.createdMs ?? statSync(this.#parts.data).birthtimeMs;
  }

  async prepare(from: string | ReadableStream<Uint8Array>, by: string) {
    if (this.#preparing || isReady(this.#parts.data)) return { refused: 'busy' } as const;
    this.#preparing = true;
    try {
      await this.keepReplaced();
      return await this.#inTurn(() => this.#prepare(from, by));
    } finally {
      this.#preparing = false;
    }
  }

  keepReplaced(): Promise<boolean> {
    return this.#inTurn(async () => {
      // Looked for only now: who was before may have kept it.
      const kept = keptState(this.#parts.data);
      if (!kept) return false;
      const store = openStore(kept.folder, 'reader', kept.file);
      try {
        await this.#make('before-restore', store, kept.replacedMs);
      } finally {
        await store.close();
      }
      kept.remove();
      return true;
    });
  }

  #path(name: string): string | undefined {
    const isThere = kindOf(name) && names(this.#parts.folder).includes(name);
    return isThere ? join(this.#parts.folder, name) : undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #make(kind: BackupKind, store: Store, createdMs: number) {
    const { folder, version, log } = this.#parts;
    const name = this.#freeName(kind, createdMs);
    const path = join(folder, name);
    try {
      // The folder above has to be there: without its disk there are no backups.
      if (!existsSync(folder)) mkdirSync(folder, { mode: 0o750 });
      await writeBackup(store, path + partial, { createdMs, version });
      const proof = await this.#rehearse(path + partial, async (_, found) => found);
      const isBroken = 'refused' in proof;
      // A state may have been given up for what is wrong with it.
      if (isBroken && kind !== 'before-restore') {
        throw new Error(`the copy does not hold: ${proof.refused}`);
      }
      renameSync(path + partial, path);
      syncFile(folder);
      this.#prune(kind, name);
      const content = isBroken ? { identifiers: 0, events: 0, damaged: 0 } : proof;
      const item = { name, kind, ...this.#describe(name), ...content };
      log.info('backup made', { file: path, bytes: item.bytes, damaged: item.damaged });
      return item;
    } catch (error) {
      discard(path + partial);
      throw failed(`no backup could be made in ${folder}`, error);
    }
  }

  async #prepare(from: string | ReadableStream<Uint8Array>, by: string) {
    if (typeof from === 'string') {
      const path = this.#path(from);
      return path ? this.#stage(path, from, by) : ({ refused: 'unknown' } as const);
    }
    const path = join(this.#parts.data, `${stagingPrefix}upload`);
    try {
      const taken = await takeFile(from, path, this.#parts.clock);
      if (taken !== 'taken') return { refused: taken };
      return await this.#stage(path, 'a file', by);
    } catch (error) {
      throw failed('the backup could not be taken', error);
    } finally {
      discard(path);
    }
  }

  async #stage(path: string, what: string, by: string) {
    const createdMs = headerOf(path)?.header.createdMs ?? 0;
    const { data, clock } = this.#parts;
    try {
      return await this.#rehearse(path, async (folder, found) => {
        if ('refused' in found) return found;
        makeReady(data, folder, { by, what, createdMs, replacedMs: clock.wallMs() });
        return { ...found, createdMs };
      });
    } catch (error) {
      throw failed('the backup could not be made ready', error);
    }
  }

  /** Loads a backup into a database beside ours, brings it up to date, reads all of it. */
  async #rehearse<T>(
    path: string,
    then: (folder: string, found: Proof | { refused: RestoreRefusal }) => Promise<T>,
  ): Promise<T> {
    const folder = join(this.#parts.data, `${stagingPrefix}state`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o750 });
    try {
      const loaded = await loadBackup(path, folder);
      if ('refused' in loaded) return await then(folder, loaded);
      const store = openStore(folder, 'writer');
      let found: Proof = { refused: 'unreadable' };
      try {
        found = await prove(store);
      } catch {
        // Something in it is not even of the right kind.
      } finally {
        await store.close();
      }
      return await then(folder, found);
    } finally {
      discard(folder);
    }
  }

  #describe(name: string) {
    const path = join(this.#parts.folder, name);
    return { bytes: statSync(path).size, createdMs: createdOf(name) };
  }

  #freeName(kind: BackupKind, createdMs: number): string {
    const taken = new Set(names(this.#parts.folder));
    for (let ms = createdMs; ; ms += 1) {
      const name = nameOf(kind, ms);
      if (!taken.has(name)) return name;
    }
  }

  /** The oldest of a kind go, but never the one just made: a clock that was set back dates it old. */
  #prune(kind: BackupKind, made: string): void {
    const others = this.list().filter((item) => item.kind === kind && item.name !== made);
    for (const { name } of others.slice(this.#parts.keep - 1)) this.remove(name);
  }
}

function failed(what: string, error: unknown): Fault {
  return new Fault(
    'backup-failed',
    `${what}: ${describeError(error)}`,
    'check that the folder of backups can be written and has room (backup.folder, df -h)',
    error,
  );
}

/** What is left is swept away at the next start: why it went wrong is what matters. */
function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The folder above it is gone.
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function sweep(folder: string, isLeft: (name: string) => boolean): void {
  for (const name of names(folder).filter(isLeft)) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}
