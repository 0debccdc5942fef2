/**
 * Ways into the event log besides the sequence number, kept in the transactions that change it.
 *
 * By category: its events are counted off without gaps, so a place in a list of one category is a
 * look-up, and how many there are is a subtraction. By time: a clock that is set back makes the
 * times of the log fall somewhere, so it is divided into runs within which they never fall; in each
 * a moment is found by halving. Runs begin where the clock was set back, so there are few, and an
 * event costs nothing for them.
 */
import type { Database } from 'lmdb';
import type { EventCategory } from '../door/model.ts';
import { Fault } from '../errors.ts';
import type { Store } from './store.ts';

/** Every category of events. */
export const eventCategories = [
  'access',
  'info',
  'system',
  'emergency',
] as const satisfies readonly EventCategory[];

/** Whole numbers from `first` to `last`; none when `last` is less. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What the index needs to know of an event. */
export interface IndexedEvent {
  readonly seq: number;
  readonly wallMs: number;
  readonly category: EventCategory;
}

/**
 * The edges of the index, which the writer of the log keeps in memory so that an event costs one
 * write more and no look-ups. They hold for what is committed: each change gives new ones.
 */
export interface Edges {
  /** Unix milliseconds of the newest event; undefined where that is not known. */
  readonly latestMs: number | undefined;
  readonly runs: readonly number[];
  /** Of each category the counts it has, and the sequence number of the first. */
  readonly counts: ReadonlyMap<EventCategory, Span & { readonly firstSeq: number }>;
}

/** The index. Changes belong into a transaction of the main thread. */
export class EventIndex {
  /** Of each category: count from 1 up -> sequence number. */
  readonly #counted: ReadonlyMap<string, Database<unknown, number>>;
  /** Sequence numbers at which runs begin. */
  readonly #runs: Database<unknown, number>;

  constructor(store: Store) {
    this.#counted = new Map(
      eventCategories.map((name) => [name, store.database<number>(`events-${name}`, 'uint32')]),
    );
    this.#runs = store.database<number>('event-runs', 'uint32');
  }

  /** As they are in the database. */
  edges(latestMs: number | undefined): Edges {
    return {
      latestMs,
      runs: [...this.#runs.getKeys({})],
      counts: new Map(
        eventCategories.map((category) => {
          const span = this.#span(category);
          const firstSeq = this.#seqAt(category, span.first) ?? 0;
          return [category, { ...span, firstSeq }];
        }),
      ),
    };
  }

  /** Takes events in that follow the newest. */
  add(events: readonly IndexedEvent[], edges: Edges): Edges {
    const counts = new Map(edges.counts);
    const runs: number[] = [];
    let { latestMs } = edges;
    for (const { seq, wallMs, category } of events) {
      if (latestMs === undefined || wallMs < latestMs) {
        this.#runs.putSync(seq, true);
        runs.push(seq);
      }
      latestMs = wallMs;
      const { first, last, firstSeq } = counts.get(category) ?? { first: 1, last: 0, firstSeq: 0 };
      this.#counted.get(category)?.putSync(last + 1, seq);
      counts.set(category, { first, last: last + 1, firstSeq: last < first ? seq : firstSeq });
    }
    return { latestMs, counts, runs: runs.length > 0 ? [...edges.runs, ...runs] : edges.runs };
  }

  /** Forgets the events before `end`. */
  prune(end: number, edges: Edges): Edges {
    const counts = new Map(edges.counts);
    for (const [category, { last, ...span }] of edges.counts) {
      let { first, firstSeq } = span;
      for (; first <= last && firstSeq < end; first += 1) {
        this.#counted.get(category)?.removeSync(first);
        // An entry that cannot be read goes with the next: it must not stop the log.
        if (first < last) firstSeq = this.#seqAt(category, first + 1) ?? 0;
      }
      counts.set(category, { first, last, firstSeq });
    }
    // A run goes on up to the next: the one that `end` lies in stays.
    const over = edges.runs.filter((_, index) => (edges.runs[index + 1] ?? end + 1) <= end);
    for (const start of over) this.#runs.removeSync(start);
    return { ...edges, counts, runs: edges.runs.slice(over.length) };
  }

  /** The parts of `within` whose events lie between two moments, both included, ascending. */
  between(within: Span, fromMs: number, toMs: number, msFrom: (seq: number) => number): Span[] {
    const starts = [...this.#runs.getKeys({})];
    return starts.flatMap((start, index) => {
      const run = {
        first: Math.max(start, within.first),
        last: Math.min((starts[index + 1] ?? Number.POSITIVE_INFINITY) - 1, within.last),
      };
      const first = firstNot(run, (seq) => msFrom(seq) < fromMs);
      const last = firstNot({ first, last: run.last }, (seq) => msFrom(seq) <= toMs) - 1;
      return last < first ? [] : [{ first, last }];
    });
  }

  /** The counts of a category that fall into a span of sequence numbers. */
  counts(category: string, { first, last }: Span): Span {
    const all = this.#span(category);
    const from = firstNot(all, (count) => this.seqOf(category, count) < first);
    const to = firstNot({ ...all, first: from }, (count) => this.seqOf(category, count) <= last);
    return { first: from, last: to - 1 };
  }

  /** The sequence number of an event by its count within a category. */
  seqOf(category: string, count: number): number {
    const seq = this.#seqAt(category, count);
    if (seq !== undefined) return seq;
    throw new Fault(
      'store-unreadable',
      `the index of ${category} events is damaged in the database`,
      'clear the event log, or restore a backup',
    );
  }

  #seqAt(category: string, count: number): number | undefined {
    try {
      const seq = this.#counted.get(category)?.get(count);
      return typeof seq === 'number' ? seq : undefined;
    } catch {
      return undefined;
    }
  }

  #span(category: string): Span {
    const counted = this.#counted.get(category);
    const [first] = counted?.getKeys({ limit: 1 }) ?? [];
    const [last] = counted?.getKeys({ limit: 1, reverse: true }) ?? [];
    return { first: first ?? 1, last: last ?? 0 };
  }
}

/**
 * The first number of a span for which `isBefore`, true up to somewhere and false from there, is
 * false; one beyond its end where there is none.
 */
function firstNot({ first, last }: Span, isBefore: (n: number) => boolean): number {
  let [low, high] = [first, last + 1];
  // The ends first: spans mostly lie wholly on one side.
  if (low >= high || !isBefore(low)) return low;
  if (isBefore(last)) return high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many numbers a span has. */
export function lengthOf({ first, last }: Span): number {
  return Math.max(0, last - first + 1);
}

/** `limit` of the numbers in spans that ascend, after the first `offset`, from either end. */
export function placesIn(spans: readonly Span[], offset: number, limit: number, reverse: boolean) {
  const places: number[] = [];
  let skip = offset;
  for (const span of reverse ? spans.toReversed() : spans) {
    const length = lengthOf(span);
    for (let n = skip; n < length && places.length < limit; n += 1) {
      places.push(reverse ? span.last - n : span.first + n);
    }
    skip = Math.max(0, skip - length);
  }
  return places;
}
