import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateOf, firstDayOf, lengthOf, monthOf, weekdayOf } from '../../src/door/calendar.ts';

const dayMs = 86_400_000;

test('every day from 1899 to 2500 has the date and week day that JavaScript gives it', () => {
  const last = Date.UTC(2500, 11, 31) / dayMs;
  for (let day = Date.UTC(1899, 0, 1) / dayMs; day <= last; day += 1) {
    const date = new Date(day * dayMs);
    const month = monthOf(date.getUTCFullYear(), date.getUTCMonth() + 1);
    assert.deepEqual(dateOf(day), { month, dayOfMonth: date.getUTCDate() });
    assert.equal(firstDayOf(month), day - date.getUTCDate() + 1);
    assert.equal(weekdayOf(day), (date.getUTCDay() + 6) % 7);
  }
});

test('months have their lengths, February by the leap years of the calendar', () => {
  const lengths = Array.from({ length: 12 }, (_, month) => lengthOf(monthOf(2026, month + 1)));
  assert.deepEqual(lengths, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
  const february = [2000, 2024, 2026, 2100, 2400, 9999].map((year) => lengthOf(monthOf(year, 2)));
  assert.deepEqual(february, [29, 29, 28, 28, 29, 28]);
});
