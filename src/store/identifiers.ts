/**
 * Identifiers by uid, with an index by (type, number) kept in the same transaction. Reading is
 * synchronous: between the last bit of a card and the relay there is no `await`.
 */
import type { Database } from 'lmdb';
import { z } from 'zod';
import {
  type Identifier,
  type IdentifierFields,
  type IdentifierType,
  identifierTypes,
} from '../door/model.ts';
import { Fault } from '../errors.ts';
import type { Conflict, IdentifierReader, IdentifierWriter } from '../ports.ts';
import type { Store } from './store.ts';

const recordSchema = z.object({
  type: z.enum(identifierTypes),
  number: z.string(),
  owner: z.object({ name: z.string(), type: z.enum(['owner', 'guest']) }),
  lock: z.enum(['first', 'second', 'all']),
  window: z.object({ fromS: z.int(), toS: z.int() }).exactOptional(),
  passes: z.object({ max: z.int().min(1), left: z.int().min(0) }).exactOptional(),
});

const nextUidKey = 'next-uid';

/** The identifiers of a store. Methods that write belong to the main thread. */
export class Identifiers implements IdentifierReader, IdentifierWriter {
  readonly #store: Store;
  readonly #byUid: Database<unknown, number>;
  readonly #byNumber: Database<unknown, string>;
  readonly #counters: Database<unknown, string>;

  constructor(store: Store) {
    this.#store = store;
    this.#byUid = store.database<number>('identifiers', 'uint32');
    this.#byNumber = store.database<string>('identifiers-by-number', 'ordered-binary');
    this.#counters = store.database<string>('counters', 'ordered-binary');
  }

  get(uid: number): Identifier | undefined {
    const value = this.#byUid.get(uid);
    if (value === undefined) return undefined;
    const record = recordSchema.safeParse(value);
    if (record.success) return { uid, ...record.data };
    throw new Fault(
      'store-unreadable',
      `identifier ${uid} is damaged in the database`,
      'delete it and create it again, or restore a backup',
      record.error,
    );
  }

  find(type: IdentifierType, number: string): Identifier | undefined {
    const uid = this.#byNumber.get(numberKey(type, number));
    return typeof uid === 'number' ? this.get(uid) : undefined;
  }

  count(): number {
    // LMDB's own statistics: no scan.
    const stats = this.#byUid.getStats();
    return 'entryCount' in stats && typeof stats.entryCount === 'number' ? stats.entryCount : 0;
  }

  list(offset: number, limit: number, reverse: boolean): Identifier[] {
    const uids = this.#byUid.getKeys({ offset, limit, reverse });
    return [...uids].map((uid) => this.get(uid)).filter((found) => found !== undefined);
  }

  create(fields: IdentifierFields): Promise<{ uid: number } | { conflict: Conflict }> {
    return this.#store.durably(() => {
      if (this.#isTaken(fields)) return { conflict: 'duplicate' };
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
      if (this.#isTaken(fields, uid)) return 'duplicate';
      this.#byNumber.removeSync(numberKey(old.type, old.number));
      this.#write(uid, fields);
      return undefined;
    });
  }

  remove(uids: readonly number[]): Promise<number[]> {
    return this.#store.durably(() =>
      uids.filter((uid) => {
        const value = this.#byUid.get(uid);
        if (value === undefined) return false;
        // A damaged record can be deleted too; its index entry then leads nowhere.
        const old = recordSchema.safeParse(value).data;
        if (old) this.#byNumber.removeSync(numberKey(old.type, old.number));
        this.#byUid.removeSync(uid);
        return true;
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

  #isTaken({ type, number }: IdentifierFields, exceptUid?: number): boolean {
    const uid = this.#byNumber.get(numberKey(type, number));
    return typeof uid === 'number' && uid !== exceptUid && this.#byUid.doesExist(uid);
  }

  #write(uid: number, { type, number, owner, lock, window, passes }: IdentifierFields): void {
    const limits = { ...(window && { window }), ...(passes && { passes }) };
    this.#byUid.putSync(uid, { type, number, owner, lock, ...limits });
    this.#byNumber.putSync(numberKey(type, number), uid);
  }
}

function numberKey(type: IdentifierType, number: string): string {
  return `${type}:${number}`;
}
