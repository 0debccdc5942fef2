/** Writes a backup, in steps between which the web answers. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { promises as streams } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Key } from 'lmdb';
import { type BackupHeader, databaseFrame, endFrame, entryFrame, headOf } from './backup-format.ts';
import { needReserve } from './room.ts';
import type { Snapshot, Store } from './store.ts';

/** Entries read in one step; a millisecond or two. */
const entriesAtOnce = 200;

/**
 * Writes everything that stands in `store` now into the new file `path`, which only its owner may
 * read, and sees it onto the disk.
 * @throws Fault `store-unwritable` when the disk has no room for it.
 */
export async function writeBackup(
  store: Store,
  path: string,
  about: Omit<BackupHeader, 'schema'>,
): Promise<void> {
  const snapshot = store.snapshot();
  try {
    const head = headOf({ ...about, schema: snapshot.schema });
    // As it is read once a day: little time, and most of the room saved.
    const gzip = createGzip({ level: 3 });
    const sum = createHash('sha256').update(head);
    await streams.pipeline(
      frames(snapshot),
      gzip,
      async function* (chunks: AsyncIterable<Buffer>) {
        yield head;
        for await (const chunk of chunks) {
          needReserve(dirname(path), chunk.length);
          sum.update(chunk);
          yield chunk;
        }
        yield sum.digest();
      },
      createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
    );
  } finally {
    snapshot.end();
  }
}

async function* frames(snapshot: Snapshot): AsyncGenerator<Buffer> {
  let count = 0;
  for (const name of snapshot.names) {
    yield databaseFrame(name);
    for (let after: Key | undefined; ; ) {
      const entries = snapshot.entries(name, after, entriesAtOnce);
      if (entries.length === 0) break;
      after = entries.at(-1)?.key;
      count += entries.length;
      yield Buffer.concat(entries.map(({ key, value }) => entryFrame(key, value)));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  yield endFrame(count);
}
