/** Which pages of a database its trees lead to, without LMDB, which does not survive a missing one. */

/** Reads a page of the file from its beginning; undefined when it is not all there. */
type ReadPage = (page: number) => Buffer | undefined;

/** As lmdb 3.5.6 has them (`mdb.c`: `MDB_page`, `MDB_node`, `MDB_db`), on machines of 64 bits. */
const header = { flags: 18, keysEnd: 20, overflowPages: 20, keys: 24 } as const;
const pageKind = { branch: 0x01, leaf: 0x02, overflow: 0x04 } as const;
const node = { low: 0, high: 2, flags: 4, keySize: 6, key: 8 } as const;
const nodeKind = { overflow: 0x01, tree: 0x02 } as const;
const treeRoot = 40;
/** The root of a tree that holds nothing. */
const noPage = 0xffff_ffff_ffff_ffffn;

/** The page of the root of the tree whose description begins at `at`; undefined when it is empty. */
export function rootOf(bytes: Buffer, at: number): number | undefined {
  const page = bytes.readBigUInt64LE(at + treeRoot);
  return page === noPage ? undefined : Number(page);
}

/** Whether all pages are there that the trees with these roots are made of. */
export function isWhole(read: ReadPage, roots: readonly number[]): boolean {
  const waiting = [...roots];
  const seen = new Set(waiting);
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    const found = pagesIn(read, page);
    if (!found) return false;
    for (const next of found) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return true;
}

/** Pages that a page names; undefined when it, or what continues it, is not there or is no page. */
function pagesIn(read: ReadPage, page: number): number[] | undefined {
  const bytes = read(page);
  if (!bytes) return undefined;
  try {
    const flags = bytes.readUInt16LE(header.flags);
    if (flags & pageKind.overflow) {
      const last = page + bytes.readUInt32LE(header.overflowPages) - 1;
      return read(last) && [];
    }
    if (flags & pageKind.branch) return nodesOf(bytes).map((at) => childAt(bytes, at));
    if (flags & pageKind.leaf) return nodesOf(bytes).flatMap((at) => namedAt(bytes, at));
    return undefined;
  } catch (error) {
    // A place beyond the page.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Places in a page are counted from the end of its header. */
function nodesOf(bytes: Buffer): number[] {
  const count = bytes.readUInt16LE(header.keysEnd) >> 1;
  return Array.from(
    { length: count },
    (_, index) => header.keys + bytes.readUInt16LE(header.keys + 2 * index),
  );
}

function childAt(bytes: Buffer, at: number): number {
  const low = bytes.readUInt16LE(at + node.low) + bytes.readUInt16LE(at + node.high) * 2 ** 16;
  return low + bytes.readUInt16LE(at + node.flags) * 2 ** 32;
}

function namedAt(bytes: Buffer, at: number): number[] {
  const flags = bytes.readUInt16LE(at + node.flags);
  const data = at + node.key + bytes.readUInt16LE(at + node.keySize);
  if (flags & nodeKind.overflow) return [Number(bytes.readBigUInt64LE(data))];
  if (!(flags & nodeKind.tree)) return [];
  const root = rootOf(bytes, data);
  return root === undefined ? [] : [root];
}
