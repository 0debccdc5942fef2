import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { clockAcceptedEvent } from '../../src/door/events/operator.ts';
import type { PanelParts } from '../../src/panel.ts';
import { bits26 } from '../support/daemon.ts';
import { opened, trustingDoor } from '../support/trusting-door.ts';

const second = 1_000_000;
const minute = 60 * second;
const owner = { name: 'Ann', type: 'owner' } as const;
const formats = ['H10301'];
/** A board without a battery, 20 s after power came; a Thursday. */
const startMs = 20_000;
/** A Monday. */
const nowMs = Date.UTC(2026, 5, 1, 12);
const cards = { permanent: 1, window: 2, profile: 3, level: 4, counted: 5 } as const;

/** A door whose clock starts in 1970, with a card of each kind, and free access all week. */
async function freshBoard(t: TestContext, change: Partial<PanelParts> = {}) {
  const door = trustingDoor(t, change);
  door.clock.setWall(startMs);
  const dayS = Date.UTC(2026, 0, 1) / 1000;
  const repeat = { enabled: true, type: 'day' } as const;
  await door.timeProfiles.create({
    name: 'every day',
    allDay: false,
    fromS: dayS + 8 * 3600,
    toS: dayS + 17 * 3600,
    repeat,
  });
  await door.accessLevels.create({
    name: 'front',
    lock: 'first',
    profiles: [1],
    linkId: '123e4567-e89b-42d3-a456-426614174000',
  });
  const window = { fromS: nowMs / 1000 - 3600, toS: nowMs / 1000 + 3600 };
  const limits = {
    permanent: {},
    window: { window },
    profile: { profiles: [1] },
    level: { levels: [1] },
    counted: { passes: { max: 2, left: 2 } },
  };
  for (const [name, number] of Object.entries(cards)) {
    const made = await door.identifiers.create({
      type: 'card',
      number: String(number),
      owner,
      lock: 'first',
      ...limits[name as keyof typeof cards],
    });
    assert('uid' in made);
  }
  await door.settings.setFreeAccess({
    enabled: true,
    spans: (['THU', 'MON'] as const).map((day) => ({
      day,
      enabled: true,
      lock: 'second',
      fromS: 0,
      toS: 86_399,
    })),
  });
  const front = door.addReader({ formats });
  door.panel.freeAccess.start();
  return {
    ...door,
    front,
    /** Presents a card of each kind. @returns why it was refused, or that it was let in. */
    async presentAll(): Promise<Record<string, string>> {
      const outcomes: Record<string, string> = {};
      for (const [name, number] of Object.entries(cards)) {
        const before = opened(door);
        door.send(front, bits26(number));
        const reason = (await door.events()).at(-1)?.model.reason;
        outcomes[name] = String(reason ?? 'in');
        assert.equal(opened(door) - before, reason === undefined ? 1 : 0, name);
        door.clock.advance(6 * second);
      }
      return outcomes;
    },
    held: () => door.panel.locks.states()[1]?.freeAccess,
  };
}

const untrusted = {
  permanent: 'in',
  counted: 'in',
  window: 'clock-untrusted',
  profile: 'clock-untrusted',
  level: 'clock-untrusted',
};
const allIn = { permanent: 'in', window: 'in', profile: 'in', level: 'in', counted: 'in' };

test('a start in 1970: what is permanent opens, what has a time is refused until the clock is set', async (t) => {
  const door = await freshBoard(t);
  door.clock.advance(10 * minute);
  assert.deepEqual(await door.presentAll(), untrusted);
  assert.equal(door.held(), false);
  // The network is there: the next card is judged by the right time, free access within a minute.
  door.clock.setWall(nowMs);
  assert.deepEqual(await door.presentAll(), allIn);
  door.clock.advance(30 * second);
  assert.equal(door.held(), true);
  const events = await door.events();
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  );
  const years = events.map(({ wallMs }) => new Date(wallMs).getUTCFullYear());
  assert.deepEqual(years, [...Array(5).fill(1970), ...Array(6).fill(2026)]);
});

test('a start in 1970 with when_untrusted accept: by the time that the clock shows; free access waits', async (t) => {
  const door = await freshBoard(t, { whenClockUntrusted: 'accept' });
  assert.deepEqual(await door.presentAll(), {
    permanent: 'in',
    counted: 'in',
    window: 'not-yet-valid',
    profile: 'outside-time-profile',
    level: 'outside-time-profile',
  });
  // Whatever was set: a door is not left open by a clock that nobody believes.
  door.clock.advance(10 * minute);
  assert.equal(door.held(), false);
  door.clock.setWall(nowMs);
  assert.deepEqual(await door.presentAll(), allIn);
  door.clock.advance(30 * second);
  assert.equal(door.held(), true);
});

test('a clock that falls back to 1970: untrusted again, no door is held, until it is right again', async (t) => {
  const door = await freshBoard(t);
  door.clock.setWall(nowMs);
  assert.deepEqual(await door.presentAll(), allIn);
  door.clock.advance(minute);
  assert.equal(door.held(), true);
  door.clock.setWall(startMs);
  door.clock.advance(minute);
  assert.equal(door.held(), false, 'no door is held open any more');
  assert.deepEqual(await door.presentAll(), untrusted);
  door.clock.setWall(nowMs + 3_000_000);
  assert.deepEqual(await door.presentAll(), { ...allIn, counted: 'no-passes-left' });
  const ended = (await door.events()).find(({ key }) => key === 'free_access_lock_is_closed');
  assert.equal(ended?.model.reason, 'clock-untrusted');
});

test('a clock that ran ahead and is accepted: cards and free access follow in that moment', async (t) => {
  const door = await freshBoard(t);
  door.clock.setWall(Date.UTC(2036, 0, 2));
  assert.equal((await door.presentAll()).window, 'expired');
  door.clock.setWall(nowMs);
  assert.deepEqual(await door.presentAll(), untrusted);
  door.clock.advance(10 * minute);
  assert.equal(door.held(), false);
  await door.eventLog.acceptClock(clockAcceptedEvent('boss'));
  door.panel.freeAccess.clockSet();
  assert.equal(door.held(), true);
  assert.deepEqual(await door.presentAll(), { ...allIn, counted: 'no-passes-left' });
});
