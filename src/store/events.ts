/**
 * The event log: numbered from 1 without gaps but those of a restore, bounded, the oldest pruned.
 * Events wait in memory until the transaction that numbers them is on the disk; while the disk
 * refuses they are kept and tried again.
 */
import type { Database } from 'lmdb';
import type { LoggedEvent, PanelEvent } from '../door/model.ts';
import { Fault } from '../errors.ts';
import type { EventQuery, EventReader, EventWriter, EventWriterState } from '../ports/store.ts';
import type { Clock, Timer } from '../ports.ts';
import { openGaps } from './event-gaps.ts';
import { type Edges, EventIndex, lengthOf, placesIn, type Span } from './event-index.ts';
import { firstKept } from './event-prune.ts';
import { checkedEvent } from './event-record.ts';
import { readValue, type Store } from './store.ts';

/** Events that wait in memory at the most while the disk refuses or stalls; beyond, the oldest are dropped. */
export const waitingEvents = 10_000;
const retryUs = 1_000_000;
/** Written in one transaction: a few milliseconds of the main thread. */
const eventsAtOnce = 200;
/** Removed in one transaction when the log is cleared; a few milliseconds of the main thread. */
const clearedAtOnce = 500;
/** Opens the log for reading. */
export function openEvents(store: Store): EventReader {
  const bySeq = store.database<number>('events', 'uint32');
  const index = new EventIndex(store);
  const gaps = openGaps(store);

  function get(seq: number): LoggedEvent | undefined {
    const value = readValue(bySeq, seq, `event ${seq}`);
    return value === undefined ? undefined : checkedEvent(seq, value);
  }

  function edge(reverse: boolean): number {
    const [seq] = bySeq.getKeys({ limit: 1, reverse });
    return seq ?? 0;
  }

  /** Of the first event from `seq` on whose time can be read: a damaged one must hide no other. */
  function msFrom(seq: number, last: number): number {
    for (let at = seq; at <= last; at += 1) {
      const wallMs = wallMsOf(bySeq, at);
      if (wallMs !== undefined) return wallMs;
    }
    return Number.POSITIVE_INFINITY;
  }

  function spansOf({ fromMs, toMs, afterSeq = 0, beforeSeq }: EventQuery): Span[] {
    const last = Math.min(edge(true), (beforeSeq ?? Number.POSITIVE_INFINITY) - 1);
    const within = { first: Math.max(edge(false), afterSeq + 1), last };
    const parts = gaps.without(within);
    if (fromMs === undefined && toMs === undefined) return parts;
    const [from, to] = [fromMs ?? Number.NEGATIVE_INFINITY, toMs ?? Number.POSITIVE_INFINITY];
    return parts.flatMap((part) => index.between(part, from, to, (seq) => msFrom(seq, part.last)));
  }

  return {
    get,
    firstSeq: () => edge(false),
    lastSeq: () => edge(true),

    query(query: EventQuery): { total: number; events: LoggedEvent[] } {
      const { category, offset, limit, newestFirst } = query;
      const seqs = spansOf(query);
      const spans =
        category === undefined ? seqs : seqs.map((span) => index.counts(category, span));
      const events = placesIn(spans, offset, limit, newestFirst)
        .map((at) => get(category === undefined ? at : index.seqOf(category, at)))
        .filter((event) => event !== undefined);
      return { total: spans.reduce((sum, span) => sum + lengthOf(span), 0), events };
    },
  };
}

function wallMsOf(bySeq: Database<unknown, number>, seq: number): number | undefined {
  try {
    const value = bySeq.get(seq);
    const wallMs =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'wallMs') : undefined;
    return typeof wallMs === 'number' ? wallMs : undefined;
  } catch {
    return undefined;
  }
}

const newestMsKey = 'newest-event-ms';

/** Told about the log's health; each method once for a change. */
interface EventWatcher {
  /** Events have reached the disk; `lastSeq` is the number of the newest. */
  appended(lastSeq: number): void;
  failed(fault: unknown): void;
  /** After a failure, or where events were lost: events are written. `dropped`: how many were lost for good. */
  recovered(dropped: number): void;
}

/** The writing end; one a database, on the main thread. Keeps `keep` events. */
export class EventLog implements EventWriter {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #keep: number;
  readonly #watcher: EventWatcher;
  readonly #bySeq: Database<unknown, number>;
  readonly #index: EventIndex;
  #lastSeq: number;
  #firstSeq: number;
  #edges: Edges;
  #waiting: Omit<LoggedEvent, 'seq'>[] = [];
  #dropped = 0;
  #failing = false;
  #retry: Timer | undefined;
  #lastError: unknown;
  /** Events below this number are being cleared. */
  #clearBefore = 0;
  #clearing: Promise<unknown> = Promise.resolve();
  /** Unix milliseconds of the latest event ever; a clock behind it has never been set. */
  #newestMs: number;
  readonly #counters: Database<unknown, string>;
  #writing: Promise<void> | undefined;
  #writeStartedUs: number | undefined;

  constructor(store: Store, clock: Clock, keep: number, watcher: EventWatcher) {
    this.#store = store;
    this.#clock = clock;
    this.#keep = keep;
    this.#watcher = watcher;
    this.#bySeq = store.database<number>('events', 'uint32');
    this.#index = new EventIndex(store);
    const log = openEvents(store);
    const newest = log.lastSeq();
    this.#lastSeq = Math.max(newest, openGaps(store).last());
    this.#firstSeq = log.firstSeq() || 1;
    this.#edges = this.#index.edges(wallMsOf(this.#bySeq, newest));
    this.#counters = store.database<string>('counters', 'ordered-binary');
    this.#newestMs = Number(this.#counters.get(newestMsKey) ?? 0);
  }

