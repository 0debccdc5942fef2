import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import { EventLog, openEvents } from '../../src/store/events.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { FakeClock } from '../support/clock.ts';
import { freshFolder, freshStore } from '../support/store.ts';

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
  let broken = false;
  const flaky: Store = {
    ...store,
    durably: (work) =>
      broken
        ? Promise.reject(new Fault('store-unwritable', 'full', 'make room'))
        : store.durably(work),
  };
  const clock = new FakeClock();
  const told: string[] = [];
  const log = new EventLog(flaky, clock, 1000, {
    appended: (seq) => told.push(`appended ${seq}`),
    failed: () => told.push('failed'),
    recovered: (dropped) => told.push(`recovered, ${dropped} dropped`),
  });
  log.append(event(1));
  await log.settled();
  broken = true;
  for (let n = 2; n <= 4; n += 1) {
    log.append(event(n));
    await log.settled();
    clock.advance(1_000_000);
    await log.settled();
  }
  assert.deepEqual(log.state(), { waiting: 3, dropped: 0, failing: true });
  broken = false;
  clock.advance(1_000_000);
  await log.settled();
  assert.deepEqual(told, ['appended 1', 'failed', 'recovered, 0 dropped', 'appended 4']);
  assert.deepEqual(
    [1, 2, 3, 4].map((seq) => openEvents(store).get(seq)?.model.n),
    [1, 2, 3, 4],
  );
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

test('the log is cleared only while it can be written, and nothing is lost otherwise', async (t) => {
  const store = freshStore(t);
  let broken = false;
  const flaky: Store = {
    ...store,
    durably: (work) =>
      broken
        ? Promise.reject(new Fault('store-unwritable', 'full', 'make room'))
        : store.durably(work),
  };
  const clock = new FakeClock();
  const log = new EventLog(flaky, clock, 1000, unwatched);
  log.append(event(1));
  await log.settled();
  broken = true;
  log.append(event(2));
  await log.settled();
  await assert.rejects(log.clear(event(3)), /the log cannot be cleared/);
  broken = false;
  // The disk takes writes again, but the waiting events have no numbers yet.
  await assert.rejects(log.clear(event(4)), /the log cannot be cleared/);
  clock.advance(1_000_000);
  await log.settled();
  const stored = () =>
    openEvents(store)
      .query({ newestFirst: false, offset: 0, limit: 10 })
      .events.map(({ seq, model }) => [seq, model.n]);
  assert.deepEqual(stored(), [
    [1, 1],
    [2, 2],
  ]);
  await log.clear(event(5));
  assert.deepEqual(stored(), [[3, 5]]);
  // Pruning goes on from there.
  const small = new EventLog(store, clock, 100, unwatched);
  for (let n = 6; n <= 200; n += 1) small.append(event(n));
  await small.settled();
  assert.deepEqual([openEvents(store).firstSeq(), openEvents(store).lastSeq()], [99, 198]);
});
