/**
 * The event log: numbered from 1 without gaps, bounded, the oldest pruned. Events wait in memory
 * until the transaction that numbers them is on the disk; while the disk refuses they are kept
 * and tried again.
 */
import { z } from 'zod';
import type { LoggedEvent, PanelEvent } from '../door/model.ts';
import { Fault } from '../errors.ts';
import type { Clock, EventQuery, EventReader, EventWriter } from '../ports.ts';
import type { Store } from './store.ts';

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
/** Pruned with each append at the most, so that a smaller bound is reached in small steps. */
const prunedPerEvent = 4;

/** Opens the log for reading. */
export function openEvents(store: Store): EventReader {
  const bySeq = store.database<number>('events', 'uint32');

  function get(seq: number): LoggedEvent | undefined {
    const value = bySeq.get(seq);
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
        const event = checked(key, value);
        if (!matches(event, query)) continue;
        if (total >= offset && events.length < limit) events.push(event);
        total += 1;
      }
      return { total, events };
    },
  };
}

/**
 * The writing end; one a database, on the main thread.
 * @param told called with the number of the newest event whenever events reached the disk, and
 *   with the fault when they could not, once for each change.
 */
export function openEventWriter(
  store: Store,
  clock: Clock,
  keep: number,
  told: { appended(lastSeq: number): void; failed(fault: unknown): void; recovered(): void },
): EventWriter {
  const bySeq = store.database<number>('events', 'uint32');
  const log = openEvents(store);
  let lastSeq = log.lastSeq();
  let firstSeq = log.firstSeq() || 1;
  let waiting: Omit<LoggedEvent, 'seq'>[] = [];
  let dropped = 0;
  let failing = false;
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      let first = firstSeq;
      try {
        await store.durably(() => {
          first = firstSeq;
          batch.forEach((event, index) => {
            bySeq.put(lastSeq + 1 + index, event);
          });
          const last = lastSeq + batch.length;
          const end = Math.min(last - keep + 1, first + prunedPerEvent * batch.length);
          for (; first < end; first += 1) bySeq.remove(first);
        });
      } catch (error) {
        waiting = [...batch, ...waiting];
        if (!failing) told.failed(error);
        failing = true;
        clock.after(retryUs, start);
        return;
      }
      lastSeq += batch.length;
      firstSeq = first;
      if (failing) told.recovered();
      failing = false;
      told.appended(lastSeq);
    }
  }

  function start(): void {
    if (writing) return;
    writing = writeAll().finally(() => {
      writing = undefined;
      if (waiting.length > 0 && !failing) start();
    });
  }

  return {
    append(event: PanelEvent): void {
      waiting.push({ wallMs: clock.wallMs(), ...event });
      if (waiting.length > waitingEvents) {
        waiting.shift();
        dropped += 1;
      }
      if (!failing) start();
    },

    async settled(): Promise<void> {
      while (writing) await writing;
    },

    state: () => ({ waiting: waiting.length, dropped, failing }),
  };
}

function matches(event: LoggedEvent, { fromMs, toMs, category }: EventQuery): boolean {
  return (
    (fromMs === undefined || event.wallMs >= fromMs) &&
    (toMs === undefined || event.wallMs <= toMs) &&
    (category === undefined || event.category === category)
  );
}

function checked(seq: number, value: unknown): LoggedEvent {
  const record = eventSchema.safeParse(value);
  if (record.success) return { seq, ...record.data };
  throw new Fault(
    'store-unreadable',
    `event ${seq} is damaged in the database`,
    'restore a backup, or start with an empty data folder',
    record.error,
  );
}
