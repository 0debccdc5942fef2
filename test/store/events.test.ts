import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LoggedEvent, PanelEvent } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import type { EventQuery } from '../../src/ports/store.ts';
import { EventLog, openEvents, waitingEvents } from '../../src/store/events.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { FakeClock } from '../support/clock.ts';
import { seedOf } from '../support/seed.ts';
import { flakyStore, freshFolder, freshStore } from '../support/store.ts';

function event(n: number, category: PanelEvent['category'] = 'access'): PanelEvent {
  return { category, priority: 'low', key: 'k', text: `event ${n}`, model: { n } };
}

const unwatched = { appended: () => {}, failed: () => {}, recovered: () => {} };

test('events are numbered without gaps, also after a restart', async (t) => {
  const folder = freshFolder(t);
  const clock = new FakeClock();
  for (const round of [0, 1]) {
    const store = openStore(folder, 'writer');
    const told: number[] = [];
    const log = new EventLog(store, clock, 1000, {
      ...unwatched,
      appended: (seq) => told.push(seq),
    });
    for (let n = 1; n <= 5; n += 1) log.append(event(round * 5 + n));
    await log.settled();
    const { total, events } = openEvents(store).query({ newestFirst: false, offset: 0, limit: 99 });
    assert.equal(total, 5 * (round + 1));
    assert.deepEqual(
      events.map(({ seq, model }) => [seq, model.n]),
      Array.from({ length: total }, (_, index) => [index + 1, index + 1]),
    );
    assert.equal(told.at(-1), total);
    await store.close();
  }
});

test('the log is bounded: the oldest go', async (t) => {
  const store = freshStore(t);
  const log = new EventLog(store, new FakeClock(), 100, unwatched);
  for (let n = 1; n <= 257; n += 1) {
    log.append(event(n));
    if (n % 10 === 0) await log.settled();
  }
  await log.settled();
  const events = openEvents(store);
  assert.deepEqual([events.firstSeq(), events.lastSeq()], [158, 257]);
  assert.equal(events.get(157), undefined);
});

test('a smaller bound is reached in steps', async (t) => {
  const store = freshStore(t);
  const clock = new FakeClock();
  const large = new EventLog(store, clock, 1000, unwatched);
  for (let n = 1; n <= 300; n += 1) large.append(event(n));
  await large.settled();
  const small = new EventLog(store, clock, 100, unwatched);
  for (let n = 1; n <= 70; n += 1) small.append(event(n));
  await small.settled();
  const events = openEvents(store);
  assert.deepEqual([events.firstSeq(), events.lastSeq()], [271, 370]);
});

test('queries by time and category, from either end', async (t) => {
  const store = freshStore(t);
  const clock = new FakeClock(1_000_000);
  const log = new EventLog(store, clock, 1000, unwatched);
  for (let n = 1; n <= 10; n += 1) {
    log.append(event(n, n % 2 ? 'access' : 'system'));
    clock.advance(1_000_000);
  }
  await log.settled();
  const numbers = (query: object) => {
    const all = { newestFirst: false, offset: 0, limit: 3, ...query };
    const { total, events } = openEvents(store).query(all);
    return [total, ...events.map(({ seq }) => seq)];
  };
  assert.deepEqual(numbers({}), [10, 1, 2, 3]);
  assert.deepEqual(numbers({ newestFirst: true, offset: 1 }), [10, 9, 8, 7]);
  assert.deepEqual(numbers({ category: 'system' }), [5, 2, 4, 6]);
  assert.deepEqual(numbers({ category: 'system', offset: 3 }), [5, 8, 10]);
  assert.deepEqual(numbers({ fromMs: 1_002_000, toMs: 1_004_000 }), [3, 3, 4, 5]);
  assert.deepEqual(numbers({ category: 'emergency' }), [0]);
});

