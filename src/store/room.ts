/** Room on the disk, looked at before each transaction. */
import { statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { Fault } from '../errors.ts';

/** Bytes that must be free: more than one transaction of latchd takes. */
const leastRoom = 1024 * 1024;

/**
 * Refuses what the disk may have no room for. A write that fails inside lmdb 3.5.6 can end the
 * process: it words its message in 100 bytes of memory, which its numbers can outgrow (`mdb.c`,
 * `mdb_page_flush`). Some 4 microseconds.
 * @throws Fault `store-unwritable`.
 */
function needRoom(folder: string, bytes = leastRoom): void {
  if (freeBytes(folder) >= bytes) return;
  throw new Fault(
    'store-unwritable',
    `the database cannot be written: less than ${Math.ceil(bytes / leastRoom)} MiB is left on its disk`,
    'make room on the disk (df -h)',
  );
}

/** Bytes that copies leave free: the door's own writes must never meet a full disk for their sake. */
export const reserveBytes = 32 * 1024 * 1024;

/**
 * Refuses the next piece of a copy in `folder`, `bytes` long beyond what is written at a time.
 * @throws Fault `store-unwritable`.
 */
export function needReserve(folder: string, bytes = 0): void {
  if (freeBytes(folder) >= reserveBytes + bytes) return;
  throw new Fault(
    'store-unwritable',
    `less than ${reserveBytes / 1024 / 1024} MiB is left on the disk`,
    'make room on the disk (df -h)',
  );
}

/** The disk of a database, as far as it may be written to. */
export class Disk {
  readonly #folder: string;
  /** A write has failed, and none has been tried since. */
  #isSuspect = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * To be called before each transaction. After one that failed, a file of ours is written first: a
   * disk that has become read-only, or is gone, meets lmdb's writes once and not every second.
   * @throws Fault `store-unwritable`.
   */
  need(): void {
    needRoom(this.#folder);
    if (!this.#isSuspect) return;
    const file = `${this.#folder}/.write-probe`;
    try {
      writeFileSync(file, 'x');
      unlinkSync(file);
    } catch (error) {
      throw new Fault(
        'store-unwritable',
        'the database cannot be written',
        'check that its disk is there and not mounted read-only (df -h, dmesg)',
        error,
      );
    }
    this.#isSuspect = false;
  }

  /** A transaction has failed. */
  failed(error: unknown): void {
    if (error instanceof Fault && error.code === 'store-unwritable') this.#isSuspect = true;
  }
}

/** Bytes free for latchd; a file system that does not say how much there is has room. */
export function freeBytes(folder: string): number {
  try {
    const { bsize, blocks, bfree, bavail } = statfsSync(folder);
    if (blocks === 0) return Number.POSITIVE_INFINITY;
    // What is kept back for root is root's to use.
    return bsize * (process.getuid?.() === 0 ? bfree : bavail);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
