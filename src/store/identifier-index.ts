/**
 * The ways to find identifiers other than by number or uid: by link id, by owner's name and by the
 * records they refer to. One database of keys [what, value, uid], kept in the transaction that
 * changes the record.
 */
import type { Database, Key } from 'lmdb';
import type { IdentifierFields, IdentifierType } from '../door/model.ts';
import type { Reference } from '../ports/store.ts';
import type { Store } from './store.ts';

type Kind = Reference | 'link' | 'owner' | 'awaited-apartment';
type IndexKey = [kind: Kind, value: string | number, uid: number];

/** A name as it stands in a key, which has room for 1978 bytes. */
const nameLength = 200;

/** What is counted as it changes, because counting a million keys takes longer than a client waits. */
type Counted = IdentifierType | 'link';

/** The index. Changes belong into a transaction of the main thread. */
export class IdentifierIndex {
  readonly #keys: Database<unknown, Key>;
  readonly #counters: Database<unknown, string>;

  constructor(store: Store) {
    this.#keys = store.database<Key>('identifier-index', 'ordered-binary');
    this.#counters = store.database<string>('counters', 'ordered-binary');
  }

  /**
   * Uids under a value, ascending, at most `limit`. Those of long names that only begin alike are
   * among them.
   */
  uids(kind: Kind, value: string | number, limit?: number): number[] {
    const start = [kind, cut(value), 0];
    const end = [kind, cut(value), Number.MAX_SAFE_INTEGER];
    const keys = this.#keys.getKeys({ start, end, ...(limit !== undefined && { limit }) });
    return [...keys].map((key) => Number((key as IndexKey)[2]));
  }

  /** Uids in the order of their link ids. */
  linked(offset: number, limit: number, reverse: boolean): number[] {
    // Link ids are of hex digits, which come before that character.
    const [low, high] = [['link'], ['link', '\uffff']];
    const ends = reverse ? { start: high, end: low } : { start: low, end: high };
    const keys = this.#keys.getKeys({ ...ends, offset, limit, reverse });
    return [...keys].map((key) => Number((key as IndexKey)[2]));
  }

  /** How many identifiers are of a type, or have a link id. */
  count(what: Counted): number {
    const count = this.#counters.get(counterOf(what));
    return typeof count === 'number' ? count : 0;
  }

  /** Replaces what stands for `old` by what stands for `fields`. */
  change(uid: number, old: IdentifierFields | undefined, fields: IdentifierFields | undefined) {
    this.#recount(old && countedOf(old), fields && countedOf(fields));
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

  /** Sets a count where nobody has counted yet. */
  setCount(what: Counted, count: number): void {
    this.#counters.putSync(counterOf(what), count);
  }

  #recount(old: readonly Counted[] = [], now: readonly Counted[] = []): void {
    for (const what of old) if (!now.includes(what)) this.setCount(what, this.count(what) - 1);
    for (const what of now) if (!old.includes(what)) this.setCount(what, this.count(what) + 1);
  }
}

/** Every key that stands for an identifier. */
export function indexKeysOf(uid: number, fields: IdentifierFields): Key[] {
  const keys = entries(fields).map(([kind, value]) => [kind, value, uid]);
  return [...new Map(keys.map((key) => [String(key), key])).values()];
}

function counterOf(what: Counted): string {
  return `identifiers-of-${what}`;
}

function countedOf({ type, linkId }: IdentifierFields): Counted[] {
  return linkId === undefined ? [type] : [type, 'link'];
}

type Entry = readonly [kind: Kind, value: string | number];

function entries(fields: IdentifierFields): Entry[] {
  const { owner, linkId, profiles, apartment, levels, person, partOf, awaitedApartment } = fields;
  const found: Entry[] = [['owner', cut(owner.name)]];
  if (linkId !== undefined) found.push(['link', linkId]);
  for (const uid of profiles ?? []) found.push(['profile', uid]);
  if (apartment !== undefined) found.push(['apartment', apartment]);
  for (const uid of levels ?? []) found.push(['level', uid]);
  if (person !== undefined) found.push(['person', person]);
  if (partOf !== undefined) found.push(['key', partOf]);
  if (awaitedApartment !== undefined) found.push(['awaited-apartment', awaitedApartment]);
  return found;
}

function cut<T extends string | number>(value: T): T | string {
  if (typeof value !== 'string' || value.length <= nameLength) return value;
  // Never in the middle of a character.
  return [...value.slice(0, nameLength + 1)].slice(0, nameLength - 1).join('');
}
