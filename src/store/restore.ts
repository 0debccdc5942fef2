/**
 * Puts a proven copy in the place of the database, between an end and a start, by renaming files. In
 * the folder `restore` of the data folder stand
 *
 *     latchd.mdb     the copy: the next start begins with it
 *     previous.mdb   what it has replaced, until a start with the copy has come through
 *     replaced.mdb   the same from then on, until it has become a backup
 *
 * An end at any point, by a power cut too, leaves the state before or the copy, whole. A start that
 * finds `previous.mdb` alone goes back to it: the start with the copy has not come through.
 */
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { addGap } from './event-gaps.ts';
import { openEvents } from './events.ts';
import { databaseFile, openStore, type Store } from './store.ts';
import { syncFile } from './sync-file.ts';

/** Names in the data folder that begin so are of a copy that is being made ready; none outlives it. */
export const stagingPrefix = '.staged-';

/** What is being restored. */
const aboutSchema = z.object({
  /** Account or tool. */
  by: z.string(),
  /** Name of the backup. */
  what: z.string(),
  createdMs: z.number(),
  replacedMs: z.number(),
});
type RestoreAbout = z.output<typeof aboutSchema>;

const previous = 'previous.mdb';
const replaced = 'replaced.mdb';

function restoreFolder(data: string): string {
  return join(data, 'restore');
}

/** Whether the next start begins with another state. */
export function isReady(data: string): boolean {
  return existsSync(databaseFile(restoreFolder(data)));
}

/** Makes the proven database in `folder` the one that the next start begins with. */
export function makeReady(data: string, folder: string, about: RestoreAbout): void {
  const note = join(folder, 'about.json');
  writeFileSync(note, JSON.stringify(about), { mode: 0o600 });
  rmSync(`${databaseFile(folder)}-lock`, { force: true });
  for (const path of [note, databaseFile(folder), folder]) syncFile(path);
  renameSync(folder, restoreFolder(data));
  syncFile(data);
}

/** What a start begins with. */
export type Beginning = 'usual' | 'restored' | 'undone';

/** Before the database is opened: puts the copy in its place, or takes it back. */
export function beginState(data: string): Beginning {
  const folder = restoreFolder(data);
  const [current, copy] = [databaseFile(data), databaseFile(folder)];
  const before = join(folder, previous);
  const isCopy = existsSync(copy);
  if (!isCopy && !existsSync(before)) return 'usual';
  if (isCopy) {
    // There already: an end came between the two.
    if (!existsSync(before)) move(current, before);
    move(copy, current);
  } else {
    move(before, current);
  }
  // Of the file that was there before; nobody has it open.
  rmSync(`${current}-lock`, { force: true });
  return isCopy ? 'restored' : 'undone';
}

function move(from: string, to: string): void {
  renameSync(from, to);
  syncFile(join(to, '..'));
  syncFile(join(from, '..'));
}

/**
 * Before anything else is written to the restored database: no uid and no event number that the
 * replaced one has given is given again, no webhook is told twice, and nobody is logged in by a token
 * that may have been withdrawn since.
 */
export async function carryOn(store: Store, data: string): Promise<void> {
  const before = openStore(restoreFolder(data), 'reader', previous);
  try {
    const names = ['counters', 'webhook-progress', 'sessions'] as const;
    const [counters, progress, sessions] = names.map((name) => ({
      old: before.database(name, name === 'webhook-progress' ? 'uint32' : 'ordered-binary'),
      now: store.database(name, name === 'webhook-progress' ? 'uint32' : 'ordered-binary'),
    }));
    const last = openEvents(before).lastSeq();
    const restoredLast = openEvents(store).lastSeq();
    await store.durably(() => {
      for (const { key, value } of counters?.old.getRange({}) ?? []) {
        const isNext = typeof key === 'string' && key.startsWith('next-');
        if (!isNext || typeof value !== 'number') continue;
        const now = counters?.now.get(key);
        if (!(typeof now === 'number' && now >= value)) counters?.now.putSync(key, value);
      }
      for (const { key, value } of progress?.old.getRange({}) ?? []) {
        const now = progress?.now.get(key);
        if (now !== undefined && sequenceOf(now) < sequenceOf(value))
          progress?.now.putSync(key, value);
      }
      for (const key of [...(sessions?.now.getKeys({}) ?? [])]) sessions?.now.removeSync(key);
      if (last > restoredLast) addGap(store, { first: restoredLast + 1, last });
    });
  } finally {
    await before.close();
  }
}

const progressSchema = z.object({ sequence: z.number() });

function sequenceOf(progress: unknown): number {
  return progressSchema.safeParse(progress).data?.sequence ?? 0;
}

/** A start has come through: what was replaced is no longer needed to go back to. */
export function endRestore(data: string, beginning: Beginning): RestoreAbout | undefined {
  const folder = restoreFolder(data);
  if (beginning === 'usual') return undefined;
  const about = aboutOf(folder);
  if (beginning === 'undone') {
    rmSync(folder, { recursive: true, force: true });
    return about;
  }
  move(join(folder, previous), join(folder, replaced));
  // The password in it is that of an account that is no more.
  rmSync(join(data, 'initial-password'), { force: true });
  return about;
}

/** The state that a restore has replaced, until it has become a backup. */
export function keptState(data: string) {
  const folder = restoreFolder(data);
  if (!existsSync(join(folder, replaced))) return undefined;
  return {
    folder,
    file: replaced,
    replacedMs: aboutOf(folder)?.replacedMs ?? statSync(join(folder, replaced)).mtimeMs,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function aboutOf(folder: string): RestoreAbout | undefined {
  try {
    const text = readFileSync(join(folder, 'about.json'), 'utf8');
    return aboutSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
