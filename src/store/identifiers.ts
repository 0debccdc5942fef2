/**
 * Identifiers by (type, number), which is how the door asks, and an index by uid, which is how
 * clients ask, kept in the same transaction. The record stands under the number so that a
 * presentation costs one look-up; reading is synchronous, without an `await` between the last bit
 * of a card and the relay.
 */
import type { Database } from 'lmdb';
import { z } from 'zod';
import {
  type Identifier,
  type IdentifierFields,
  type IdentifierType,
  identifierTypes,
} from '../door/model.ts';
import type { Conflict, IdentifierReader, IdentifierWriter } from '../ports.ts';
import { damaged, readValue, type Store } from './store.ts';

const recordSchema = z.object({
  uid: z.int().min(1),
  owner: z.object({ name: z.string(), type: z.enum(['owner', 'guest']) }),
  lock: z.enum(['first', 'second', 'all']),
  window: z.object({ fromS: z.int(), toS: z.int() }).exactOptional(),
  passes: z.object({ max: z.int().min(1), left: z.int().min(0) }).exactOptional(),
});
const keySchema = z.templateLiteral([z.enum(identifierTypes), ':', z.string()]);

/** A record with every member there is. */
const fullRecord: z.input<typeof recordSchema> = {
  uid: 1,
  owner: { name: '', type: 'owner' },
  lock: 'all',
  window: { fromS: 0, toS: 0 },
  passes: { max: 1, left: 1 },
};

const nextUidKey = 'next-uid';

/** The identifiers of a store. Methods that write belong to the main thread. */
export class Identifiers implements IdentifierReader, IdentifierWriter {
  readonly #store: Store;
  readonly #records: Database<unknown, string>;
  readonly #keys: Database<unknown, number>;
  readonly #counters: Database<unknown, string>;

  constructor(store: Store) {
    this.#store = store;
    this.#records = store.database<string>('identifiers', 'ordered-binary');
    this.#keys = store.database<number>('identifiers-by-uid', 'uint32');
    this.#counters = store.database<string>('counters', 'ordered-binary');
    // zod compiles a schema when it is first used, which takes longer than a whole decision. The
    // first card after a start is not to wait for that.
    recordSchema.parse(fullRecord);
  }

  get(uid: number): Identifier | undefined {
    const key = keySchema.safeParse(
      readValue(this.#keys, uid, `the key of identifier ${uid}`),
    ).data;
    if (key === undefined) return undefined;
    const colon = key.indexOf(':');
    return this.find(key.slice(0, colon) as IdentifierType, key.slice(colon + 1));
  }

  find(type: IdentifierType, number: string): Identifier | undefined {
    const what = `the identifier of type ${type} and number ${number}`;
    const value = readValue(this.#records, keyOf(type, number), what);
    if (value === undefined) return undefined;
    const record = recordSchema.safeParse(value);
    if (record.success) return { type, number, ...record.data };
    throw damaged(what, record.error);
  }

  count(): number {
    // LMDB's own statistics: no scan.
    const stats = this.#keys.getStats();
    return 'entryCount' in stats && typeof stats.entryCount === 'number' ? stats.entryCount : 0;
  }

  list(offset: number, limit: number, reverse: boolean): Identifier[] {
    const uids = this.#keys.getKeys({ offset, limit, reverse });
    return [...uids].map((uid) => this.get(uid)).filter((found) => found !== undefined);
  }

  create(fields: IdentifierFields): Promise<{ uid: number } | { conflict: Conflict }> {
    return this.#store.durably(() => {
      if (this.#records.doesExist(keyOf(fields.type, fields.number))) {
        return { conflict: 'duplicate' };
      }
      const next = this.#counters.get(nextUidKey);
      const uid = typeof next === 'number' ? next : 1;
      this.#counters.putSync(nextUidKey, uid + 1);
      this.#write(uid, fields);
      return { uid };
    });
  }

  update(uid: number, change: (old: Identifier) => IdentifierFields) {
    return this.#store.durably((): Conflict | undefined => {
      const old = this.get(uid);
      if (!old) return 'unknown-uid';
      const fields = change(old);
      const oldKey = keyOf(old.type, old.number);
      const newKey = keyOf(fields.type, fields.number);
      if (newKey !== oldKey) {
        if (this.#records.doesExist(newKey)) return 'duplicate';
        this.#records.removeSync(oldKey);
      }
      this.#write(uid, fields);
      return undefined;
    });
  }

  remove(uids: readonly number[]): Promise<number[]> {
    return this.#store.durably(() =>
      uids.filter((uid) => {
        const key = this.#keys.get(uid);
        if (typeof key === 'string') this.#records.removeSync(key);
        return this.#keys.removeSync(uid);
      }),
    );
  }

  takePass(uid: number): number | undefined {
    return this.#store.now(() => {
      const identifier = this.get(uid);
      if (!identifier?.passes || identifier.passes.left < 1) return undefined;
      const left = identifier.passes.left - 1;
      this.#write(uid, { ...identifier, passes: { ...identifier.passes, left } });
      return left;
    });
  }

  #write(uid: number, { type, number, owner, lock, window, passes }: IdentifierFields): void {
    const limits = { ...(window && { window }), ...(passes && { passes }) };
    const key = keyOf(type, number);
    this.#records.putSync(key, { uid, owner, lock, ...limits });
    this.#keys.putSync(uid, key);
  }
}

function keyOf(type: IdentifierType, number: string): string {
  return `${type}:${number}`;
}