test('while the disk refuses, events wait in order, the fault is told once, none is lost', async (t) => {
  const store = freshStore(t);
  const { flaky, disk } = flakyStore(store);
  const clock = new FakeClock();
  const told: string[] = [];
  const log = new EventLog(flaky, clock, 1000, {
    appended: (seq) => told.push(`appended ${seq}`),
    failed: () => told.push('failed'),
    recovered: (dropped) => told.push(`recovered, ${dropped} dropped`),
  });
  log.append(event(1));
  await log.settled();
  disk.isFull = true;
  for (let n = 2; n <= 4; n += 1) {
    log.append(event(n));
    await log.settled();
    clock.advance(1_000_000);
    await log.settled();
  }
  assert.deepEqual(log.state(), { waiting: 3, dropped: 0, failing: true });
  disk.isFull = false;
  clock.advance(1_000_000);
  await log.settled();
  assert.deepEqual(told, ['appended 1', 'failed', 'recovered, 0 dropped', 'appended 4']);
  assert.deepEqual(
    [1, 2, 3, 4].map((seq) => openEvents(store).get(seq)?.model.n),
    [1, 2, 3, 4],
  );
  assert.deepEqual(log.state(), { waiting: 0, dropped: 0, failing: false });
});

test('what does not fit while the disk stalls, and refuses nothing, is told as lost', async (t) => {
  const store = freshStore(t);
  let goOn: () => void = () => undefined;
  let stalled: Promise<void> | undefined = new Promise((resolve) => {
    goOn = resolve;
  });
  const slow: Store = {
    ...store,
    durably: (work) => (stalled ? stalled.then(() => store.durably(work)) : store.durably(work)),
  };
  const told: string[] = [];
  const log = new EventLog(slow, new FakeClock(), 100_000, {
    appended: () => {},
    failed: () => told.push('failed'),
    recovered: (dropped) => told.push(`${dropped} dropped`),
  });
  // The first is being written, and does not wait.
  for (let n = 1; n <= waitingEvents + 1; n += 1) log.append(event(n));
  assert.deepEqual(log.state(), { waiting: waitingEvents, dropped: 0, failing: false });
  for (let n = 1; n <= 3; n += 1) log.append(event(n));
  assert.deepEqual(log.state(), { waiting: waitingEvents, dropped: 3, failing: false });
  stalled = undefined;
  goOn();
  await log.settled();
  assert.deepEqual(told, ['3 dropped']);
  assert.deepEqual(log.state(), { waiting: 0, dropped: 0, failing: false });
});

test('the latest time of all events is kept, also when later ones were recorded behind it', async (t) => {
  const folder = freshFolder(t);
  const clock = new FakeClock(2_000_000_000_000);
  let store = openStore(folder, 'writer');
  let log = new EventLog(store, clock, 1000, unwatched);
  log.append(event(1));
  await log.settled();
  clock.setWall(1_999_000_000_000);
  log.append(event(2));
  await log.settled();
  await store.close();
  store = openStore(folder, 'writer');
  t.after(() => store.close());
  log = new EventLog(store, clock, 1000, unwatched);
  assert.equal(log.newestMs(), 2_000_000_000_000);
});

/** What a query means, said once more in the plainest way. */
function plainly(all: readonly LoggedEvent[], query: EventQuery) {
  const { fromMs, toMs, category, afterSeq, beforeSeq, offset, limit, newestFirst } = query;
  const found = all.filter(
    ({ seq, wallMs, category: its }) =>
      (fromMs === undefined || wallMs >= fromMs) &&
      (toMs === undefined || wallMs <= toMs) &&
      (category === undefined || its === category) &&
      (afterSeq === undefined || seq > afterSeq) &&
      (beforeSeq === undefined || seq < beforeSeq),
  );
  if (newestFirst) found.reverse();
  return { total: found.length, events: found.slice(offset, offset + limit) };
}

