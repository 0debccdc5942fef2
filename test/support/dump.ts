import { open } from 'lmdb';
import type { FreshWeb } from './web-app.ts';

/** What random values look like: ids, hashes, salts and tokens. */
const random =
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}|[A-Za-z0-9+/_-]{22,}={0,2}/g;

/** An option of lmdb that its types leave out: plain objects, as `store/store.ts` writes them. */
const withoutRecords = { encoder: { useRecords: false } };

/** `text` with `*` in the place of random values. */
export function withoutRandom(text: string): string {
  return text.replace(random, '*');
}

/**
 * Everything that a web keeps or has done, as text: all that stands in its database, and what it
 * asked of the door. Random values are written as `*`, so that two webs can be compared.
 */
export async function dump(web: FreshWeb): Promise<string> {
  await web.eventLog.settled();
  const root = open({ path: `${web.folder}/latchd.mdb`, maxDbs: 64, readOnly: true });
  try {
    const names = [...root.getKeys({})].map(String).filter((name) => name !== 'schema');
    const databases = names.map((name) => {
      const database = root.openDB<unknown, Buffer>(name, {
        keyEncoding: 'binary',
        encoding: 'msgpack',
        ...withoutRecords,
      });
      const entries = [...database.getRange({})].map(({ key, value }) =>
        withoutRandom(JSON.stringify([Buffer.from(key).toString('latin1'), value])),
      );
      // Random keys stand in random order.
      return [name, entries.sort()];
    });
    const all = { databases, opened: web.opened, pulses: web.pulses };
    return withoutRandom(JSON.stringify(all, null, 1));
  } finally {
    await root.close();
  }
}
