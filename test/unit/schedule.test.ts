import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomRepeat, Repeat, TimeProfile } from '../../src/door/model.ts';
import { holds } from '../../src/door/schedule.ts';
import { systemClock } from '../../src/io/clock.ts';

const utc = systemClock('UTC');

/** Unix seconds of `2026-01-31 08:00:00`, UTC unless the text says otherwise (`… +02:00`). */
function at(text: string): number {
  const ms = Date.parse(text.includes('+') || text.includes(' -') ? text : `${text}Z`);
  assert.ok(Number.isInteger(ms), text);
  return ms / 1000;
}

function profile(from: string, to: string, repeat?: Partial<Repeat>): TimeProfile {
  return {
    name: '',
    allDay: false,
    fromS: at(from),
    toS: at(to),
    ...(repeat && { repeat: { enabled: true, type: 'day', ...repeat } }),
  };
}

function custom(from: string, to: string, rule: CustomRepeat): TimeProfile {
  return profile(from, to, { type: 'custom', custom: rule });
}

/** Asserts at which of the given moments a profile holds: those with a `+` in front. */
function check(subject: TimeProfile, moments: string, zone = utc): void {
  for (const line of moments.trim().split('\n')) {
    const [sign, text] = [line.trim().charAt(0), line.trim().slice(1).trim()];
    const now = zone.civil(at(text));
    assert.equal(holds(subject, now, zone.civil), sign === '+', line.trim());
  }
}

test('without repetition the first occurrence is the only one, both seconds included', () => {
  const once = profile('2026-06-01 08:00', '2026-06-01 17:00');
  const moments = `
    - 2026-06-01 07:59:59
    + 2026-06-01 08:00:00
    + 2026-06-01 17:00:00
    - 2026-06-01 17:00:01
    - 2026-06-02 12:00
    - 2026-05-31 12:00
  `;
  check(once, moments);
  check({ ...once, repeat: { enabled: false, type: 'day' } }, moments);
});

test('all day: whole civil days of both ends and all between', () => {
  const days = { ...profile('2026-06-01 13:00', '2026-06-03 04:00'), allDay: true };
  check(
    days,
    `
    - 2026-05-31 23:59:59
    + 2026-06-01 00:00:00
    + 2026-06-02 12:00
    + 2026-06-03 23:59:59
    - 2026-06-04 00:00:00
  `,
  );
  const one = {
    ...profile('2026-06-01 13:00', '2026-06-01 13:00', { type: 'week' }),
    allDay: true,
  };
  check(one, '+ 2026-06-08 00:00\n+ 2026-06-08 23:59:59\n- 2026-06-09 00:00');
});

test('every day, week, two weeks', () => {
  const span = ['2026-06-01 08:00', '2026-06-01 17:00'] as const;
  check(
    profile(...span, { type: 'day' }),
    `
    - 2026-05-31 12:00
    + 2026-06-02 12:00
    + 2031-02-28 08:00
    - 2031-02-28 07:59:59
    - 2031-02-28 17:00:01
  `,
  );
  check(
    profile(...span, { type: 'week' }),
    '+ 2026-06-01 12:00\n- 2026-06-07 12:00\n+ 2026-06-08 12:00\n- 2026-06-09 12:00\n- 2026-05-25 12:00',
  );
  check(
    profile(...span, { type: 'twoWeeks' }),
    '- 2026-06-08 12:00\n+ 2026-06-15 12:00\n+ 2026-06-29 12:00\n- 2026-07-06 12:00',
  );
});

test('a month without the day of the first occurrence has none; 29 February is in leap years', () => {
  check(
    profile('2026-01-31 08:00', '2026-01-31 17:00', { type: 'month' }),
    `
    + 2026-01-31 12:00
    - 2026-02-28 12:00
    - 2026-03-01 12:00
    + 2026-03-31 12:00
    - 2026-04-30 12:00
    - 2026-05-01 12:00
    + 2026-12-31 12:00
    - 2025-12-31 12:00
  `,
  );
  check(
    profile('2026-01-29 08:00', '2026-01-29 17:00', { type: 'month' }),
    '- 2027-02-28 12:00\n+ 2028-02-29 12:00\n- 2027-03-01 12:00',
  );
  check(
    profile('2024-02-29 08:00', '2024-02-29 17:00', { type: 'year' }),
    `
    + 2024-02-29 12:00
    - 2025-02-28 12:00
    - 2025-03-01 12:00
    - 2027-02-28 12:00
    + 2028-02-29 12:00
    + 2096-02-29 12:00
    - 2100-02-28 12:00
    - 2100-03-01 12:00
    + 2104-02-29 12:00
  `,
  );
});

test('the end of the repetition is a civil day on which an occurrence may still start', () => {
  const night = (untilS: number) =>
    profile('2026-06-01 22:00', '2026-06-02 06:00', { type: 'day', untilS });
  const moments = `
    + 2026-06-04 23:00
    + 2026-06-05 22:00
    + 2026-06-06 06:00
    - 2026-06-06 06:00:01
    - 2026-06-06 22:00
  `;
  check(night(at('2026-06-05 00:00')), moments);
  check(night(at('2026-06-05 23:59:59')), moments);
  check(night(at('2026-06-01 00:00')), '+ 2026-06-02 05:00\n- 2026-06-02 22:00');
  check(night(at('2026-05-31 23:59:59')), '- 2026-06-01 22:00\n- 2026-06-02 05:00');
});

