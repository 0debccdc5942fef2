import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../src/store/store.ts';

/** Numbers of the identifiers in a filled store: 1 to `count`, each a card of 32 bits. */
export function cardNumber(index: number): string {
  // Spread over the key space, as real card numbers are; odd, so no two are the same.
  return ((index * 2654435761) % 2 ** 32).toString();
}

/** A folder that is gone when the process ends. */
export function benchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store with `count` identifiers, written as the panel writes them. */
export async function filledStore(folder: string, count: number): Promise<Store> {
  const store = openStore(folder, 'writer');
  const records = store.database<string>('identifiers', 'ordered-binary');
  const keys = store.database<number>('identifiers-by-uid', 'uint32');
  const counters = store.database<string>('counters', 'ordered-binary');
  for (let from = 1; from <= count; from += 50_000) {
    const to = Math.min(count, from + 49_999);
    await store.durably(() => {
      for (let uid = from; uid <= to; uid += 1) {
        const number = cardNumber(uid);
        const owner = { name: `Resident ${uid}`, type: 'owner' };
        const window = { fromS: 1_540_819_272, toS: 4_102_444_800 };
        records.putSync(`card:${number}`, { uid, owner, lock: 'first', window });
        keys.putSync(uid, `card:${number}`);
      }
      counters.putSync('next-uid', to + 1);
    });
  }
  return store;
}
