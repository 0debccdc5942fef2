/**
 * Reads all that a database holds, as latchd itself would: every record by its schema, every index
 * against its records. In steps between which the web answers.
 */
import { identifierTypes, lockNames } from '../door/model.ts';
import type { BackupContent } from '../ports/backup.ts';
import { eventCategories } from './event-index.ts';
import { indexKeysOf } from './identifier-index.ts';
import { numbered } from './layout.ts';
import type { Store } from './store.ts';
import { openStored } from './stored.ts';

/** Records read in one step; a few milliseconds. */
const recordsAtOnce = 100;

/** What a database is, or what about it stands in the way of a start with it. */
export type Proof = BackupContent | { readonly refused: 'no-administrator' | 'unreadable' };

/** Reads everything in `store`. */
export async function prove(store: Store): Promise<Proof> {
  const stored = openStored(store, {
    wiegand: { type: 'wiegand_26', representation: 'decimal' },
    openSeconds: { first: 5, second: 5 },
  });
  if (!readsSettings(store, stored)) return { refused: 'unreadable' };
  if (!hasAdministrator(stored)) return { refused: 'no-administrator' };
  const few = await damagedOfFew(store, stored);
  const identifiers = await walkIdentifiers(store, stored);
  const events = await walkEvents(store, stored);
  return {
    identifiers: identifiers.count,
    events: events.count,
    damaged: few + identifiers.damaged + events.damaged,
  };
}

type Stored = ReturnType<typeof openStored>;

/** A start reads these at once: it could not do without. */
function readsSettings(store: Store, { settings, master }: Stored): boolean {
  return isReadable(() => {
    for (const name of ['counters', 'webhook-progress', 'event-gaps']) {
      const keys = numbered.has(name) ? 'uint32' : 'ordered-binary';
      for (const _ of store.database(name, keys).getRange({}));
    }
    settings.wiegand();
    settings.serial();
    settings.remoteServer();
    settings.freeAccess();
    settings.dtmf();
    settings.sensor();
    settings.exitButton();
    for (const lock of lockNames) {
      settings.lockSetting(lock);
      settings.doorMode(lock);
    }
    master.hasCode();
    master.card();
  });
}

function hasAdministrator({ accounts }: Stored): boolean {
  return accounts.names().some((name) => {
    let isAdmin = false;
    isReadable(() => {
      isAdmin = accounts.get(name)?.role === 'admin';
    });
    return isAdmin;
  });
}

/** How many of the kinds of which there are few are damaged. */
async function damagedOfFew(store: Store, stored: Stored): Promise<number> {
  const { accounts, apiKeys } = stored;
  const kinds = [
    ['time-profiles', stored.timeProfiles],
    ['apartments', stored.apartments],
    ['access-levels', stored.accessLevels],
    ['persons', stored.persons],
    ['webhooks', stored.webhooks],
  ] as const;
  let damaged = 0;
  for (const [name, records] of kinds) {
    const uids = store.database<number>(name, 'uint32').getKeys({});
    damaged += (await tally(uids, (uid) => records.get(uid) !== undefined)).wrong;
    const links = store.database<string>(`${name}-by-link`, 'ordered-binary').getKeys({});
    damaged += (await tally(links, (link) => records.byLinkId(link)?.linkId === link)).wrong;
  }
  damaged += (await tally(accounts.names(), (name) => accounts.get(name) !== undefined)).wrong;
  if (!isReadable(() => void apiKeys.all())) damaged += 1;
  return damaged;
}

async function walkIdentifiers(store: Store, { identifiers }: Stored) {
  const keys = store.database<string>('identifiers', 'ordered-binary');
  const byUid = store.database<number>('identifiers-by-uid', 'uint32');
  const index = store.database('identifier-index', 'ordered-binary');
  let indexed = 0;
  const records = await tally(keys.getKeys({}), (key) => {
    const type = identifierTypes.find((one) => key.startsWith(`${one}:`));
    const found = type && identifiers.find(type, key.slice(type.length + 1));
    if (!found || byUid.get(found.uid) !== key) return false;
    const entries = indexKeysOf(found.uid, found);
    indexed += entries.length;
    return entries.every((entry) => index.doesExist(entry));
  });
  const uids = await tally(byUid.getKeys({}), (uid) => {
    const key = byUid.get(uid);
    return typeof key === 'string' && keys.doesExist(key);
  });
  const all = await tally(index.getKeys({}), () => true);
  const isCounted = identifiers.count() === records.count;
  return {
    count: records.count,
    damaged: records.wrong + uids.wrong + Math.max(0, all.count - indexed) + (isCounted ? 0 : 1),
  };
}

async function walkEvents(store: Store, { events }: Stored) {
  const found = new Map<string, number>();
  const bySeq = store.database<number>('events', 'uint32');
  const records = await tally(bySeq.getKeys({}), (seq) => {
    const category = events.get(seq)?.category;
    if (category === undefined) return false;
    found.set(category, (found.get(category) ?? 0) + 1);
    return true;
  });
  let damaged = records.wrong;
  for (const category of eventCategories) {
    const counts = store.database<number>(`events-${category}`, 'uint32');
    const entries = await tally(counts.getKeys({}), (count) => {
      const seq = counts.get(count);
      return typeof seq === 'number' && bySeq.doesExist(seq);
    });
    damaged += entries.wrong + Math.max(0, (found.get(category) ?? 0) - entries.count);
  }
  return { count: records.count, damaged };
}

/** How many there are, and of how many `isRight` is false or cannot be told. */
async function tally<T>(
  all: Iterable<T>,
  isRight: (one: T) => boolean,
): Promise<{ count: number; wrong: number }> {
  let [count, wrong] = [0, 0];
  for (const one of all) {
    count += 1;
    let right = false;
    isReadable(() => {
      right = isRight(one);
    });
    if (!right) wrong += 1;
    if (count % recordsAtOnce === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { count, wrong };
}

function isReadable(read: () => void): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
