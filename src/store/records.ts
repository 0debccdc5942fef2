/**
 * Records of a kind that has few (time profiles, apartments, access levels): by uid, with an index by
 * link id kept in the same transaction.
 */
import type { Database, Key } from 'lmdb';
import type { z } from 'zod';
import type { RecordReader, RecordWriter } from '../ports/store.ts';
import { readChecked } from './checked.ts';
import { LeftOut } from './left-out.ts';
import { readValue, type Store } from './store.ts';

/** What a kind of record is called, and what a record of it must be. */
interface RecordKind<T> {
  /** Of the databases; part of the layout. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
}

/** Changes inside one transaction, each as the method of `RecordWriter` of its name. */
export interface RecordChanges<T> {
  create(fields: T): { uid: number } | { conflict: 'duplicate' };
  update(uid: number, change: (old: T) => T): 'duplicate' | 'unknown-uid' | undefined;
  remove(uid: number): boolean;
}

/** The records of one kind. Methods that write belong to the main thread. */
export class Records<T extends { readonly linkId?: string }>
  implements RecordReader<T>, RecordWriter<T>
{
  readonly #store: Store;
  readonly #kind: RecordKind<T>;
  readonly #byUid: Database<unknown, number>;
  readonly #byLink: Database<unknown, string>;
  readonly #counters: Database<unknown, string>;
  readonly #leftOut = new LeftOut();

  constructor(store: Store, kind: RecordKind<T>) {
    this.#store = store;
    this.#kind = kind;
    this.#byUid = store.database<number>(kind.name, 'uint32');
    this.#byLink = store.database<string>(`${kind.name}-by-link`, 'ordered-binary');
    this.#counters = store.database<string>('counters', 'ordered-binary');
  }

  /** @throws Fault `store-unreadable` when the record is damaged, as `byLinkId`. */
  get(uid: number): (T & { readonly uid: number }) | undefined {
    const record = readChecked(this.#byUid, uid, this.#kind.schema, this.#nameOf(uid));
    return record && { ...record, uid };
  }

  byLinkId(linkId: string): (T & { readonly uid: number }) | undefined {
    const uid = readValue(this.#byLink, linkId, `the link ${linkId}`);
    return typeof uid === 'number' ? this.get(uid) : undefined;
  }

  count(): number {
    return this.#byUid.getKeysCount({});
  }

  /** Names of the records that lists have left out and that are damaged still. */
  damaged(): string[] {
    return this.#leftOut.names();
  }

  /** Without those that are damaged. */
  all(): (T & { readonly uid: number })[] {
    return this.#sound([...this.#byUid.getKeys({})]);
  }

  /** As `get`, but undefined for a damaged one: for those that only tell what something else refers to. */
  sound(uid: number): (T & { readonly uid: number }) | undefined {
    return this.#leftOut.orNone(this.#nameOf(uid), () => this.get(uid));
  }

  #sound(uids: readonly number[]): (T & { readonly uid: number })[] {
    return uids.flatMap((uid) => this.sound(uid) ?? []);
  }

  #isSound(uid: number): boolean {
    try {
      this.get(uid);
      return true;
    } catch {
      return false;
    }
  }

  #nameOf(uid: number): string {
    return `${this.#kind.name} ${uid}`;
  }

  create(fields: T): Promise<{ uid: number } | { conflict: 'duplicate' }> {
    return this.batch((changes) => changes.create(fields));
  }

  update(uid: number, change: (old: T) => T) {
    return this.batch((changes) => changes.update(uid, change));
  }

  remove(uids: readonly number[]): Promise<number[]> {
    return this.batch((changes) => uids.filter((uid) => changes.remove(uid)));
  }

  /** Several changes in one transaction, which must be short; when `work` throws, none is made. */
  batch<R>(work: (changes: RecordChanges<T>) => R): Promise<R> {
    return this.#store.durably(() =>
      work({
        create: (fields) => this.#create(fields),
        update: (uid, change) => this.#update(uid, change),
        remove: (uid) => this.#remove(uid),
      }),
    );
  }

  #create(fields: T): { uid: number } | { conflict: 'duplicate' } {
    if (fields.linkId !== undefined && this.#byLink.doesExist(fields.linkId)) {
      return { conflict: 'duplicate' };
    }
    const counter = `next-${this.#kind.name}`;
    const next = this.#counters.get(counter);
    const uid = typeof next === 'number' ? next : 1;
    this.#counters.putSync(counter, uid + 1);
    this.#write(uid, fields);
    return { uid };
  }

  #update(uid: number, change: (old: T) => T): 'duplicate' | 'unknown-uid' | undefined {
    const old = this.get(uid);
    if (!old) return 'unknown-uid';
    const fields = change(old);
    if (fields.linkId !== old.linkId) {
      if (fields.linkId !== undefined && this.#byLink.doesExist(fields.linkId)) return 'duplicate';
      if (old.linkId !== undefined) this.#byLink.removeSync(old.linkId);
    }
    this.#write(uid, fields);
    return undefined;
  }

  #remove(uid: number): boolean {
    if (this.#isSound(uid)) {
      const linkId = this.get(uid)?.linkId;
      if (linkId !== undefined) this.#byLink.removeSync(linkId);
    } else removeEntriesOf(this.#byLink, uid);
    return this.#byUid.removeSync(uid);
  }

  #write(uid: number, fields: T): void {
    const { uid: _, ...rest } = { uid, ...fields };
    this.#byUid.putSync(uid, rest);
    if (fields.linkId !== undefined) this.#byLink.putSync(fields.linkId, uid);
  }
}

/** Removes what an index says of a record that can no longer be read; there are few. */
export function removeEntriesOf<K extends Key>(index: Database<unknown, K>, uid: number): void {
  const keys = [...index.getRange({})].filter(({ value }) => value === uid).map(({ key }) => key);
  for (const key of keys) index.removeSync(key);
}
