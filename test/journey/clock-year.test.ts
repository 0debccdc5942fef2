import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimeProfile } from '../../src/door/model.ts';
import { bitsOf, freshDoor } from '../support/door.ts';
import { occurrencesOf, underWay, wallOf } from '../support/schedule-oracle.ts';

/** Sundays and Tuesdays from 02:30 to 07:00: over both changes of 2028, and 29 February. */
const profile: TimeProfile = {
  name: 'early',
  allDay: false,
  fromS: Date.UTC(2028, 0, 2, 1, 30) / 1000,
  toS: Date.UTC(2028, 0, 2, 6) / 1000,
  repeat: {
    enabled: true,
    type: 'custom',
    custom: { unit: 'week', every: 1, weekdays: ['SUN', 'TUE'] },
  },
};

/** A card every 11 hours of 2028, and every 15 minutes of the leap day and of both changes. */
function moments(): number[] {
  const hourS = 3600;
  const startS = Date.UTC(2028, 0, 3) / 1000;
  const year = Array.from({ length: 790 }, (_, index) => startS + index * 11 * hourS);
  const dense = [Date.UTC(2028, 1, 29), Date.UTC(2028, 2, 26), Date.UTC(2028, 9, 29)].flatMap(
    (dayMs) => Array.from({ length: 32 }, (_, index) => dayMs / 1000 + (index * hourS) / 4 + 7),
  );
  return [...year, ...dense].sort((a, b) => a - b);
}

test('a year of a weekly profile with both changes of summer time and a leap day', async (t) => {
  const { clock, relays, identifiers, timeProfiles, addReader, send, events } = freshDoor(t);
  const wall = wallOf('Europe/Berlin');
  clock.civil = (unixS) => {
    const civilS = Date.parse(`${wall(unixS).replace(' ', 'T')}Z`) / 1000;
    const day = Math.floor(civilS / 86_400);
    return { day, second: civilS - day * 86_400 };
  };
  await timeProfiles.create(profile);
  const owner = { name: 'Ann', type: 'owner' } as const;
  const number = String(0x7b11d7);
  await identifiers.create({ type: 'card', number, owner, lock: 'first', profiles: [1] });
  const front = addReader({ formats: ['H10301'] });
  const due = occurrencesOf(profile, Date.UTC(2029, 0, 2) / 1000, wall);
  const all = moments();
  let granted = 0;
  for (const unixS of all) {
    clock.setWall(unixS * 1000);
    const before = relays.first.driven.length;
    send(front, bitsOf('2F623AE', 26));
    clock.advance(10_000_000);
    const opened = relays.first.driven.length > before;
    assert.equal(opened, underWay(due, wall(unixS)), wall(unixS));
    granted += opened ? 1 : 0;
  }
  assert(granted > 50 && granted < all.length / 2);
  const told = await events();
  assert.equal(told.length, all.length);
  assert.deepEqual(
    told.map(({ seq }) => seq),
    all.map((_, index) => index + 1),
  );
});
