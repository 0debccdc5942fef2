/**
 * The event log: numbered from 1 without gaps, bounded, the oldest pruned. Events wait in memory
 * until the transaction that numbers them is on the disk; while the disk refuses they are kept
 * and tried again.
 */
import type { Database } from 'lmdb';
import { z } from 'zod';
import type { LoggedEvent, PanelEvent } from '../door/model.ts';
import { Fault } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { EventQuery, EventReader, EventWriter, EventWriterState } from '../ports-store.ts';
import { damaged, readValue, type Store } from './store.ts';

const eventSchema = z.object({
  wallMs: z.number(),
  category: z.enum(['access', 'info', 'system', 'emergency']),
  priority: z.enum(['low', 'medium', 'high']),
  key: z.string(),
  text: z.string(),
  model: z.record(z.string(), z.json()),
});

/** Events that wait in memory at the most while the disk refuses; beyond, the oldest are dropped. */
export const waitingEvents = 10_000;
const retryUs = 1_000_000;
/** Written in one transaction: a few milliseconds of the main thread. */
const eventsAtOnce = 200;
/** Removed in one transaction while the log is cleared; some 2 ms of the main thread. */
const clearedAtOnce = 1000;
/** Pruned with each append at the most, so that a smaller bound is reached in small steps. */
const prunedPerEvent = 4;

/** Opens the log for reading. */
export function openEvents(store: Store): EventReader {
  const bySeq = store.database<number>('events', 'uint32');

  function get(seq: number): LoggedEvent | undefined {
    const value = readValue(bySeq, seq, `event ${seq}`);
    return value === undefined ? undefined : checked(seq, value);
  }

  function edge(reverse: boolean): number {
    const [seq] = bySeq.getKeys({ limit: 1, reverse });
    return seq ?? 0;
  }

  return {
    get,
    firstSeq: () => edge(false),
    lastSeq: () => edge(true),

    query(query: EventQuery): { total: number; events: LoggedEvent[] } {
      const { offset, limit, newestFirst } = query;
      if (query.fromMs === undefined && query.toMs === undefined && query.category === undefined) {
        const seqs = bySeq.getKeys({ offset, limit, reverse: newestFirst });
        const events = [...seqs].map(get).filter((event) => event !== undefined);
        const last = edge(true);
        return { total: last === 0 ? 0 : last - edge(false) + 1, events };
      }
      let total = 0;
      const events: LoggedEvent[] = [];
      for (const { key, value } of bySeq.getRange({ reverse: newestFirst })) {
        if (!matches(value, query)) continue;
        if (total >= offset && events.length < limit) events.push(checked(key, value));
        total += 1;
      }
      return { total, events };
    },
  };
}

const newestMsKey = 'newest-event-ms';

/** Told about the log's health; each method once for a change. */
export interface EventWatcher {
  /** Events have reached the disk; `lastSeq` is the number of the newest. */
  appended(lastSeq: number): void;
  failed(fault: unknown): void;
  /** `dropped`: how many were lost for good meanwhile. */
  recovered(dropped: number): void;
}

/** The writing end; one a database, on the main thread. Keeps `keep` events. */
export class EventLog implements EventWriter {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #keep: number;
  readonly #watcher: EventWatcher;
  readonly #bySeq: Database<unknown, number>;
  #lastSeq: number;
  #firstSeq: number;
  #waiting: Omit<LoggedEvent, 'seq'>[] = [];
  /** Events in the transaction that is being written. */
  #underWay = 0;
  #dropped = 0;
  #failing = false;
  /** Unix milliseconds of the latest event ever; a clock behind it has never been set. */
  #newestMs: number;
  readonly #counters: Database<unknown, string>;
  #writing: Promise<void> | undefined;

