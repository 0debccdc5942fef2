/**
 * Steps from one layout of the database to the next. Each is one transaction with the new version in
 * it: a step that was cut off has not happened.
 */
import type { Database } from 'lmdb';
import { z } from 'zod';
import { identifierTypes } from '../door/model.ts';
import { EventIndex, type IndexedEvent } from './event-index.ts';
import { IdentifierIndex } from './identifier-index.ts';
import type { Store } from './store.ts';

/** The step to each version from the one before; the first database had version 1. */
export const migrations: ReadonlyMap<number, (store: Store) => void> = new Map([
  [2, indexIdentifiers],
  [3, indexEvents],
]);

/** What version 1 stored of an identifier, as far as the index of version 2 holds it. */
const version1 = z.object({
  uid: z.int(),
  owner: z.object({ name: z.string(), type: z.enum(['owner', 'guest']) }),
});

/** Version 2 finds identifiers by the name of their owner, and knows how many there are of a type. */
function indexIdentifiers(store: Store): void {
  let count = 0;
  const index = new IdentifierIndex(store);
  for (const what of [...identifierTypes, 'link'] as const) index.setCount(what, 0);
  const records = store.database<string>('identifiers', 'ordered-binary');
  for (const key of records.getKeys({})) {
    count += 1;
    const record = version1.safeParse(records.get(key)).data;
    if (!record) continue;
    const colon = key.indexOf(':');
    const type = z.enum(identifierTypes).parse(key.slice(0, colon));
    const fields = {
      type,
      number: key.slice(colon + 1),
      owner: record.owner,
      lock: 'all',
    } as const;
    index.change(record.uid, undefined, fields);
  }
  store.database<string>('counters', 'ordered-binary').putSync('identifiers', count);
}

/** What version 2 stored of an event, as far as the index of version 3 holds it. */
const version2 = z.object({
  wallMs: z.number(),
  category: z.enum(['access', 'info', 'system', 'emergency']),
});

const eventsAtOnce = 1000;

/** Version 3 finds events by category and by time. */
function indexEvents(store: Store): void {
  const index = new EventIndex(store);
  const events = store.database<number>('events', 'uint32');
  let edges = index.edges(undefined);
  let batch: IndexedEvent[] = [];
  for (const seq of events.getKeys({})) {
    const event = version2.safeParse(readable(events, seq)).data;
    if (event) batch.push({ seq, ...event });
    if (batch.length < eventsAtOnce) continue;
    edges = index.add(batch, edges);
    batch = [];
  }
  index.add(batch, edges);
}

function readable(events: Database<unknown, number>, seq: number): unknown {
  try {
    return events.get(seq);
  } catch {
    return undefined;
  }
}
