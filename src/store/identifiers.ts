/**
 * Identifiers by (type, number), which is how the door asks, and an index by uid, which is how
 * clients ask, kept in the same transaction. The record stands under the number so that a
 * presentation costs one look-up; reading is synchronous, without an `await` between the last bit
 * of a card and the relay.
 */
import type { Database } from 'lmdb';
import { carriedOver } from '../door/access-key.ts';
import type { Identifier, IdentifierFields, IdentifierType } from '../door/model.ts';
import { afterPass } from '../door/passes.ts';
import type {
  Conflict,
  IdentifierChanges,
  IdentifierReader,
  IdentifierWriter,
  Part,
  Reference,
} from '../ports/store.ts';
import { IdentifierIndex } from './identifier-index.ts';
import {
  compileRecordSchema,
  keyOf,
  keySchema,
  namesOfDamaged,
  partsOf,
  recordSchema,
} from './identifier-record.ts';
import { IdentifierRemoval } from './identifier-removal.ts';
import { LeftOut } from './left-out.ts';
import { damaged, readValue, type Store } from './store.ts';

const nextUidKey = 'next-uid';
const countKey = 'identifiers';
/** Deleted in one transaction when all are; a few milliseconds of the main thread. */
const clearedAtOnce = 200;

/** Numbers that no identifier may have: those of the panel's own master code and master card. */
export type Reserved = (fields: IdentifierFields) => Conflict | undefined;

/** The identifiers of a store. Methods that write belong to the main thread. */
export class Identifiers implements IdentifierReader, IdentifierWriter {
  readonly #store: Store;
  readonly #records: Database<unknown, string>;
  readonly #keys: Database<unknown, number>;
  readonly #counters: Database<unknown, string>;
  readonly #index: IdentifierIndex;
  readonly #removal: IdentifierRemoval;
  readonly #reserved: Reserved;
  readonly #leftOut = new LeftOut();
  readonly #nameOf: (key: string) => string;

  constructor(store: Store, reserved: Reserved = () => undefined) {
    this.#store = store;
    this.#records = store.database<string>('identifiers', 'ordered-binary');
    this.#keys = store.database<number>('identifiers-by-uid', 'uint32');
    this.#counters = store.database<string>('counters', 'ordered-binary');
    this.#index = new IdentifierIndex(store);
    this.#removal = new IdentifierRemoval(store, this.#index, (uid) => this.get(uid));
    this.#nameOf = namesOfDamaged(this.#records, this.#keys);
    this.#reserved = reserved;
    // zod compiles a schema when it is first used, which takes longer than a whole decision. The
    // first card after a start is not to wait for that.
    compileRecordSchema();
  }

