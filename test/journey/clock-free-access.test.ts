import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FreeAccessSpan } from '../../src/door/free-access.ts';
import type { LockName, Weekday } from '../../src/door/model.ts';
import { systemClock } from '../../src/io/clock.ts';
import { freshDoor } from '../support/door.ts';
import { wallOf } from '../support/schedule-oracle.ts';

const minuteMs = 60_000;
const hour = 3600;
const lockNames = ['first', 'second'] as const;
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;

function span(day: Weekday, lock: FreeAccessSpan['lock'], fromS: number, toS: number) {
  return { day, enabled: true, lock, fromS, toS } as const;
}

/** Work days; a night over two days; hours on Sundays in which summer time begins and ends. */
const spans: readonly FreeAccessSpan[] = [
  ...(['MON', 'TUE', 'WED', 'THU', 'FRI'] as const).map((day) =>
    span(day, 'first', 8 * hour, 18 * hour),
  ),
  ...[span('FRI', 'second', 22 * hour, 86_399), span('SAT', 'second', 0, 2 * hour)],
  span('SUN', 'first', 1 * hour, 2.5 * hour),
  span('SUN', 'second', 2 * hour, 3 * hour - 60),
  span('SUN', 'all', 23 * hour, 86_399),
  { ...span('TUE', 'all', 0, 86_399), enabled: false },
];

/** Whether a lock stands open when the clock on the wall shows `text`: no rule but the words of it. */
function isDue(text: string, lock: LockName): boolean {
  const [date = '', time = ''] = text.split(' ');
  const day = dayNames[new Date(date).getUTCDay()];
  const minuteOf = (seconds: number) =>
    `${String(Math.floor(seconds / hour)).padStart(2, '0')}:${String(Math.floor((seconds % hour) / 60)).padStart(2, '0')}`;
  return spans.some(
    (one) =>
      one.enabled &&
      one.day === day &&
      (one.lock === 'all' || one.lock === lock) &&
      minuteOf(one.fromS) <= time.slice(0, 5) &&
      time.slice(0, 5) <= minuteOf(one.toS),
  );
}

/** Lives through every minute from one moment to another and looks at both locks in each. */
async function live(t: TestContext, zone: string, fromMs: number, toMs: number) {
  const door = freshDoor(t);
  door.clock.civil = systemClock(zone).civil;
  const wall = wallOf(zone);
  await door.settings.setFreeAccess({ enabled: true, spans });
  // Half a second into each minute, so that what is due has been done.
  door.clock.setWall(fromMs + 500);
  door.panel.freeAccess.start();
  const openMinutes = { first: 0, second: 0 };
  for (let atMs = fromMs; atMs < toMs; atMs += minuteMs) {
    const text = wall(atMs / 1000);
    for (const lock of lockNames) {
      const isOpen = door.relays[lock].isEnergised();
      assert.equal(isOpen, isDue(text, lock), `${lock} at ${text} in ${zone}`);
      openMinutes[lock] += isOpen ? 1 : 0;
    }
    door.clock.advance(minuteMs * 1000);
    // Events reach the disk as the days go by.
    if (atMs % 86_400_000 === 0) await door.eventLog.settled();
  }
  return { openMinutes, releases: lockNames.map((lock) => releasesOf(door, lock)) };
}

function releasesOf({ relays }: ReturnType<typeof freshDoor>, lock: LockName): number {
  return relays[lock].driven.filter(({ energised }) => energised).length;
}

test('every minute of a year with a leap day, both changes of summer time and both ends', async (t) => {
  // Friday, 2027-12-31 12:00 in Berlin, to Tuesday, 2029-01-02.
  const { openMinutes, releases } = await live(
    t,
    'Europe/Berlin',
    Date.UTC(2027, 11, 31, 11),
    Date.UTC(2029, 0, 2, 11),
  );
  // 53 nights and 53 Sundays; one Sunday lacks the hour from 2, another has it twice.
  assert.equal(openMinutes.second, 53 * (120 + 121) + 53 * 60 + 53 * 60);
  assert.equal(releases[1], 53 + (53 - 1) + 53);
  assert(openMinutes.first > 100_000);
});

test('changes by half an hour, and on the other side of the world', async (t) => {
  const around = [
    ['Australia/Lord_Howe', Date.UTC(2028, 3, 1), Date.UTC(2028, 3, 3)],
    ['Australia/Lord_Howe', Date.UTC(2028, 8, 30), Date.UTC(2028, 9, 2)],
    ['America/New_York', Date.UTC(2028, 2, 11), Date.UTC(2028, 2, 13)],
    ['America/New_York', Date.UTC(2028, 10, 4), Date.UTC(2028, 10, 6)],
    ['Pacific/Auckland', Date.UTC(2028, 11, 30), Date.UTC(2029, 0, 2)],
  ] as const;
  for (const [zone, fromMs, toMs] of around) {
    const { releases } = await live(t, zone, fromMs, toMs);
    assert((releases[0] ?? 0) + (releases[1] ?? 0) > 0, zone);
  }
});