test('an occurrence over midnight, over days, and longer than its period', () => {
  check(
    profile('2026-06-05 20:00', '2026-06-08 06:00', { type: 'week' }),
    `
    - 2026-06-12 19:59:59
    + 2026-06-12 20:00
    + 2026-06-14 03:00
    + 2026-06-15 06:00
    - 2026-06-15 06:00:01
  `,
  );
  const overlapping = profile('2026-06-01 08:00', '2026-06-03 07:00', {
    type: 'day',
    untilS: at('2026-06-05 00:00'),
  });
  check(
    overlapping,
    `
    - 2026-06-01 07:59:59
    + 2026-06-02 07:30
    + 2026-06-05 07:30
    + 2026-06-06 23:00
    + 2026-06-07 07:00
    - 2026-06-07 07:00:01
  `,
  );
});

test('custom days: every tenth', () => {
  const tenth = custom('2026-06-01 08:00', '2026-06-01 17:00', { unit: 'day', every: 10 });
  check(tenth, '+ 2026-06-01 12:00\n- 2026-06-10 12:00\n+ 2026-06-11 12:00\n+ 2026-07-01 12:00');
});

test('custom weeks: week days, in every n-th week from Monday; the first occurrence counts', () => {
  const work = custom('2026-06-03 08:00', '2026-06-03 17:00', {
    unit: 'week',
    every: 1,
    weekdays: ['MON', 'TUE', 'WED', 'THU', 'FRI'],
  });
  check(
    work,
    `
    - 2026-06-01 12:00
    - 2026-06-02 12:00
    + 2026-06-03 12:00
    + 2026-06-05 12:00
    - 2026-06-06 12:00
    - 2026-06-07 12:00
    + 2026-06-08 12:00
  `,
  );
  const second = custom('2026-06-03 08:00', '2026-06-03 17:00', {
    unit: 'week',
    every: 2,
    weekdays: ['SUN', 'MON'],
  });
  check(
    second,
    `
    + 2026-06-03 12:00
    - 2026-06-01 12:00
    + 2026-06-07 12:00
    - 2026-06-08 12:00
    - 2026-06-10 12:00
    - 2026-06-14 12:00
    + 2026-06-15 12:00
    + 2026-06-21 12:00
    - 2026-06-22 12:00
  `,
  );
  // On Monday, the last to have started is of the week before.
  const weekend = custom('2026-06-05 20:00', '2026-06-08 06:00', {
    unit: 'week',
    every: 1,
    weekdays: ['FRI'],
  });
  check(weekend, '+ 2026-06-15 05:00\n- 2026-06-15 07:00\n- 2026-06-12 19:00');
});

test('custom months: day numbers, every n-th month', () => {
  const days = (every: number, numbers: number[], from = '2026-01-01') =>
    custom(`${from} 08:00`, `${from} 17:00`, { unit: 'month', every, days: numbers });
  check(
    days(1, [31, 1, 30]),
    '+ 2026-02-01 12:00\n- 2026-02-28 12:00\n+ 2026-03-30 12:00\n+ 2026-03-31 12:00\n- 2026-03-29 12:00',
  );
  check(
    days(3, [15]),
    '+ 2026-01-15 12:00\n- 2026-02-15 12:00\n+ 2026-04-15 12:00\n+ 2027-01-15 12:00',
  );
  // Every twelfth month from an April has no 31st, ever; the first occurrence stays alone.
  check(days(12, [31], '2026-04-30'), '+ 2026-04-30 12:00\n- 2040-04-30 12:00\n- 2040-05-31 12:00');
});

test('custom months: the n-th day of a kind', () => {
  const nth = (
    order: 'first' | 'second' | 'fifth' | 'last',
    type: 'MON' | 'WEEK_DAY' | 'DAY_OFF',
  ) =>
    custom('2026-01-01 08:00', '2026-01-01 17:00', {
      unit: 'month',
      every: 1,
      days: { order, type },
    });
  check(nth('first', 'MON'), '+ 2026-02-02 12:00\n- 2026-02-09 12:00\n+ 2026-06-01 12:00');
  check(nth('fifth', 'MON'), '+ 2026-03-30 12:00\n- 2026-02-23 12:00\n- 2026-04-27 12:00');
  check(nth('last', 'MON'), '+ 2026-02-23 12:00\n+ 2026-03-30 12:00\n- 2026-03-23 12:00');
  // August 2026 begins on a Saturday.
  check(nth('first', 'WEEK_DAY'), '- 2026-08-01 12:00\n+ 2026-08-03 12:00\n- 2026-08-04 12:00');
  check(nth('second', 'DAY_OFF'), '- 2026-08-01 12:00\n+ 2026-08-02 12:00\n- 2026-08-08 12:00');
  check(nth('last', 'DAY_OFF'), '+ 2026-08-30 12:00\n- 2026-08-29 12:00\n+ 2026-05-31 12:00');
  check(nth('last', 'WEEK_DAY'), '+ 2026-08-31 12:00\n+ 2026-05-29 12:00');
});