  get(uid: number): Identifier | undefined {
    const key = keySchema.safeParse(
      readValue(this.#keys, uid, `the key of identifier ${uid}`),
    ).data;
    if (key === undefined) return undefined;
    const { type, number } = partsOf(key);
    return this.find(type, number);
  }

  find(type: IdentifierType, number: string): Identifier | undefined {
    // A code is nobody's business, and what is said here reaches the log.
    const which = type === 'inputCode' ? '' : ` and number ${number}`;
    const what = `the identifier of type ${type}${which}`;
    const value = readValue(this.#records, keyOf(type, number), what);
    if (value === undefined) return undefined;
    const record = recordSchema.safeParse(value);
    if (record.success) return { type, number, ...record.data };
    throw damaged(what, record.error);
  }

  count(): number {
    // Not LMDB's own statistics: a worker that is ended while it asks for them takes the process along.
    const count = this.#counters.get(countKey);
    return typeof count === 'number' ? count : 0;
  }

  /** Without those that are damaged, as every list of them. */
  list(offset: number, limit: number, reverse: boolean): Identifier[] {
    return this.#all([...this.#keys.getKeys({ offset, limit, reverse })]);
  }

  byLinkId(linkId: string): Identifier | undefined {
    const uid = this.#linkedTo(linkId);
    return uid === undefined ? undefined : this.get(uid);
  }

  soundByLinkId(linkId: string): Identifier | undefined {
    const uid = this.#linkedTo(linkId);
    return uid === undefined ? undefined : this.sound(uid);
  }

  referring(to: Reference, uid: number): number[] {
    return this.#index.uids(to, uid);
  }

  ownedBy(name: string): number[] {
    return this.#index.uids('owner', name).filter((uid) => this.sound(uid)?.owner.name === name);
  }

  /** Names of the identifiers that lists have left out and that are damaged still. */
  damaged(): string[] {
    return this.#leftOut.names();
  }

  ofType(type: IdentifierType, offset: number, limit: number, reverse: boolean): Part {
    const total = this.#index.count(type);
    if (offset >= total) return { total, items: [] };
    // ';' is the character after ':'.
    const [low, high] = [keyOf(type, ''), `${type};`];
    const ends = reverse ? { start: high, end: low } : { start: low, end: high };
    const keys = [...this.#records.getKeys({ ...ends, offset, limit, reverse })];
    const items = keys.map((key) => this.soundOf(type, partsOf(key).number));
    return { total, items: items.filter((found) => found !== undefined) };
  }

  linked(offset: number, limit: number, reverse: boolean): Part {
    const total = this.#index.count('link');
    const uids = offset < total ? this.#index.linked(offset, limit, reverse) : [];
    return { total, items: this.#all(uids) };
  }

  hasNamesake(name: string, uid: number): boolean {
    return this.#index.uids('owner', name, 2).some((other) => other !== uid);
  }

  awaiting(apartmentLink: string): number[] {
    return this.#index.uids('awaited-apartment', apartmentLink);
  }

  beyond(uid: number | undefined, limit: number, reverse: boolean): Identifier[] {
    const start = uid === undefined ? {} : { start: reverse ? uid - 1 : uid + 1 };
    const found: Identifier[] = [];
    for (const key of this.#keys.getKeys({ ...start, reverse })) {
      const identifier = this.sound(key);
      if (identifier) found.push(identifier);
      if (found.length === limit) break;
    }
    return found;
  }

  maybeOwnedBy(name: string, atMost: number): number[] | undefined {
    const uids = this.#index.uids('owner', name, atMost + 1);
    return uids.length > atMost ? undefined : uids;
  }

  create(fields: IdentifierFields): Promise<{ uid: number } | { conflict: Conflict }> {
    return this.batch((changes) => changes.create(fields));
  }

  update(uid: number, change: (old: Identifier) => IdentifierFields) {
    return this.batch((changes) => changes.update(uid, change));
  }

  remove(uids: readonly number[]): Promise<number[]> {
    return this.batch((changes) => uids.filter((uid) => changes.remove(uid)));
  }

  batch<T>(work: (changes: IdentifierChanges) => T): Promise<T> {
    return this.#store.durably(() => {
      const wentAlong = new Set<number>();
      return work({
        create: (fields) => this.#create(fields),
        update: (uid, change) => this.#update(uid, change),
        remove: (uid) => {
          const [removed, ...others] = this.#remove(uid);
          for (const other of others) wentAlong.add(other);
          return removed !== undefined || wentAlong.delete(uid);
        },
      });
    });
  }

  takePass(uid: number): number | undefined {
    return this.#countPass(uid, -1);
  }

  givePass(uid: number): number | undefined {
    return this.#countPass(uid, 1);
  }

  async clear(tell: (gone: IdentifierFields) => void = () => undefined): Promise<number> {
    const [last = 0] = this.#keys.getKeys({ limit: 1, reverse: true });
    const step = () => {
      const uids = [...this.#keys.getKeys({ end: last + 1, limit: clearedAtOnce })];
      return uids.flatMap((uid) => this.#remove(uid, tell)).length;
    };
    for (let count = 0; ; ) {
      const removed = await this.#store.durably(step);
      if (removed === 0) return count;
      count += removed;
    }
  }

  #countPass(uid: number, change: 1 | -1): number | undefined {
    return this.#store.now(() => {
      const identifier = this.get(uid);
      const passes = identifier?.passes && afterPass(identifier.passes, change);
      if (!passes) return undefined;
      this.#write(uid, { ...identifier, passes }, identifier);
      return passes.left;
    });
  }

  #create(fields: IdentifierFields): { uid: number } | { conflict: Conflict } {
    const conflict = this.#reserved(fields) ?? this.#taken(fields, undefined);
    if (conflict) return { conflict };
    const next = this.#counters.get(nextUidKey);
    const uid = typeof next === 'number' ? next : 1;
    this.#counters.putSync(nextUidKey, uid + 1);
    this.#counters.putSync(countKey, this.count() + 1);
    this.#write(uid, fields, undefined);
    return { uid };
  }

