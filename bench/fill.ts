import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventIndex } from '../src/store/event-index.ts';
import { IdentifierIndex } from '../src/store/identifier-index.ts';
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
  const index = new IdentifierIndex(store);
  for (let from = 1; from <= count; from += 50_000) {
    const to = Math.min(count, from + 49_999);
    await store.durably(() => {
      for (let uid = from; uid <= to; uid += 1) {
        const number = cardNumber(uid);
        const owner = { name: `Resident ${uid}`, type: 'owner' } as const;
        const window = { fromS: 1_540_819_272, toS: 4_102_444_800 };
        records.putSync(`card:${number}`, { uid, owner, lock: 'first', window });
        keys.putSync(uid, `card:${number}`);
        index.change(uid, undefined, { type: 'card', number, owner, lock: 'first' });
      }
      counters.putSync('next-uid', to + 1);
      counters.putSync('identifiers', to);
    });
  }
  return store;
}

/** Unix milliseconds of the first event of a filled log; each comes a second after the one before. */
export const firstEventMs = 1_780_000_000_000;

/** Fills the log with `count` passages, one in ten of them of another category; the first at `firstMs`. */
export async function fillLog(store: Store, count: number, firstMs = firstEventMs): Promise<void> {
  const events = store.database<number>('events', 'uint32');
  const index = new EventIndex(store);
  let edges = index.edges(undefined);
  for (let from = 1; from <= count; from += 50_000) {
    const batch = Array.from({ length: Math.min(50_000, count - from + 1) }, (_, n) => ({
      seq: from + n,
      ...passage(from + n, firstMs),
    }));
    await store.durably(() => {
      for (const { seq, ...event } of batch) events.putSync(seq, event);
      edges = index.add(batch, edges);
    });
  }
}

function passage(n: number, firstMs: number) {
  return {
    wallMs: firstMs + n * 1000,
    category: n % 10 === 0 ? ('system' as const) : ('access' as const),
    priority: 'medium',
    key: 'access_granted_by_valid_identifier',
    text: `Resident ${n} may pass at front`,
    model: {
      reader: 'front',
      type: 'card',
      number: cardNumber(n),
      owner: `Resident ${n}`,
      identifier_uid: n,
      bits: 34,
      raw: '2387695',
      format: 'wiegand_34',
      lock: 'first',
    },
  };
}
