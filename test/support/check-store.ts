/** Walks a whole database and compares every record with every way that leads to it. */
import assert from 'node:assert/strict';
import type { Key } from 'lmdb';
import type { Identifier } from '../../src/door/model.ts';
import type { SettingDefaults } from '../../src/ports/store.ts';
import type { Store } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';

/** What does not matter to a store that has no settings yet. */
export const noSettings: SettingDefaults = {
  wiegand: { type: 'wiegand_26', representation: 'decimal' },
  openSeconds: { first: 5, second: 5 },
};

export type Stored = ReturnType<typeof openStored>;

/** Fails where a record cannot be read, or where an index and the records disagree. */
export function checkStore(store: Store): Stored {
  const stored = openStored(store, noSettings);
  checkIdentifiers(store, stored);
  for (const kind of kinds) checkLinks(store, stored, kind);
  const { apartments } = stored;
  const addresses = apartments.all().map(({ uid, building, unit, floor, room }) => {
    return [[building, unit, floor, room], uid];
  });
  assert.deepEqual(sorted(entriesOf(store, 'apartments-by-address')), sorted(addresses));
  checkEvents(store, stored);
  for (const name of stored.accounts.names()) assert(stored.accounts.get(name), name);
  assert(stored.settings.wiegand());
  return stored;
}

/** Everything that stands in a named database. */
function entriesOf(
  store: Store,
  name: string,
  keys: 'uint32' | 'ordered-binary' = 'ordered-binary',
) {
  return [...store.database<Key>(name, keys).getRange({})].map(({ key, value }) => [key, value]);
}

function sorted(entries: readonly unknown[]): string[] {
  return entries.map((entry) => JSON.stringify(entry)).sort();
}

function checkIdentifiers(store: Store, { identifiers }: Stored): void {
  const byUid = entriesOf(store, 'identifiers-by-uid', 'uint32');
  const records = entriesOf(store, 'identifiers');
  const all = byUid.map(([uid]) => {
    const found = identifiers.get(Number(uid));
    assert(found, `the record of identifier ${uid}`);
    assert.equal(found.uid, uid);
    return found;
  });
  const keys = records.map(([key]) => String(key));
  assert.deepEqual(byUid.map(([, key]) => String(key)).sort(), keys.sort());
  assert.deepEqual(
    sorted(entriesOf(store, 'identifier-index').map(([key]) => key)),
    sorted(all.flatMap(indexKeys)),
  );
  const counters = new Map(
    entriesOf(store, 'counters').map(([key, count]) => [String(key), count]),
  );
  const count = (what: string) => counters.get(what) ?? 0;
  assert.equal(count('identifiers'), all.length);
  assert.equal(count('identifiers-of-link'), all.filter(({ linkId }) => linkId).length);
  for (const type of ['card', 'ukey', 'inputCode', 'qr', 'license_plate']) {
    assert.equal(count(`identifiers-of-${type}`), all.filter((one) => one.type === type).length);
  }
  const highest = Math.max(0, ...byUid.map(([uid]) => Number(uid)));
  assert(highest < Number(counters.get('next-uid') ?? 1), 'the next uid is new');
}

/** The keys that the index must have for an identifier whose owner's name is short. */
function indexKeys(identifier: Identifier): unknown[] {
  const { uid, owner, linkId, apartment, person, partOf, awaitedApartment } = identifier;
  const { profiles = [], levels = [] } = identifier;
  const keys: [string, string | number | undefined][] = [
    ...[owner.name].map((name): [string, string] => ['owner', name]),
    ...profiles.map((profile): [string, number] => ['profile', profile]),
    ...levels.map((level): [string, number] => ['level', level]),
    ['link', linkId],
    ['apartment', apartment],
    ['person', person],
    ['key', partOf],
    ['awaited-apartment', awaitedApartment],
  ];
  return keys.filter(([, value]) => value !== undefined).map((key) => [...key, uid]);
}

const kinds = ['apartments', 'timeProfiles', 'accessLevels', 'persons', 'webhooks'] as const;
const databases = {
  apartments: 'apartments',
  timeProfiles: 'time-profiles',
  accessLevels: 'access-levels',
  persons: 'persons',
  webhooks: 'webhooks',
};

function checkLinks(store: Store, stored: Stored, kind: (typeof kinds)[number]): void {
  const name = databases[kind];
  const all: { uid: number; linkId?: string }[] = stored[kind].all();
  const linked = all.filter(({ linkId }) => linkId !== undefined);
  assert.deepEqual(
    sorted(entriesOf(store, `${name}-by-link`)),
    sorted(linked.map(({ linkId, uid }) => [linkId, uid])),
    name,
  );
}

function checkEvents(store: Store, { events }: Stored): void {
  const seqs = entriesOf(store, 'events', 'uint32').map(([seq]) => Number(seq));
  const [first, last] = [events.firstSeq(), events.lastSeq()];
  const all = seqs.map((seq, index) => {
    assert.equal(seq, first + index, 'events have no gap');
    const event = events.get(seq);
    assert(event, `event ${seq}`);
    return event;
  });
  assert.equal(all.at(-1)?.seq ?? 0, last);
  for (const category of ['access', 'info', 'system', 'emergency']) {
    const counted = entriesOf(store, `events-${category}`, 'uint32').map(([, seq]) => seq);
    const there = all.filter((event) => event.category === category).map(({ seq }) => seq);
    assert.deepEqual(counted, there, category);
  }
  const fallen = all.filter(({ wallMs }, index) => wallMs < (all[index - 1]?.wallMs ?? 0));
  const runs = entriesOf(store, 'event-runs', 'uint32').map(([seq]) => Number(seq));
  for (const { seq } of fallen) assert(runs.includes(seq), `the clock was set back at ${seq}`);
}
