import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { holds } from '../../src/door/schedule.ts';
import { systemClock } from '../../src/io/clock.ts';
import {
  blockOf,
  blocksOf,
  cellMinutes,
  cellsOf,
  cellsPerDay,
  profileOf,
  tableName,
  timetablesOf,
} from '../../src/page/week.ts';
import { civilMs, civilText, zoneOf } from '../../src/page/zone.ts';
import {
  profileOf as storedProfile,
  timeProfileBody,
} from '../../src/web/time-profiles/time-profile-body.ts';
import { seedOf } from '../support/seed.ts';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'].map(zoneOf);
const utc = zoneOf('UTC');
const week = fc.array(fc.boolean(), { minLength: 7 * cellsPerDay, maxLength: 7 * cellsPerDay });
/** Within two weeks of a change of clocks, or anywhere in a year. */
const nowMs = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) });

test('what is painted comes back from the profiles that say it', (t) => {
  fc.assert(
    fc.property(week, nowMs, fc.constantFrom(...zones), (cells, now, zone) => {
      const profiles = blocksOf(cells).map((block) => profileOf('x', block, now, zone));
      for (const profile of profiles) assert.ok(timeProfileBody.safeParse(profile).success);
      const blocks = profiles.map((profile) => blockOf(profile, zone));
      assert.deepEqual(cellsOf(blocks.filter((block) => block !== undefined)), cells);
    }),
    { seed: seedOf(t), numRuns: 50 },
  );
});

test('a painted week holds at the door exactly in its cells', (t) => {
  fc.assert(
    fc.property(week, nowMs, fc.constantFrom(...zones), (cells, now, zone) => {
      const { civil } = systemClock(zone.name);
      const profiles = blocksOf(cells).map((block) =>
        storedProfile(timeProfileBody.parse(profileOf('x', block, now, zone))),
      );
      for (let ahead = 0; ahead < 40; ahead++) {
        const atS = Math.floor(now / 1000) + ahead * 37_951;
        const { day, second } = civil(atS);
        const cell = Math.floor(second / 60 / cellMinutes);
        const weekday = (day + 3) % 7;
        const isPainted = cells[weekday * cellsPerDay + cell];
        assert.equal(
          profiles.some((profile) => holds(profile, civil(atS), civil)),
          isPainted,
        );
      }
    }),
    { seed: seedOf(t), numRuns: 50 },
  );
});

test('profiles that a painted week cannot say are left alone', () => {
  const office = profileOf('x', { days: [0, 2], from: 480, to: 1020 }, Date.UTC(2026, 5, 1), utc);
  assert.deepEqual(blockOf(office, utc), { days: [0, 2], from: 480, to: 1020 });
  const format = office.repeat_options.repeat_format;
  assert.ok(format);
  const changed = (other: object) => ({
    ...office,
    repeat_options: { repeat_enable: true, repeat_format: { ...format, ...other } },
  });
  assert.equal(blockOf(changed({ repeat_type: 'twoWeeks' }), utc), undefined);
  assert.equal(blockOf(changed({ repeat_end: { format: 'date', date: 2e9 } }), utc), undefined);
  assert.equal(blockOf({ ...office, repeat_options: { repeat_enable: false } }, utc), undefined);
  assert.equal(cellsOf([{ days: [0], from: 485, to: 600 }]), undefined);
});

test('numbered parts belong to their timetable', () => {
  const part = (uid: number, name: string) => ({
    ...profileOf(name, { days: [0], from: 0, to: 60 }, 0, utc),
    uid,
  });
  const tables = timetablesOf([part(1, 'Office'), part(2, 'Night'), part(3, 'Office (2)')]);
  assert.deepEqual(
    tables.map(({ name, parts }) => [name, parts.map(({ uid }) => uid)]),
    [
      ['Office', [1, 3]],
      ['Night', [2]],
    ],
  );
  assert.equal(tableName('Shift (b)'), 'Shift (b)');
});

test('civil times of the panel: skipped ones are none, of doubled ones the first is meant', () => {
  const zone = zoneOf('Europe/Berlin');
  assert.equal(civilMs('2026-03-29T02:30', zone), undefined);
  assert.equal(civilMs('2026-10-25T02:30', zone), Date.UTC(2026, 9, 25, 0, 30));
  assert.equal(civilMs('2026-07-01T12:00', zone), Date.UTC(2026, 6, 1, 10));
  assert.equal(civilText(Date.UTC(2026, 6, 1, 10), zone), '2026-07-01T12:00');
  assert.equal(civilMs('', zone), undefined);
  assert.equal(civilMs('2026-13-01T00:00', zone), undefined);
});
