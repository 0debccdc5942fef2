/**
 * Lists of which there may be a million items: by an index where the filter allows it, otherwise by
 * a walk over all of them in small steps, between which other requests are served.
 */
import { tryLater } from '../answer.ts';
import { Gate } from '../gate.ts';
import { type Filter, passes } from './filter.ts';
import type { Comparison } from './filter-expression.ts';
import { comparing, type Found, type Keys, keysOf, type Wanted } from './list.ts';

/** Where many items come from. Keys are whole numbers, ascending in the natural order. */
export interface Source<T> {
  readonly keyOf: (item: T) => number;
  readonly get: (key: number) => T | undefined;
  /** A page of the natural order without a filter, and how many there are. */
  readonly page: (offset: number, limit: number, reverse: boolean) => Found<T>;
  /** The next items in the natural order, beyond the key `after`; fewer than `limit` only at the end. */
  readonly next: (after: number | undefined, limit: number, reverse: boolean) => readonly T[];
  /** The keys of all items that pass a comparison, and perhaps others; undefined: no index tells. */
  readonly lookUp: (comparison: Comparison) => readonly number[] | undefined;
}

/** Items that one step of a walk looks at: about a millisecond. */
const itemsAtOnce = 200;
/** So many items of an order other than the natural one can be reached. */
export const sortedAtMost = 100_000;
const sortedAtOnce = 10_000;
const walksAtOnce = 2;
const walksWaiting = 4;
const walkUs = 5_000_000;

/** Walks under way; one for the whole application, so that many cost no more than a few. */
export class Walks {
  readonly #gate = new Gate(walksAtOnce, walksWaiting);
  readonly #refresh: () => void;

  /** @param refresh makes the next read see what is committed, and lets go of what was read. */
  constructor(refresh: () => void) {
    this.#refresh = refresh;
  }

  /**
   * The page that was asked for. `gone` is asked between steps: true ends a walk.
   * @returns 'too-far' for a page beyond `sortedAtMost`; an answer (429) while too many others walk.
   */
  async search<T>(
    source: Source<T>,
    wanted: Wanted<T>,
    gone: () => boolean,
  ): Promise<Found<T> | 'too-far' | Response> {
    const { filter, offset, limit } = wanted;
    const [{ field, descending }] = wanted.order;
    if (!filter && field.natural) return source.page(offset, limit, descending);
    if (!field.natural && offset + limit > sortedAtMost) return 'too-far';
    const keys = filter && keysBy(filter, source.lookUp);
    const steps = keys ? stepsOver(keys, source) : source.next;
    const walk = () => {
      const chunks = this.#chunks({ ...source, next: steps }, field.natural && descending, gone);
      return field.natural ? inNaturalOrder(chunks, wanted) : inOrder(chunks, source, wanted);
    };
    if (keys && keys.length <= itemsAtOnce) return walk();
    return this.refusal() ?? this.#gate.run(walk);
  }

  /**
   * Shows every item of a source to `take`. `gone` as above: true ends it.
   * @returns an answer (429) while too many others walk.
   */
  async each<T>(
    source: Pick<Source<T>, 'keyOf' | 'next'>,
    take: (item: T) => void,
    gone: () => boolean,
  ): Promise<Response | undefined> {
    const refusal = this.refusal();
    if (refusal) return refusal;
    await this.#gate.run(async () => {
      for await (const chunk of this.#chunks(source, false, gone)) chunk.forEach(take);
    });
    return undefined;
  }

  /** 429 while too many others walk. */
  refusal(): Response | undefined {
    return this.#gate.isFull() ? tryLater(walkUs) : undefined;
  }

  /**
   * Looks for the next piece of an answer that goes on as its client reads. It has a place among the
   * walks only meanwhile, so that slow clients keep none of them.
   */
  piece<T>(look: () => Promise<T>): Promise<T> {
    return this.#gate.run(look);
  }

  async *#chunks<T>(
    source: Pick<Source<T>, 'keyOf' | 'next'>,
    reverse: boolean | undefined,
    gone: () => boolean,
  ): AsyncGenerator<readonly T[]> {
    let after: number | undefined;
    while (!gone()) {
      this.#refresh();
      const items = source.next(after, itemsAtOnce, reverse ?? false);
      yield items;
      const last = items.at(-1);
      if (last === undefined || items.length < itemsAtOnce) return;
      after = source.keyOf(last);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** The keys that an index gives for a filter; undefined when only a walk tells. */
export function keysBy<T>(
  filter: Filter<T>,
  lookUp: Source<T>['lookUp'],
): readonly number[] | undefined {
  if (filter.kind === 'compare') return lookUp(filter);
  if (filter.kind === 'not') return undefined;
  const all = filter.of.map((part) => keysBy(part, lookUp));
  const known = all.filter((keys) => keys !== undefined);
  if (filter.kind === 'or') return known.length === all.length ? known.flat() : undefined;
  const [first, ...rest] = known;
  return first && rest.reduce((few, keys) => (keys.length < few.length ? keys : few), first);
}

/** `Source.next` over keys that are known. */
function stepsOver<T>(keys: readonly number[], { get }: Source<T>): Source<T>['next'] {
  const ascending = [...new Set(keys)].sort((a, b) => a - b);
  const turned = [...ascending].reverse();
  let done = 0;
  return (_after, limit, reverse) => {
    const items: T[] = [];
    const from = reverse ? turned : ascending;
    while (items.length < limit && done < from.length) {
      const item = get(from[done] ?? 0);
      done += 1;
      if (item !== undefined) items.push(item);
    }
    return items;
  };
}

async function inNaturalOrder<T>(
  chunks: AsyncIterable<readonly T[]>,
  { filter, offset, limit }: Wanted<T>,
): Promise<Found<T>> {
  let total = 0;
  const items: T[] = [];
  for await (const chunk of chunks) {
    for (const item of chunk) {
      if (filter && !passes(filter, item)) continue;
      if (total >= offset && items.length < limit) items.push(item);
      total += 1;
    }
  }
  return { total, items };
}

/** Keeps what is sorted by, not the items, and of that no more than the page asks for. */
async function inOrder<T>(
  chunks: AsyncIterable<readonly T[]>,
  { keyOf, get }: Source<T>,
  { filter, order, offset, limit }: Wanted<T>,
): Promise<Found<T>> {
  const compareKeys = comparing(order);
  const compare = (a: Entry, b: Entry) => compareKeys(a.keys, b.keys) || a.key - b.key;
  const first: Entry[] = [];
  let total = 0;
  let sorted = 0;
  const cut = () => {
    first.sort(compare);
    first.length = Math.min(first.length, offset + limit);
    sorted = first.length;
  };
  for await (const chunk of chunks) {
    for (const item of chunk) {
      if (filter && !passes(filter, item)) continue;
      total += 1;
      const entry = { keys: keysOf(order, item), key: keyOf(item) };
      const worst = sorted < offset + limit ? undefined : first[sorted - 1];
      if (!worst || compare(entry, worst) < 0) first.push(entry);
    }
    if (first.length - sorted >= sortedAtOnce) cut();
  }
  cut();
  const items = first.slice(offset).map(({ key }) => get(key));
  return { total, items: items.filter((item) => item !== undefined) };
}

interface Entry {
  readonly keys: Keys;
  readonly key: number;
}
