import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weekdayNameOf } from '../../src/door/calendar.ts';
import { type FreeAccess, type FreeAccessSpan, freeAccessAt } from '../../src/door/free-access.ts';
import { type Weekday, weekdays } from '../../src/door/model.ts';

const hour = 3600;
const span = (rest: Partial<FreeAccessSpan> = {}): FreeAccessSpan => ({
  day: 'MON',
  enabled: true,
  lock: 'all',
  fromS: 9 * hour,
  toS: 18 * hour,
  ...rest,
});
const hours = (...spans: FreeAccessSpan[]): FreeAccess => ({ enabled: true, spans });
const at = (value: FreeAccess, weekday: Weekday, secondOfDay: number) =>
  freeAccessAt(value, 'first', { weekday, secondOfDay });

test('the first second is included, and the whole last minute', () => {
  const table: [Weekday, number, boolean, number][] = [
    ['MON', 9 * hour - 1, false, 1],
    ['MON', 9 * hour, true, 9 * hour + 60],
    ['MON', 18 * hour, true, 60],
    ['MON', 18 * hour + 59, true, 1],
    ['MON', 18 * hour + 60, false, 7 * 24 * hour - 9 * hour - 60],
    ['SUN', 12 * hour, false, 21 * hour],
    ['TUE', 12 * hour, false, (6 * 24 - 3) * hour],
  ];
  for (const [weekday, second, open, changesInS] of table) {
    assert.deepEqual(
      at(hours(span()), weekday, second),
      { open, changesInS },
      `${weekday} ${second}`,
    );
  }
});

test('an end inside a minute includes that minute, a beginning is exact to the second', () => {
  const value = hours(span({ fromS: 90, toS: 150 }));
  assert.deepEqual(at(value, 'MON', 89), { open: false, changesInS: 1 });
  assert.deepEqual(at(value, 'MON', 90), { open: true, changesInS: 90 });
  assert.deepEqual(at(value, 'MON', 180).open, false);
});

test('spans that touch are one, over midnight and over the end of the week too', () => {
  const night = hours(
    span({ day: 'SUN', fromS: 22 * hour, toS: 86_340 }),
    span({ day: 'MON', fromS: 0, toS: 6 * hour }),
  );
  assert.deepEqual(at(night, 'SUN', 23 * hour), { open: true, changesInS: 7 * hour + 60 });
  assert.deepEqual(at(night, 'MON', 0), { open: true, changesInS: 6 * hour + 60 });
  const always = hours(...weekdays.map((day) => span({ day, fromS: 0, toS: 86_399 })));
  assert.deepEqual(at(always, 'WED', 5), { open: true, changesInS: undefined });
});

test('only what is switched on counts, and only for its lock', () => {
  const never = { open: false, changesInS: undefined };
  const noon = 12 * hour;
  assert.deepEqual(at({ ...hours(span()), enabled: false }, 'MON', noon), never);
  assert.deepEqual(at(hours(span({ enabled: false })), 'MON', noon), never);
  assert.deepEqual(at(hours(span({ lock: 'second' })), 'MON', noon), never);
  assert.deepEqual(at(hours(), 'MON', noon), never);
  assert.equal(
    at(hours(span({ lock: 'second' }), span({ lock: 'first' })), 'MON', noon).open,
    true,
  );
});

test('days are counted from a Thursday', () => {
  assert.deepEqual([0, 1, 4, -1, 20_605].map(weekdayNameOf), ['THU', 'FRI', 'MON', 'WED', 'MON']);
});
