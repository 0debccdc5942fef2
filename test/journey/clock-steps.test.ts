import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockAcceptedEvent } from '../../src/door/events/operator.ts';
import { EventLog, openEvents } from '../../src/store/events.ts';
import { bits26 } from '../support/daemon.ts';
import { freshDoor } from '../support/door.ts';
import { clockStepsMs, opened, stepClock, trustingDoor } from '../support/trusting-door.ts';
import { wiredDoor } from '../support/wired-door.ts';

const second = 1_000_000;
const minute = 60 * second;
const hourMs = 3_600_000;
const noonMs = Date.UTC(2026, 5, 1, 12);
const accepted = clockAcceptedEvent('boss');
const owner = { name: 'Ann', type: 'owner' } as const;
const ann = { type: 'card', number: '7', owner, lock: 'first' } as const;
const formats = ['H10301'];

type Door = ReturnType<typeof freshDoor>;

/** When the first lock was energised and let go, in turn, seconds since `fromUs`. */
function drivenS({ relays }: Door, fromUs: number): number[] {
  relays.first.driven.forEach(({ energised }, index) => {
    assert.equal(energised, index % 2 === 0);
  });
  return relays.first.driven.map(({ atUs }) => Math.round((atUs - fromUs) / 1000) / 1000);
}

test('a grant, its delay and an emergency last their time, however the clock is set', async (t) => {
  for (const stepMs of clockStepsMs) {
    const door = freshDoor(t);
    await door.identifiers.create(ann);
    await door.settings.changeLockSettings({ locks: { first: { delaySeconds: 4 } } });
    const front = door.addReader({ formats });
    door.send(front, bits26(7));
    const grantedUs = door.clock.monoUs();
    door.clock.advance(2 * second);
    stepClock(door, stepMs);
    door.clock.advance(4 * second);
    stepClock(door, -2 * stepMs);
    const [first] = door.panel.locks.states();
    // What is told of it is by the clock as it is now.
    assert.equal(first?.grantUntilMs, door.clock.wallMs() + 3000);
    door.clock.advance(minute);
    assert.deepEqual(drivenS(door, grantedUs), [4, 9], `${stepMs}`);

    const locks = [{ lock: 'first', seconds: 600 }] as const;
    assert.equal(door.panel.commanded.openEmergency({ locks, by: 'boss' }), true);
    const emergencyUs = door.clock.monoUs();
    stepClock(door, stepMs);
    door.clock.advance(20 * minute);
    assert.deepEqual(drivenS(door, emergencyUs).slice(2), [0, 600], `${stepMs}`);
  }
});

test('a door that stands open is told after its time, however the clock is set', async (t) => {
  for (const stepMs of clockStepsMs) {
    const door = wiredDoor(t);
    const present = await door.annsCard();
    present();
    door.set('door', true);
    const openedUs = door.clock.monoUs();
    door.clock.advance(10 * second);
    stepClock(door, stepMs);
    door.clock.advance(19.9 * second);
    const before = await door.keys();
    door.clock.advance(0.2 * second);
    const after = await door.keys();
    assert.equal(after.length - before.length, 1, `${stepMs}: ${after}`);
    assert.deepEqual(
      door.warnings.map(([lock, on]) => `${lock} ${on}`),
      ['first true'],
    );
    assert.equal(door.clock.monoUs() - openedUs, 30.1 * second);
  }
});

test('a window holds by the clock as it is at the presentation, both ends to the second', async (t) => {
  const door = trustingDoor(t);
  const fromMs = Date.UTC(2026, 5, 2, 9);
  const toMs = Date.UTC(2026, 5, 2, 17);
  await door.identifiers.create({ ...ann, window: { fromS: fromMs / 1000, toS: toMs / 1000 } });
  const front = door.addReader({ formats });
  const cases = [
    [fromMs - 1000, 'not-yet-valid'],
    [fromMs, undefined],
    [fromMs - 1000, 'not-yet-valid'],
    [fromMs + hourMs, undefined],
    // Set back by more than a minute it is a clock that cannot be right.
    [fromMs, 'clock-untrusted'],
    [toMs, undefined],
    [toMs + 999, undefined],
    [toMs + 1000, 'expired'],
    [toMs, undefined],
    [toMs + 24 * hourMs, 'expired'],
    [toMs, 'clock-untrusted'],
    [toMs + 365 * 24 * hourMs, 'expired'],
    [toMs, 'clock-untrusted'],
  ] as const;
  for (const [wallMs, reason] of cases) {
    // The last of 26 edges, 1 ms apart, is what decides.
    door.clock.setWall(wallMs - 25);
    const before = opened(door);
    door.send(front, bits26(7));
    const last = (await door.events()).at(-1);
    const said = new Date(wallMs).toISOString();
    assert.equal(last?.model.reason, reason, said);
    assert.equal(last?.wallMs, wallMs, said);
    assert.equal(opened(door) - before, reason === undefined ? 1 : 0, said);
    door.clock.advance(minute);
  }
});