const moment = fc.integer({ min: 0, max: 40 });
const place = fc.integer({ min: 0, max: 70 });
const someQuery: fc.Arbitrary<EventQuery> = fc.record(
  {
    fromMs: moment,
    toMs: moment,
    category: fc.constantFrom('access', 'info', 'system', 'emergency', 'noise'),
    afterSeq: place,
    beforeSeq: place,
    newestFirst: fc.boolean(),
    offset: fc.integer({ min: 0, max: 20 }),
    limit: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: ['newestFirst', 'offset', 'limit'] },
);
/** A clock that goes on, stands, and is set back; `clear` and `restart` come in between. */
const step = fc.oneof(
  { weight: 20, arbitrary: fc.record({ ms: moment, category: fc.nat(3) }) },
  { weight: 20, arbitrary: fc.record({ plusMs: fc.nat(3), category: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
  { weight: 4, arbitrary: fc.constant('settle' as const) },
);

test('a query finds what a look at every event finds, however the clock was set', async (t) => {
  const categories = ['access', 'info', 'system', 'emergency'] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 80 }),
      fc.array(someQuery, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(10, 1000),
      async (steps, queries, keep) => {
        const folder = mkdtempSync(join(tmpdir(), 'latchd-'));
        let store = openStore(folder, 'writer');
        const clock = new FakeClock(0);
        let log = new EventLog(store, clock, keep, unwatched);
        for (const one of steps) {
          if (one === 'settle') await log.settled();
          else if (one === 'clear') await log.clear((count) => event(count));
          else if (one === 'restart') {
            await log.settled();
            await store.close();
            store = openStore(folder, 'writer');
            log = new EventLog(store, clock, keep, unwatched);
          } else {
            clock.setWall('ms' in one ? one.ms : clock.wallMs() + one.plusMs);
            log.append(event(1, categories[one.category]));
          }
        }
        await log.settled();
        const reader = openEvents(store);
        const all: LoggedEvent[] = [];
        for (let seq = reader.firstSeq(); seq > 0 && seq <= reader.lastSeq(); seq += 1) {
          all.push(reader.get(seq) ?? assert.fail(`a gap at ${seq}`));
        }
        for (const query of queries) {
          assert.deepEqual(reader.query(query), plainly(all, query), JSON.stringify(query));
        }
        await store.close();
        rmSync(folder, { recursive: true });
      },
    ),
    { seed: seedOf(t), numRuns: 60 },
  );
});

test('the index holds nothing of events that are gone', async (t) => {
  const store = freshStore(t);
  const clock = new FakeClock(1000);
  const log = new EventLog(store, clock, 10, unwatched);
  for (let n = 1; n <= 100; n += 1) {
    clock.setWall(n % 7 ? 1000 + n : 0);
    log.append(event(n, n % 9 ? 'access' : 'system'));
    await log.settled();
  }
  const entries = (name: string) => [...store.database<number>(name, 'uint32').getRange({})];
  const counted = ['access', 'info', 'system', 'emergency'].flatMap((name) =>
    entries(`events-${name}`).map(({ value }) => Number(value)),
  );
  const kept = Array.from({ length: 10 }, (_, n) => n + 91);
  assert.deepEqual(
    counted.sort((a, b) => a - b),
    kept,
  );
  // 91 is where the clock was set back; the runs before it are over.
  assert.deepEqual(
    entries('event-runs').map(({ key }) => key),
    [91, 98],
  );
});

test('clearing goes in steps, keeps what came meanwhile, and numbering goes on after a crash', async (t) => {
  const folder = freshFolder(t);
  let store = openStore(folder, 'writer');
  const clock = new FakeClock();
  let steps = 0;
  const counting: Store = {
    ...store,
    durably: (work) => {
      steps += 1;
      return store.durably(work);
    },
  };
  let log = new EventLog(counting, clock, 10_000, unwatched);
  for (let n = 1; n <= 1200; n += 1) log.append(event(n));
  await log.settled();
  steps = 0;
  const cleared = log.clear((count) => event(count, 'system'));
  // A card at the door while the log is being cleared.
  const during = new Promise<void>((resolve) => {
    setImmediate(() => {
      log.append(event(-1));
      resolve();
    });
  });
  assert.equal(await cleared, 1200);
  await during;
  await log.settled();
  assert.ok(steps >= 4, `${steps} steps`);
  const all = openEvents(store).query({ newestFirst: false, offset: 0, limit: 99 }).events;
  assert.deepEqual(
    all.map(({ seq }) => seq),
    [1201, 1202],
  );
  assert.deepEqual(all.map(({ model }) => model.n).sort(), [-1, 1200]);
  await store.close();
  store = openStore(folder, 'writer');
  t.after(() => store.close());
  log = new EventLog(store, clock, 10_000, unwatched);
  log.append(event(1));
  await log.settled();
  assert.equal(openEvents(store).lastSeq(), 1203);
});

