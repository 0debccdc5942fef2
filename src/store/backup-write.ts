/** Writes a backup, in steps between which the web answers. */
import { createHash } from 'node:crypto';
import { promises as files } from 'node:fs';
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
  const content = frames(snapshot);
  let file: files.FileHandle | undefined;
  try {
    const into = await files.open(path, 'wx', 0o600);
    file = into;
    const sum = createHash('sha256');
    const put = async (bytes: Buffer) => {
      needReserve(dirname(path), bytes.length);
      sum.update(bytes);
      await into.appendFile(bytes);
    };
    await put(headOf({ ...about, schema: snapshot.schema }));
    // As it is read once a day: little time, and most of the room saved.
    const gzip = createGzip({ level: 3 });
    await streams.pipeline(content, gzip, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await put(chunk);
    });
    await into.appendFile(sum.digest());
    await into.sync();
  } finally {
    // A pipeline that fails does not wait for its source, which may be about to read the next entries.
    await content.return(undefined);
    snapshot.end();
    await file?.close();
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