  #update(uid: number, change: (old: Identifier) => IdentifierFields): Conflict | undefined {
    const old = this.get(uid);
    if (!old) return 'unknown-uid';
    const fields = change(old);
    const conflict = this.#reserved(fields) ?? this.#taken(fields, old);
    if (conflict) return conflict;
    const oldKey = keyOf(old.type, old.number);
    if (keyOf(fields.type, fields.number) !== oldKey) this.#records.removeSync(oldKey);
    this.#write(uid, fields, old);
    this.#carryOver(old, fields);
    return undefined;
  }

  /** Whether number or link id belong to another identifier than `old`. */
  #taken({ type, number, linkId }: IdentifierFields, old: Identifier | undefined) {
    const key = keyOf(type, number);
    if (!(old && key === keyOf(old.type, old.number)) && this.#records.doesExist(key)) {
      return 'duplicate';
    }
    if (linkId === undefined || linkId === old?.linkId) return undefined;
    return this.#linkedTo(linkId, old?.uid) === undefined ? undefined : 'duplicate-link';
  }

  #remove(uid: number, tell: (gone: IdentifierFields) => void = () => undefined): number[] {
    const removed = this.#removal.remove(uid, tell);
    if (removed.length > 0) this.#counters.putSync(countKey, this.count() - removed.length);
    return removed;
  }

  /**
   * What a change of one number of an access key has changed is so for its other numbers as well. Where
   * the first number is gone, each of the others is by itself.
   */
  #carryOver(old: Identifier, fields: IdentifierFields): void {
    const { uid, partOf: first = uid } = old;
    const carry = carriedOver(old, fields);
    if (!carry || (first !== uid && !this.#keys.doesExist(first))) return;
    for (const other of [first, ...this.#index.uids('key', first)]) {
      const before = other === uid ? undefined : this.sound(other);
      if (before) this.#write(other, carry(before), before);
    }
  }

  #all(uids: readonly number[]): Identifier[] {
    return uids.map((uid) => this.sound(uid)).filter((found) => found !== undefined);
  }

  sound(uid: number): Identifier | undefined {
    return this.#leftOut.orNone(`identifier ${uid}`, () => this.get(uid));
  }

  soundOf(type: IdentifierType, number: string): Identifier | undefined {
    const name = () => this.#nameOf(keyOf(type, number));
    return this.#leftOut.orNone(name, () => this.find(type, number));
  }

  /** An entry of the index that leads nowhere is what a damaged record has left. */
  #linkedTo(linkId: string, but?: number): number | undefined {
    const uids = this.#index.uids('link', linkId);
    return uids.find((uid) => uid !== but && this.#keys.doesExist(uid));
  }

  #write(uid: number, fields: IdentifierFields, old: Identifier | undefined): void {
    const { type, number, uid: _, ...rest } = { uid, ...fields };
    const key = keyOf(type, number);
    this.#records.putSync(key, { uid, ...rest });
    if (!(old && keyOf(old.type, old.number) === key)) this.#keys.putSync(uid, key);
    this.#index.change(uid, old, fields);
  }
}
