import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { keepTimetable } from '../../src/io/timetable.ts';
import { FakeClock } from '../support/clock.ts';

const hour = 3_600_000;

/** The process's own timers and date, from `now` on. */
function timersFrom(t: TestContext, now: string) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse(now) });
  /** Lets time pass in steps, between which what waits for a promise goes on. */
  return async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 60_000) {
      t.mock.timers.tick(60_000);
      await turn();
    }
  };
}

test('it runs at its hour of the zone, once a day, over the change to summer time', async (t) => {
  const pass = timersFrom(t, '2026-03-27T12:00:00Z');
  const runs: string[] = [];
  const table = keepTimetable('30 3 * * *', 'Europe/Berlin', new FakeClock(), () =>
    runs.push(new Date().toISOString()),
  );
  t.after(() => table.close());
  await pass(72 * hour);
  assert.deepEqual(
    runs.map((at) => at.slice(0, 16)),
    ['2026-03-28T02:30', '2026-03-29T01:30', '2026-03-30T01:30'],
  );
});

test('once it is closed it runs no more', async (t) => {
  const pass = timersFrom(t, '2026-06-01T12:00:00Z');
  let runs = 0;
  const table = keepTimetable('0 * * * *', 'UTC', new FakeClock(), () => {
    runs += 1;
  });
  await pass(2 * hour);
  assert.equal(runs, 2);
  table.close();
  await pass(2 * hour);
  assert.equal(runs, 2);
});

test('it was missed when more time has passed than lies between two of its moments', (t) => {
  timersFrom(t, '2026-06-01T12:00:00Z');
  const clock = new FakeClock(Date.parse('2026-06-01T12:00:00Z'));
  for (const [expression, hours] of [
    ['30 3 * * *', 24],
    ['0 * * * *', 1],
    ['0 4 * * 1', 7 * 24],
  ] as const) {
    const table = keepTimetable(expression, 'UTC', clock, () => assert.fail('not now'));
    t.after(() => table.close());
    assert.equal(table.isMissed(clock.wallMs() - hours * hour), false, expression);
    assert.equal(table.isMissed(clock.wallMs() - hours * hour - 1), true, expression);
  }
});
