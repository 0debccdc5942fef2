import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  dayOrders,
  dayTypes,
  type Repeat,
  type TimeProfile,
  weekdays,
} from '../../src/door/model.ts';
import { holds } from '../../src/door/schedule.ts';
import { systemClock } from '../../src/io/clock.ts';
import { occurrencesOf, underWay, wallOf } from '../support/schedule-oracle.ts';
import { seedOf } from '../support/seed.ts';

const hourS = 3600;
const dayS = 24 * hourS;
const yearS = 365 * dayS;

/** Zones with the instants at which their clocks were put forward or back. */
const changes = {
  UTC: ['2027-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  'Europe/Berlin': ['2027-03-28T01:00:00Z', '2026-10-25T01:00:00Z'],
  'America/New_York': ['2027-03-14T07:00:00Z', '2026-11-01T06:00:00Z'],
  'Australia/Lord_Howe': ['2026-10-03T15:30:00Z', '2027-04-03T15:00:00Z'],
  'America/Santiago': ['2026-09-06T04:00:00Z', '2027-04-04T03:00:00Z'],
} as const;
type Zone = keyof typeof changes;
const zones = Object.keys(changes) as Zone[];
const clocks = new Map(
  zones.map((zone) => [zone, { civil: systemClock(zone).civil, wall: wallOf(zone) }]),
);

const every = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1000 }));
const monthDays = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 4 }),
  fc.array(fc.integer({ min: 28, max: 31 }), { minLength: 1, maxLength: 2 }),
  fc.record({ order: fc.constantFrom(...dayOrders), type: fc.constantFrom(...dayTypes) }),
);
const month = fc.integer({ min: 1, max: 12 });
const custom = fc.oneof(
  fc.record({ unit: fc.constant('day' as const), every }),
  fc.record({
    unit: fc.constant('week' as const),
    every,
    weekdays: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
  }),
  fc.record({ unit: fc.constant('month' as const), every, days: monthDays }),
  fc.record(
    {
      unit: fc.constant('year' as const),
      every: fc.integer({ min: 1, max: 4 }),
      months: fc.uniqueArray(month, { minLength: 1, maxLength: 3 }),
      days: monthDays,
    },
    { requiredKeys: ['unit', 'every', 'months'] },
  ),
);

const length = fc.oneof(
  fc.integer({ min: 1, max: 3 * hourS }),
  fc.integer({ min: 1, max: dayS }),
  fc.constantFrom(8 * hourS, dayS, dayS - 1, 7 * dayS),
  fc.integer({ min: 1, max: 40 * dayS }),
);

/** A profile that starts at one of `starts`, and may end up to `endS` later. */
function profiles(starts: fc.Arbitrary<number>, endS: number): fc.Arbitrary<TimeProfile> {
  const repeat = fc.record({
    enabled: fc.constantFrom(true, true, true, false),
    type: fc.constantFrom(
      ...(['day', 'week', 'twoWeeks', 'month', 'year'] as const),
      ...Array.from({ length: 5 }, () => 'custom' as const),
    ),
    custom,
    end: fc.option(fc.integer({ min: -dayS, max: endS })),
  });
  return fc
    .record({ fromS: starts, length, allDay: fc.constantFrom(false, false, false, true), repeat })
    .map(({ fromS, length, allDay, repeat: { enabled, type, custom, end } }) => {
      const rule: Repeat = {
        enabled,
        type,
        ...(end !== null && { untilS: fromS + end }),
        ...(type === 'custom' && { custom }),
      };
      return { name: '', allDay, fromS, toS: fromS + length, repeat: rule };
    });
}

test('minute by minute around each change of the clocks, a profile holds as written down', (t) => {
  let held = 0;
  let walked = 0;
  const around = fc
    .constantFrom(...zones.flatMap((zone) => changes[zone].map((change) => ({ zone, change }))))
    .chain(({ zone, change }) => {
      const changeS = Date.parse(change) / 1000;
      // Starts within the hours of the change, so that its edges fall into them later.
      const starts = fc
        .record({
          days: fc.integer({ min: 0, max: 45 }),
          minutes: fc.integer({ min: -200, max: 200 }),
        })
        .map(({ days, minutes }) => changeS - days * dayS + minutes * 60);
      return fc.record({
        zone: fc.constant(zone),
        changeS: fc.constant(changeS),
        profile: profiles(starts, 60 * dayS),
      });
    });
  fc.assert(
    fc.property(around, ({ zone, changeS, profile }) => {
      const { civil, wall } = clocks.get(zone) ?? assert.fail();
      const occurrences = occurrencesOf(profile, changeS + 2 * dayS, wall);
      for (let atS = changeS - 4 * hourS; atS <= changeS + 4 * hourS; atS += 60) {
        const expected = underWay(occurrences, wall(atS));
        assert.equal(holds(profile, civil(atS), civil), expected, `${zone} ${wall(atS)}`);
        walked += 1;
        if (expected) held += 1;
      }
    }),
    { seed: seedOf(t), numRuns: 400 },
  );
  t.diagnostic(`held in ${held} of ${walked} minutes`);
  assert.ok(held > walked / 20 && held < (walked * 19) / 20);
});

test('years later, at and between its edges, a profile holds as written down', (t) => {
  const firstS = Date.parse('2019-01-01T00:00:00Z') / 1000;
  const starts = fc.integer({ min: firstS, max: firstS + 10 * yearS });
  const horizonS = 6 * yearS;
  let held = 0;
  let judged = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      profiles(starts, 4 * yearS),
      fc.array(fc.integer({ min: -2 * dayS, max: horizonS }), { minLength: 4, maxLength: 4 }),
      fc.array(
        fc.record({
          place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          edge: fc.constantFrom('start' as const, 'end' as const),
          asideS: fc.oneof(
            fc.integer({ min: -2, max: 2 }),
            fc.integer({ min: -2 * hourS, max: 2 * hourS }),
          ),
        }),
        { minLength: 8, maxLength: 8 },
      ),
      (zone, profile, offsets, places) => {
        const { civil, wall } = clocks.get(zone) ?? assert.fail();
        const occurrences = occurrencesOf(profile, profile.fromS + horizonS + 2 * dayS, wall);
        const edges = places.flatMap(({ place, edge, asideS }) => {
          const occurrence = occurrences[Math.floor(place * occurrences.length)];
          return occurrence ? [instantOf(occurrence[edge], wall) + asideS] : [];
        });
        for (const atS of [...offsets.map((offset) => profile.fromS + offset), ...edges]) {
          if (atS > profile.fromS + horizonS) continue;
          const expected = underWay(occurrences, wall(atS));
          assert.equal(holds(profile, civil(atS), civil), expected, `${zone} ${wall(atS)}`);
          judged += 1;
          if (expected) held += 1;
        }
      },
    ),
    { seed: seedOf(t), numRuns: 1500 },
  );
  t.diagnostic(`held in ${held} of ${judged} instants`);
  assert.ok(held > judged / 20 && held < (judged * 19) / 20);
});

/** An instant at which the clock shows `text`, or nearly so where it never did. */
function instantOf(text: string, wall: (unixS: number) => string): number {
  const asUtc = Date.parse(`${text}Z`) / 1000;
  return asUtc - (Date.parse(`${wall(asUtc)}Z`) / 1000 - asUtc);
}