  constructor(store: Store, clock: Clock, keep: number, watcher: EventWatcher) {
    this.#store = store;
    this.#clock = clock;
    this.#keep = keep;
    this.#watcher = watcher;
    this.#bySeq = store.database<number>('events', 'uint32');
    const log = openEvents(store);
    this.#lastSeq = log.lastSeq();
    this.#firstSeq = log.firstSeq() || 1;
    this.#counters = store.database<string>('counters', 'ordered-binary');
    this.#newestMs = Number(this.#counters.get(newestMsKey) ?? 0);
  }

  /** Unix milliseconds of the latest event that this log has ever taken; 0 when there was none. */
  newestMs(): number {
    return this.#newestMs;
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

  /**
   * Takes `mark` into the log and removes every event before it, in steps. Numbers go on from where
   * they are. Resolves when that is on the disk.
   * @throws Fault `store-unwritable`; a part of the events may be gone then.
   */
  async clear(mark: PanelEvent): Promise<void> {
    this.#mustBeWritable();
    this.append(mark);
    const end = this.#lastSeq + this.#underWay + this.#waiting.length;
    await this.settled();
    this.#mustBeWritable();
    for (let from = this.#firstSeq; from < end; from += clearedAtOnce) {
      const to = Math.min(end, from + clearedAtOnce);
      await this.#store.durably(() => {
        for (let seq = from; seq < to; seq += 1) this.#bySeq.removeSync(seq);
      });
      this.#firstSeq = Math.max(this.#firstSeq, to);
    }
  }

  state(): EventWriterState {
    return { waiting: this.#waiting.length, dropped: this.#dropped, failing: this.#failing };
  }

  #mustBeWritable(): void {
    if (!this.#failing) return;
    throw new Fault(
      'store-unwritable',
      'the log cannot be cleared while events cannot be written',
      'check that the disk has room and is not mounted read-only (df -h, dmesg)',
    );
  }

  #start(): void {
    if (this.#writing) return;
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0 && !this.#failing) this.#start();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, eventsAtOnce);
      this.#underWay = batch.length;
      try {
        const first = await this.#write(batch);
        this.#firstSeq = Math.max(this.#firstSeq, first);
      } catch (error) {
        this.#waiting = [...batch, ...this.#waiting];
        this.#underWay = 0;
        if (!this.#failing) this.#watcher.failed(error);
        this.#failing = true;
        this.#clock.after(retryUs, () => this.#start());
        return;
      }
      this.#lastSeq += batch.length;
      this.#underWay = 0;
      if (this.#failing) this.#recover();
      this.#watcher.appended(this.#lastSeq);
    }
  }

  #recover(): void {
    const dropped = this.#dropped;
    this.#failing = false;
    this.#dropped = 0;
    this.#watcher.recovered(dropped);
  }

  /** One transaction: the batch in, the oldest out. Answers the number of the oldest then. */
  #write(batch: readonly Omit<LoggedEvent, 'seq'>[]): Promise<number> {
    return this.#store.durably(() => {
      const last = this.#lastSeq + batch.length;
      batch.forEach((event, index) => {
        this.#bySeq.putSync(this.#lastSeq + 1 + index, event);
      });
      this.#counters.putSync(newestMsKey, this.#newestMs);
      let first = this.#firstSeq;
      const end = Math.min(last - this.#keep + 1, first + prunedPerEvent * batch.length);
      for (; first < end; first += 1) this.#bySeq.removeSync(first);
      return first;
    });
  }
}

/** Looks only at what the query asks for: a whole check of every event would take far longer. */
function matches(value: unknown, { fromMs, toMs, category }: EventQuery): boolean {
  if (typeof value !== 'object' || value === null || !('wallMs' in value)) return false;
  const wallMs = Number(value.wallMs);
  return (
    (fromMs === undefined || wallMs >= fromMs) &&
    (toMs === undefined || wallMs <= toMs) &&
    (category === undefined || ('category' in value && value.category === category))
  );
}

function checked(seq: number, value: unknown): LoggedEvent {
  const record = eventSchema.safeParse(value);
  if (record.success) return { seq, ...record.data };
  throw damaged(`event ${seq}`, record.error);
}