  /** Unix milliseconds of the latest event that this log has ever taken; 0 when there was none. */
  newestMs(): number {
    return this.#newestMs;
  }

  /**
   * Takes the time of now for right, whatever times events had before, and stores it with `event`.
   * Resolves when both are on the disk; a Fault while the disk refuses, and they are written later.
   */
  async acceptClock(event: PanelEvent): Promise<void> {
    this.#newestMs = this.#clock.wallMs();
    this.append(event);
    await this.settled();
    if (!this.#failing) return;
    throw new Fault(
      'store-unwritable',
      'that the clock was accepted could not be stored',
      'make room on the disk, then accept it again',
      this.#lastError,
    );
  }

  append(event: PanelEvent): void {
    const wallMs = this.#clock.wallMs();
    this.#newestMs = Math.max(this.#newestMs, wallMs);
    this.#waiting.push({ wallMs, ...event });
    if (this.#waiting.length > waitingEvents) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    if (!this.#failing) this.#start();
  }

  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  /** Tries once more, also while the disk refuses; for the end. */
  async lastTry(): Promise<void> {
    this.#start();
    await this.settled();
  }

  clear(tell: (count: number) => PanelEvent): Promise<number> {
    const cleared = this.#clearing.then(() => this.#clearNow(tell));
    // One after the other.
    this.#clearing = cleared.catch(() => undefined);
    return cleared;
  }

  async #clearNow(tell: (count: number) => PanelEvent): Promise<number> {
    await this.settled();
    const last = this.#lastSeq;
    const count = last - this.#firstSeq + 1;
    // The newest stays until there is a newer one: numbering goes on from it, also after a crash.
    await this.#clear(last);
    if (this.#firstSeq >= last) {
      this.append(tell(count));
      await this.settled();
      await this.#clear(Math.min(last + 1, this.#lastSeq));
      if (this.#firstSeq > last) return count;
    }
    throw new Fault(
      'store-unwritable',
      'the event log could not be cleared',
      'make room on the disk, then clear it again',
      this.#lastError,
    );
  }

  state(): EventWriterState {
    return { waiting: this.#waiting.length, dropped: this.#dropped, failing: this.#failing };
  }

  /** How long the transaction under way has taken so far, microseconds; 0 when there is none. */
  writingUs(): number {
    return this.#writeStartedUs === undefined ? 0 : this.#clock.monoUs() - this.#writeStartedUs;
  }

  #start(): void {
    if (this.#writing) return;
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#isBehind() && !this.#failing) this.#start();
    });
  }

  #isBehind(): boolean {
    return this.#waiting.length > 0 || this.#firstSeq < this.#clearBefore;
  }

  async #writeAll(): Promise<void> {
    while (this.#isBehind()) {
      const batch = this.#waiting.splice(0, eventsAtOnce);
      this.#writeStartedUs = this.#clock.monoUs();
      try {
        await this.#write(batch);
      } catch (error) {
        this.#clearBefore = 0;
        this.#lastError = error;
        if (batch.length > 0) this.#failed(batch, error);
        return;
      } finally {
        this.#writeStartedUs = undefined;
      }
      // A disk that stalls and then goes on fails nothing; what did not fit meanwhile is lost all the same.
      if (this.#failing || this.#dropped > 0) this.#recover();
      if (batch.length > 0) this.#watcher.appended(this.#lastSeq);
    }
  }

  #failed(batch: readonly Omit<LoggedEvent, 'seq'>[], error: unknown): void {
    this.#waiting = [...batch, ...this.#waiting];
    if (!this.#failing) this.#watcher.failed(error);
    this.#failing = true;
    this.#retry?.cancel();
    this.#retry = this.#clock.after(retryUs, () => this.#start());
  }

  #recover(): void {
    const dropped = this.#dropped;
    this.#failing = false;
    this.#dropped = 0;
    this.#watcher.recovered(dropped);
  }

  /** One transaction: the batch in, the oldest out. */
  async #write(batch: readonly Omit<LoggedEvent, 'seq'>[]): Promise<void> {
    const [first, next] = [this.#firstSeq, this.#lastSeq + 1];
    const events = batch.map((event, index) => ({ ...event, seq: next + index }));
    const bound = firstKept({ first, next: next + batch.length }, batch.length, this.#keep);
    const end = Math.max(first, bound, Math.min(this.#clearBefore, first + clearedAtOnce));
    this.#edges = await this.#store.durably(() => {
      batch.forEach((event, index) => {
        this.#bySeq.putSync(next + index, event);
      });
      if (batch.length > 0) this.#counters.putSync(newestMsKey, this.#newestMs);
      for (let seq = first; seq < end; seq += 1) this.#bySeq.removeSync(seq);
      const edges = this.#index.add(events, this.#edges);
      return end > first ? this.#index.prune(end, edges) : edges;
    });
    this.#lastSeq += batch.length;
    this.#firstSeq = end;
  }

  /** Removes the events before `end`, in steps between which a card may be presented. */
  async #clear(end: number): Promise<void> {
    this.#clearBefore = end;
    this.#start();
    await this.settled();
    this.#clearBefore = 0;
  }
}