test('clearings at the same time follow each other', async (t) => {
  const store = freshStore(t);
  const log = new EventLog(store, new FakeClock(), 10_000, unwatched);
  for (let n = 1; n <= 700; n += 1) log.append(event(n));
  const clearings = [1, 2, 3].map(() => log.clear((count) => event(count, 'system')));
  assert.deepEqual(await Promise.all(clearings), [700, 1, 1]);
  const { events } = openEvents(store).query({ newestFirst: false, offset: 0, limit: 9 });
  assert.deepEqual(
    events.map(({ seq }) => seq),
    [703],
  );
});

test('a log that cannot be cleared says so, and says of no clearing that was not', async (t) => {
  const store = freshStore(t);
  const { flaky, disk } = flakyStore(store);
  const clock = new FakeClock();
  const log = new EventLog(flaky, clock, 1000, unwatched);
  for (let n = 1; n <= 3; n += 1) log.append(event(n));
  await log.settled();
  disk.isFull = true;
  await assert.rejects(
    log.clear((count) => event(count, 'system')),
    (error) => error instanceof Fault && error.code === 'store-unwritable',
  );
  disk.isFull = false;
  clock.advance(1_000_000);
  log.append(event(4));
  await log.settled();
  const { events } = openEvents(store).query({ newestFirst: false, offset: 0, limit: 9 });
  assert.deepEqual(
    events.map(({ model }) => model.n),
    [1, 2, 3, 4],
  );
});

test('a log of layout 2 is indexed, whatever is damaged in it', async (t) => {
  const folder = freshFolder(t);
  const old = openStore(folder, 'writer');
  const clock = new FakeClock(1000);
  const log = new EventLog(old, clock, 10_000, unwatched);
  for (let n = 1; n <= 2500; n += 1) {
    clock.setWall(n % 1000 === 0 ? 0 : clock.wallMs() + 1);
    log.append(event(n, n % 2 ? 'access' : 'info'));
  }
  await log.settled();
  const query: EventQuery = { fromMs: 100, toMs: 150, newestFirst: false, offset: 0, limit: 999 };
  const expected = [undefined, 'access', 'info'].map((category) =>
    openEvents(old).query({ ...query, ...(category && { category }) }),
  );
  assert.deepEqual(
    expected.map(({ total }) => total),
    [102, 50, 52],
  );
  await old.close();
  const { open } = await import('lmdb');
  const root = open({ path: `${folder}/latchd.mdb`, maxDbs: 64 });
  for (const name of ['access', 'info', 'system', 'emergency']) {
    await root.openDB(`events-${name}`, { keyEncoding: 'uint32' }).clearAsync();
  }
  await root.openDB('event-runs', { keyEncoding: 'uint32' }).clearAsync();
  await root.openDB('events', { keyEncoding: 'uint32' }).put(7, 'not an event');
  await root.put('schema', 2);
  await root.close();
  const store = openStore(folder, 'writer');
  t.after(() => store.close());
  const found = [undefined, 'access', 'info'].map((category) =>
    openEvents(store).query({ ...query, ...(category && { category }) }),
  );
  assert.deepEqual(found, expected);
});

test('a damaged entry of the index stops neither the log nor its start', async (t) => {
  const store = freshStore(t);
  const clock = new FakeClock();
  let log = new EventLog(store, clock, 10, unwatched);
  for (let n = 1; n <= 10; n += 1) log.append(event(n));
  await log.settled();
  const counted = store.database<number>('events-access', 'uint32');
  for (const count of [1, 4]) await counted.put(count, 'no number');
  log = new EventLog(store, clock, 10, unwatched);
  for (let n = 11; n <= 18; n += 1) {
    log.append(event(n));
    await log.settled();
  }
  const query = { newestFirst: false, offset: 0, limit: 99, category: 'access' };
  const { total, events } = openEvents(store).query(query);
  assert.equal(total, 10);
  assert.deepEqual([events[0]?.seq, events.at(-1)?.seq], [9, 18]);
});
