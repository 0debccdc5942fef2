/**
 * The ways to find identifiers other than by number or uid: by link id, by owner's name and by the
 * records they refer to. One database of keys [what, value, uid], kept in the transaction that
 * changes the record.
 */
import type { Database, Key } from 'lmdb';
import type { IdentifierFields } from '../door/model.ts';
import type { Reference } from '../ports-store.ts';
import type { Store } from './store.ts';

type Kind = Reference | 'link' | 'owner';
type IndexKey = [kind: Kind, value: string | number, uid: number];

/** A name as it stands in a key, which has room for 1978 bytes. */
const nameLength = 200;

/** The index. Changes belong into a transaction of the main thread. */
export class IdentifierIndex {
  readonly #keys: Database<unknown, Key>;

  constructor(store: Store) {
    this.#keys = store.database<Key>('identifier-index', 'ordered-binary');
  }

  /** Uids under a value, ascending, at most `limit`. Those of long names that only begin alike are among them. */
  uids(kind: Kind, value: string | number, limit?: number): number[] {
    const start = [kind, cut(value), 0];
    const end = [kind, cut(value), Number.MAX_SAFE_INTEGER];
    return [...this.#keys.getKeys({ start, end, ...(limit && { limit }) })].map((key) =>
      Number((key as IndexKey)[2]),
    );
  }

  /** Replaces what stands for `old` by what stands for `fields`. */
  change(uid: number, old: IdentifierFields | undefined, fields: IdentifierFields | undefined) {
    const gone = old ? entries(old) : [];
    const there = fields ? entries(fields) : [];
    const same = ([kind, value]: Entry) => `${kind} ${value}`;
    const kept = new Set(there.map(same));
    const had = new Set(gone.map(same));
    for (const [kind, value] of gone.filter((entry) => !kept.has(same(entry)))) {
      this.#keys.removeSync([kind, value, uid]);
    }
    for (const [kind, value] of there.filter((entry) => !had.has(same(entry)))) {
      this.#keys.putSync([kind, value, uid], true);
    }
  }
}

type Entry = readonly [kind: Kind, value: string | number];

function entries({ owner, linkId, profiles, apartment, levels, person }: IdentifierFields) {
  const found: Entry[] = [['owner', cut(owner.name)]];
  if (linkId !== undefined) found.push(['link', linkId]);
  for (const uid of profiles ?? []) found.push(['profile', uid]);
  if (apartment !== undefined) found.push(['apartment', apartment]);
  for (const uid of levels ?? []) found.push(['level', uid]);
  if (person !== undefined) found.push(['person', person]);
  return found;
}

function cut<T extends string | number>(value: T): T | string {
  if (typeof value !== 'string' || value.length <= nameLength) return value;
  // Never in the middle of a character.
  return [...value.slice(0, nameLength + 1)].slice(0, nameLength - 1).join('');
}
