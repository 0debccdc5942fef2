/** One latchd a data folder: two would number the same events and drive the same relays. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Fault } from '../errors.ts';
import { lockFile } from './libc.ts';

/**
 * Nobody else may open it, so nobody else can lock it. It stays where it is for good: a lock on a file
 * that somebody replaces would hold nothing.
 */
const fileName = 'latchd.lock';

/**
 * Holds `folder` for this process, until it ends however that may be: the kernel lets the lock of a
 * file go with the descriptor (flock(2)), which no child inherits.
 * @returns a way to let it go.
 * @throws Fault `already-running` when another process holds it, `store-unwritable`.
 */
export function holdFolder(folder: string): () => void {
  const file = openIn(folder);
  try {
    lockFile(file);
  } catch (error) {
    closeSync(file);
    if (errnoOf(error) !== 'EAGAIN') throw unusable(folder, error);
    throw new Fault(
      'already-running',
      `another latchd works on ${folder}`,
      'stop it first, or give this one a data folder of its own',
    );
  }
  return () => closeSync(file);
}

function openIn(folder: string): number {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    return openSync(join(folder, fileName), 'a', 0o600);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(folder: string, error: unknown): Fault {
  return new Fault(
    'store-unwritable',
    `the data folder ${folder} cannot be used`,
    `check that ${fileName} and the folder belong to the user of latchd, that the disk has room and is not mounted read-only`,
    error,
  );
}