test('custom years: months with day numbers, with the n-th day of a kind, with neither', () => {
  const years = (rule: Omit<Extract<CustomRepeat, { unit: 'year' }>, 'unit'>) =>
    custom('2024-02-29 08:00', '2024-02-29 17:00', { unit: 'year', ...rule });
  check(
    years({ every: 2, months: [12, 6], days: [1, 31] }),
    `
    + 2024-02-29 12:00
    + 2024-06-01 12:00
    - 2024-07-01 12:00
    + 2024-12-31 12:00
    - 2025-06-01 12:00
    + 2026-06-01 12:00
    - 2026-06-30 12:00
  `,
  );
  check(
    years({ every: 1, months: [11], days: { order: 'fourth', type: 'THU' } }),
    '+ 2026-11-26 12:00\n- 2026-11-19 12:00\n+ 2027-11-25 12:00',
  );
  check(
    years({ every: 1, months: [2, 3] }),
    '+ 2025-03-29 12:00\n- 2025-02-28 12:00\n- 2025-03-01 12:00\n+ 2028-02-29 12:00',
  );
});

test('summer time: what starts in the skipped hour starts with the jump', () => {
  const berlin = systemClock('Europe/Berlin');
  // Put forward on 2026-03-29, 02:00 to 03:00.
  const early = profile('2026-03-01 02:30 +01:00', '2026-03-01 04:00 +01:00', { type: 'day' });
  check(
    early,
    `
    - 2026-03-29 01:59:59 +01:00
    + 2026-03-29 03:00:00 +02:00
    + 2026-03-29 04:00:00 +02:00
    - 2026-03-29 04:00:01 +02:00
    - 2026-03-30 02:29:59 +02:00
    + 2026-03-30 02:30:00 +02:00
  `,
    berlin,
  );
  const within = profile('2026-03-01 02:10 +01:00', '2026-03-01 02:50 +01:00', { type: 'day' });
  check(
    within,
    '- 2026-03-29 01:59:59 +01:00\n- 2026-03-29 03:00 +02:00\n+ 2026-03-30 02:30 +02:00',
    berlin,
  );
  // Winter's eight o'clock is summer's eight o'clock.
  const day = profile('2026-01-05 08:00 +01:00', '2026-01-05 17:00 +01:00', { type: 'day' });
  check(
    day,
    '+ 2026-07-01 08:00 +02:00\n- 2026-07-01 07:59:59 +02:00\n- 2026-07-01 17:30 +02:00',
    berlin,
  );
});

test('summer time: the doubled hour holds twice', () => {
  const berlin = systemClock('Europe/Berlin');
  // Put back on 2026-10-25, 03:00 to 02:00.
  const doubled = profile('2026-10-01 02:00 +02:00', '2026-10-01 02:30 +02:00', { type: 'day' });
  check(
    doubled,
    `
    - 2026-10-25 01:59:59 +02:00
    + 2026-10-25 02:15 +02:00
    - 2026-10-25 02:45 +02:00
    + 2026-10-25 02:15 +01:00
    - 2026-10-25 02:45 +01:00
  `,
    berlin,
  );
  // A first occurrence that would end before it starts, by the clock on the wall, holds never.
  const backwards = profile('2026-10-25 02:50 +02:00', '2026-10-25 02:10 +01:00');
  check(
    backwards,
    '- 2026-10-25 02:50 +02:00\n- 2026-10-25 02:05 +01:00\n- 2026-10-25 02:30 +01:00',
    berlin,
  );
});

test('half an hour on Lord Howe, and a whole day that Samoa skipped', () => {
  const howe = systemClock('Australia/Lord_Howe');
  // Put back on 2026-04-05, 02:00 (+11:00) to 01:30 (+10:30).
  const early = profile('2026-04-01 01:40 +11:00', '2026-04-01 01:50 +11:00', { type: 'day' });
  check(
    early,
    `
    + 2026-04-05 01:45 +11:00
    - 2026-04-05 01:55 +11:00
    - 2026-04-05 01:35 +10:30
    + 2026-04-05 01:45 +10:30
  `,
    howe,
  );
  const apia = systemClock('Pacific/Apia');
  // 2011-12-30 did not take place there.
  const friday = profile('2011-12-23 08:00 -10:00', '2011-12-23 17:00 -10:00', { type: 'week' });
  check(
    friday,
    `
    + 2011-12-23 12:00 -10:00
    - 2011-12-29 12:00 -10:00
    - 2011-12-31 12:00 +14:00
    + 2012-01-06 12:00 +14:00
  `,
    apia,
  );
});

test('the end of the calendar is a day like others', () => {
  const ever = profile('1970-01-01 00:00', '1970-01-01 12:00', {
    type: 'day',
    untilS: 253_402_300_799,
  });
  check(ever, '+ 9999-12-31 06:00\n- 9999-12-31 18:00\n+ 1970-01-01 00:00\n- 1970-01-01 12:00:01');
});
