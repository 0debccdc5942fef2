/** A first look at the file of a database, before LMDB maps it into memory. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errnoOf, Fault } from '../errors.ts';
import { isWhole, rootOf } from './reach.ts';

/** A database begins with two of these pages, of which each write of the database changes one. */
interface MetaPage {
  readonly pageBytes: number;
  /** That the database has taken so far. */
  readonly pages: number;
  /** Of the write that made it; the higher one holds. */
  readonly transaction: bigint;
  /** Where its trees begin: that of free pages, and that of everything else. */
  readonly roots: readonly number[];
}

/** The places of what is looked at, as lmdb 3.5.6 has them (`mdb.c`, `MDB_meta`). */
const place = {
  magic: 24,
  pageBytes: 48,
  freeTree: 48,
  mainTree: 96,
  lastPage: 144,
  transaction: 152,
  end: 160,
} as const;
const magic = 0xbeefc0de;
/** Machines on which these are the places; on those of 32 bits they are others. */
const machines: readonly string[] = ['x64', 'arm64'];
/** Pages of LMDB are as large as those of the machine that made the file. */
const pageSizes = [4096, 16_384, 65_536];

/**
 * Refuses a file that is no database, or has lost its end: lmdb 3.5.6 does not survive either, it
 * ends the process with SIGSEGV or SIGBUS. A file that is not there, or has not begun, is sound.
 * @throws Fault `store-unreadable`.
 */
export function needSound(path: string): void {
  if (!machines.includes(process.arch)) return;
  const descriptor = opened(path);
  if (descriptor === undefined) return;
  try {
    const { size } = fstatSync(descriptor);
    if (size > 0 && !isSound(descriptor, size)) throw unsound(path);
  } finally {
    closeSync(descriptor);
  }
}

function isSound(descriptor: number, size: number): boolean {
  const first = metaAt(descriptor, 0);
  const second = first && metaAt(descriptor, first.pageBytes);
  if (!second || !pageSizes.includes(first.pageBytes)) return false;
  const { pageBytes } = first;
  // The newer one may not have been followed by its pages when the power went.
  if (size >= Math.min(first.pages, second.pages) * pageBytes) return true;
  // A page that was taken and given back before it was written need not be there.
  const newer = first.transaction > second.transaction ? first : second;
  return isWhole((page) => pageAt(descriptor, page, pageBytes), newer.roots);
}

function pageAt(descriptor: number, page: number, pageBytes: number): Buffer | undefined {
  const bytes = Buffer.alloc(pageBytes);
  return readSync(descriptor, bytes, 0, pageBytes, page * pageBytes) < pageBytes
    ? undefined
    : bytes;
}

function metaAt(descriptor: number, at: number): MetaPage | undefined {
  const bytes = Buffer.alloc(place.end);
  if (readSync(descriptor, bytes, 0, bytes.length, at) < bytes.length) return undefined;
  if (bytes.readUInt32LE(place.magic) !== magic) return undefined;
  return {
    pageBytes: bytes.readUInt32LE(place.pageBytes),
    pages: Number(bytes.readBigUInt64LE(place.lastPage)) + 1,
    transaction: bytes.readBigUInt64LE(place.transaction),
    roots: [place.freeTree, place.mainTree].flatMap((at) => rootOf(bytes, at) ?? []),
  };
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unsound(path: string): Fault {
  return new Fault(
    'store-unreadable',
    `${path} is no database any more, or not all of it`,
    'check the disk (dmesg), then restore a backup',
  );
}