/** Every day from 9 to 18 o'clock. */
const hours = {
  enabled: true,
  spans: (['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const).map((day) => ({
    ...({ day, enabled: true, lock: 'first', fromS: 9 * 3600, toS: 18 * 3600 - 60 } as const),
  })),
};

test('free access follows a clock that is set within a minute, and no clock that runs behind the log', async (t) => {
  const door = trustingDoor(t);
  await door.settings.setFreeAccess(hours);
  door.panel.freeAccess.start();
  const held = () => door.panel.locks.states()[0]?.freeAccess;
  const setTo = (text: string) => {
    door.clock.setWall(Date.parse(`${text}Z`));
    door.clock.advance(minute);
    return held();
  };
  assert.equal(held(), true);
  // Seconds, over the end of the hours and back.
  assert.equal(setTo('2026-06-01T17:58:50'), true);
  assert.equal(setTo('2026-06-01T18:00:01'), false);
  // Now 18:01:01; back by less than a minute is a clock that was corrected.
  assert.equal(setTo('2026-06-01T17:59:20'), false, 'over before the minute was');
  // An hour and a day on; into the hours and out of them.
  assert.equal(setTo('2026-06-02T09:00:00'), true);
  assert.equal(setTo('2026-06-02T19:00:00'), false);
  assert.equal(setTo('2026-06-03T12:00:00'), true);
  // A year on and back: what the log has seen is the least that can be right.
  assert.equal(setTo('2027-06-03T20:00:00'), false);
  assert.equal(setTo('2026-06-03T12:00:00'), false);
  await door.eventLog.acceptClock(accepted);
  door.panel.freeAccess.clockSet();
  assert.equal(held(), true);
  const told = (await door.events()).map(({ key, model }) => `${key} ${model.reason ?? ''}`);
  const [began, ended] = ['free_access_lock_is_opened', 'free_access_lock_is_closed'];
  assert.deepEqual(told, [
    ...[`${began} schedule`, `${ended} schedule`],
    ...[`${began} schedule`, `${ended} schedule`],
    ...[`${began} schedule`, `${ended} schedule`],
    ...['clock_accepted ', `${began} schedule`],
  ]);
});

test('events are numbered without gaps and have the time that the clock said; both are found again', async (t) => {
  const door = freshDoor(t);
  const front = door.addReader({ formats });
  const said: number[] = [];
  for (const stepMs of [...clockStepsMs, ...clockStepsMs.toReversed(), -noonMs, noonMs]) {
    for (let count = 0; count < 3; count += 1) {
      door.send(front, bits26(9));
      said.push(door.clock.wallMs());
      door.clock.advance(10 * second);
    }
    stepClock(door, stepMs);
  }
  const events = await door.events();
  assert.deepEqual(
    events.map(({ seq, wallMs }) => [seq, wallMs]),
    said.map((wallMs, index) => [index + 1, wallMs]),
  );
  for (const [fromMs, toMs] of [
    [0, hourMs],
    [noonMs - 2 * hourMs, noonMs + 2 * hourMs],
    [noonMs + hourMs, noonMs + 400 * 24 * hourMs],
    [said[4] ?? 0, said[4] ?? 0],
  ] as const) {
    const found = openEvents(door.store).query({
      fromMs,
      toMs,
      newestFirst: false,
      offset: 0,
      limit: 1000,
    });
    const wanted = said.filter((wallMs) => fromMs <= wallMs && wallMs <= toMs);
    assert(wanted.length > 0);
    assert.deepEqual(
      found.events.map(({ wallMs }) => wallMs),
      wanted,
    );
  }
});

test('a clock is believed behind the newest event by a minute and no more, also after a restart', async (t) => {
  const door = trustingDoor(t);
  const window = { fromS: 0, toS: Date.UTC(2040, 0, 1) / 1000 };
  await door.identifiers.create({ ...ann, window });
  const front = door.addReader({ formats });
  const presentAt = async (wallMs: number) => {
    door.clock.setWall(wallMs - 25);
    door.send(front, bits26(7));
    door.clock.advance(minute);
    return (await door.events()).at(-1)?.model.reason;
  };
  const newestMs = noonMs + 365 * 24 * hourMs;
  assert.equal(await presentAt(newestMs), undefined);
  assert.equal(await presentAt(newestMs - 60_000), undefined);
  assert.equal(await presentAt(newestMs - 60_001), 'clock-untrusted');
  assert.equal(await presentAt(newestMs + 10 * 24 * hourMs), undefined);
  assert.equal(await presentAt(newestMs), 'clock-untrusted');
  const nobody = { appended: () => {}, failed: () => {}, recovered: () => {} };
  const again = new EventLog(door.store, door.clock, 1000, nobody);
  assert.equal(again.newestMs(), newestMs + 10 * 24 * hourMs);
});
