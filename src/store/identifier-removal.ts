/**
 * Deletes identifiers. An access key of several numbers (access-key API, `a|b`) goes whole with its
 * first one, after which its public id is made: no number stays that nothing could revoke.
 */
import type { Database } from 'lmdb';
import type { Identifier, IdentifierFields } from '../door/model.ts';
import type { IdentifierIndex } from './identifier-index.ts';
import { partsOf } from './identifier-record.ts';
import { passbackDatabase } from './passback.ts';
import type { Store } from './store.ts';

/** Deletions belong into a transaction of the main thread. */
export class IdentifierRemoval {
  readonly #keys: Database<unknown, number>;
  readonly #records: Database<unknown, string>;
  readonly #passages: Database<unknown, number>;
  readonly #index: IdentifierIndex;
  readonly #get: (uid: number) => Identifier | undefined;

  /** @param get may throw for a damaged record. */
  constructor(store: Store, index: IdentifierIndex, get: (uid: number) => Identifier | undefined) {
    this.#keys = store.database<number>('identifiers-by-uid', 'uint32');
    this.#records = store.database<string>('identifiers', 'ordered-binary');
    this.#passages = store.database<number>(passbackDatabase, 'uint32');
    this.#index = index;
    this.#get = get;
  }

  /**
   * @param tell is called with each that can be read.
   * @returns the uids that went, the one that was asked for first; none where nothing has it.
   */
  remove(uid: number, tell: (gone: IdentifierFields) => void): number[] {
    if (!this.#removeOne(uid, tell)) return [];
    const others = this.#index.uids('key', uid).filter((other) => this.#removeOne(other, tell));
    return [uid, ...others];
  }

  #removeOne(uid: number, tell: (gone: IdentifierFields) => void): boolean {
    const key = this.#keys.get(uid);
    if (typeof key === 'string') {
      const old = this.#readable(uid, key);
      if (old) tell(old);
      this.#index.change(uid, old, undefined);
      this.#records.removeSync(key);
      this.#passages.removeSync(uid);
    }
    return this.#keys.removeSync(uid);
  }

  /** A damaged record can be deleted; what the index says of it then leads nowhere. */
  #readable(uid: number, key: string): IdentifierFields | undefined {
    try {
      return this.#get(uid);
    } catch {
      return { ...partsOf(key), owner: { name: '', type: 'owner' }, lock: 'all' };
    }
  }
}
