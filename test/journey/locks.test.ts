import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FreeAccess, FreeAccessSpan } from '../../src/door/free-access.ts';
import type { IdentifierFields } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import { bitsOf, type FakeRelay, freshDoor } from '../support/door.ts';

const second = 1_000_000;
const hour = 3600 * second;
const frame = bitsOf('2F623AE', 26);
const ann: IdentifierFields = {
  type: 'card',
  number: String(0x7b11d7),
  lock: 'all',
  owner: { name: 'Ann', type: 'owner' },
};
type Door = ReturnType<typeof freshDoor>;

/** Moments at which a relay was driven, beginning with energised, in seconds from `fromUs` on. */
function changes(relay: FakeRelay, fromUs: number): number[] {
  relay.driven.forEach(({ energised }, index) => {
    assert.equal(energised, index % 2 === 0);
  });
  return relay.driven.map(({ atUs }) => (atUs - fromUs) / second);
}

/** Key, lock, who and why of every event. */
async function told(door: Door) {
  const events = await door.events();
  return events.map(({ key, model: { lock, by, reason } }) => [key, lock, by, reason]);
}

test('a lock with a delay opens after it, the other at once', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann);
  await door.settings.changeLockSettings({ locks: { first: { delaySeconds: 9 } } });
  const front = door.addReader({ formats: ['H10301'] });
  door.send(front, frame);
  const grantedUs = door.clock.monoUs();
  const [waiting] = door.panel.locks.states();
  assert.deepEqual(waiting, {
    name: 'first',
    energised: false,
    emergencyUntilMs: null,
    freeAccess: false,
    relay: 'strike',
    released: false,
    mode: 'normal',
    exitUntilMs: null,
    toggled: false,
    fire: false,
    opensAtMs: door.clock.wallMs() + 9000,
    grantUntilMs: door.clock.wallMs() + 14_000,
  });
  door.clock.advance(4 * second);
  door.send(front, frame);
  door.clock.advance(60 * second);
  assert.deepEqual(changes(door.relays.first, grantedUs), [9, 14]);
  assert.equal(changes(door.relays.second, grantedUs)[0], 0);
  const keys = (await door.events()).map(({ key }) => key);
  assert.deepEqual(keys, Array(2).fill('access_granted_by_valid_identifier'));
});

test('an emergency lasts its time, whatever cards come, and tells its end', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann);
  const front = door.addReader({ formats: ['H10301'] });
  const startUs = door.clock.monoUs();
  const request = { locks: [{ lock: 'first', seconds: 604_800 }], by: 'guard' } as const;
  assert.equal(door.panel.commanded.openEmergency(request), true);
  assert.equal(
    door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 10 }], by: 'guard' }),
    true,
  );
  door.send(front, frame);
  assert.equal(door.panel.locks.states()[0]?.emergencyUntilMs, Date.UTC(2026, 5, 8, 12));
  door.clock.advance(700_000 * second);
  assert.deepEqual(changes(door.relays.first, startUs), [0, 604_800]);
  assert.deepEqual(await told(door), [
    ['emergency_lock_is_opened', 'first', 'guard', undefined],
    ['emergency_lock_is_opened', 'first', 'guard', undefined],
    ['access_granted_by_valid_identifier', 'all', undefined, undefined],
    ['emergency_lock_is_closed', 'first', null, 'time-over'],
  ]);
});

test('a close brings locks to rest at once, also one that waits for its delay', async (t) => {
  const door = freshDoor(t);
  await door.settings.changeLockSettings({ locks: { second: { delaySeconds: 5 } } });
  const startUs = door.clock.monoUs();
  door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 100 }], by: 'guard' });
  door.panel.commanded.open({ locks: ['first', 'second'], seconds: 50, by: 'guard' });
  door.clock.advance(3 * second);
  assert.equal(
    await door.panel.commanded.closeLocks({ locks: ['first', 'second'], by: 'boss' }),
    true,
  );
  door.clock.advance(0);
  assert.equal(door.clock.armed, 1, 'only free access looks at the clock');
  door.clock.advance(200 * second);
  assert.deepEqual(changes(door.relays.first, startUs), [0, 3]);
  assert.deepEqual(door.relays.second.driven, []);
  assert.deepEqual((await told(door)).slice(2), [
    ['emergency_lock_is_closed', 'first', 'boss', 'command'],
    ['lock_was_closed_by_api_call', 'all', 'boss', undefined],
    ['lock_was_not_opened', 'second', 'guard', 'command'],
  ]);
});

test('of several locks all are opened and closed, or none', async (t) => {
  const door = freshDoor(t);
  const panel = door.panel;
  panel.close();
  panel.locks.add('first', door.relays.first);
  const both = ['first', 'second'] as const;
  const locks = both.map((lock) => ({ lock, seconds: 5 }));
  assert.equal(panel.commanded.openEmergency({ locks, by: 'guard' }), false);
  assert.equal(panel.commanded.openEmergency({ locks: [], by: 'guard' }), false);
  assert.equal(door.relays.first.isEnergised(), false);
  panel.commanded.open({ locks: ['first'], by: 'guard' });
  assert.equal(await panel.commanded.closeLocks({ locks: both, by: 'guard' }), false);
  assert.equal(door.relays.first.isEnergised(), true);
  const keys = (await door.events()).map(({ key }) => key);
  assert.deepEqual(keys, ['access_granted_by_api_call']);
});

test('an opening for a remote server has an event of its own', async (t) => {
  const door = freshDoor(t);
  door.panel.commanded.open({ locks: ['first'], by: 'link', via: 'remote-server' });
  assert.deepEqual(await told(door), [
    ['access_granted_by_remote_server_api_call', 'first', 'link', undefined],
  ]);
});

test('an emergency opens also what could not be recorded; a close always closes', async (t) => {
  let blocked = false;
  const door = freshDoor(t, { blocked: () => blocked });
  door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 100 }], by: 'guard' });
  blocked = true;
  const open = () => door.panel.commanded.open({ locks: ['second'], by: 'guard' });
  assert.throws(open, (error) => error instanceof Fault && error.code === 'store-unwritable');
  assert.deepEqual(door.relays.second.driven, []);
  door.panel.commanded.openEmergency({ locks: [{ lock: 'second', seconds: 5 }], by: 'guard' });
  assert.equal(door.relays.second.isEnergised(), true);
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'guard' });
  assert.equal(door.relays.first.isEnergised(), false);
});

test('of two locks the one that could be opened is told, the other is a fault', async (t) => {
  const door = freshDoor(t);
  door.relays.first.broken = true;
  const isLost = (error: unknown) => error instanceof Fault && error.code === 'gpio-lost';
  assert.throws(() => door.panel.commanded.open({ locks: ['first', 'second'], by: 'x' }), isLost);
  const locks = (['first', 'second'] as const).map((lock) => ({ lock, seconds: 9 }));
  assert.throws(() => door.panel.commanded.openEmergency({ locks, by: 'x' }), isLost);
  assert.deepEqual(await told(door), [
    ['lock_failed', 'first', undefined, undefined],
    ['access_granted_by_api_call', 'second', 'x', undefined],
    ['lock_failed', 'first', undefined, undefined],
    ['emergency_lock_is_opened', 'second', 'x', undefined],
  ]);
});

test('a line that cannot be asked is a fault of its lock, and keeps nobody from the other one', async (t) => {
  const door = freshDoor(t);
  const { locks, modes, commanded } = door.panel;
  await modes.set({ locks: ['first'], mode: 'free', by: 'boss' });
  door.relays.second.broken = true;
  const seen = locks.states().map(({ energised, mode }) => [energised, mode]);
  assert.deepEqual(seen, [
    [true, 'free'],
    [false, 'normal'],
  ]);
  assert.deepEqual(
    locks.faults().map(({ lock }) => lock),
    ['second'],
  );
  assert.throws(() => locks.lookAtLines(), { code: 'gpio-lost' });
  assert.equal(await commanded.closeLocks({ locks: ['first'], by: 'boss' }), true);
  assert.equal(door.relays.first.isEnergised(), false);
  door.relays.second.broken = false;
  assert.deepEqual(locks.faults(), []);
});

test('a lock that a close cannot bring to rest ends the process, not only the call', async (t) => {
  const door = freshDoor(t);
  door.panel.commanded.open({ locks: ['first'], seconds: 60, by: 'x' });
  door.relays.first.broken = true;
  await assert.rejects(() => door.panel.commanded.closeLocks({ locks: ['first'], by: 'x' }), Fault);
  assert.throws(() => door.clock.advance(0), Fault);
});

/** Monday, 2026-06-01, at noon in UTC, is where the fake clock starts. */
function open(...spans: Partial<FreeAccessSpan>[]): FreeAccess {
  const usual = { day: 'MON', enabled: true, lock: 'first', fromS: 0, toS: 0 } as const;
  return { enabled: true, spans: spans.map((span) => ({ ...usual, ...span })) };
}
const noonS = 12 * 3600;
const onePm = open({ fromS: noonS + 3600, toS: noonS + 2 * 3600 });

test('free access holds a lock from its first second to the end of its last minute', async (t) => {
  const door = freshDoor(t);
  await door.settings.setFreeAccess(onePm);
  const startUs = door.clock.monoUs();
  door.clock.advance(250_123);
  door.panel.freeAccess.start();
  door.clock.advance(24 * hour);
  const [fromS = 0, untilS = 0, ...more] = changes(door.relays.first, startUs);
  assert.deepEqual([Math.round(fromS * 1e3), Math.round(untilS * 1e3)], [3_600_000, 7_260_000]);
  assert.deepEqual([more, door.relays.second.driven], [[], []]);
  assert.deepEqual(await told(door), [
    ['free_access_lock_is_opened', 'first', null, 'schedule'],
    ['free_access_lock_is_closed', 'first', null, 'schedule'],
  ]);
});

test('a card during free access changes nothing; one at its end keeps the lock open', async (t) => {
  const door = freshDoor(t);
  await door.settings.setFreeAccess(open({ fromS: noonS, toS: noonS }));
  await door.identifiers.create(ann);
  const front = door.addReader({ formats: ['H10301'] });
  const startUs = door.clock.monoUs();
  door.panel.freeAccess.start();
  door.send(front, frame);
  door.clock.advance(startUs + 58 * second - door.clock.monoUs() - 25_000);
  door.send(front, frame);
  assert.equal(door.panel.locks.states()[0]?.freeAccess, true);
  door.clock.advance(hour);
  assert.deepEqual(changes(door.relays.first, startUs), [0, 63]);
});

test('other hours are followed at once, and who set them is told', async (t) => {
  const door = freshDoor(t);
  door.panel.freeAccess.start();
  const set = async (value: FreeAccess) => {
    await door.settings.setFreeAccess(value);
    door.panel.commanded.freeAccessChanged('boss');
  };
  await set(open({ lock: 'all', toS: 86_340 }));
  assert.deepEqual(
    door.panel.locks.states().map(({ energised }) => energised),
    [true, true],
  );
  await set(open({ lock: 'second', toS: 86_340 }));
  assert.equal(door.relays.first.isEnergised(), false);
  await set({ ...open({ lock: 'all', toS: 86_340 }), enabled: false });
  assert.equal(door.relays.second.isEnergised(), false);
  assert.equal(door.relays.second.driven.length, 2);
  assert.deepEqual(await told(door), [
    ['free_access_lock_is_opened', 'first', 'boss', 'settings'],
    ['free_access_lock_is_opened', 'second', 'boss', 'settings'],
    ['free_access_lock_is_closed', 'first', 'boss', 'settings'],
    ['free_access_lock_is_closed', 'second', 'boss', 'settings'],
  ]);
});

test('a clock that is set is noticed within a minute; one that is not trusted opens nothing', async (t) => {
  let trusted = false;
  const door = freshDoor(t, { clockTrusted: () => trusted, whenClockUntrusted: 'accept' });
  await door.settings.setFreeAccess(open({ fromS: noonS, toS: 86_340 }));
  door.panel.freeAccess.start();
  door.clock.advance(hour);
  assert.deepEqual(door.relays.first.driven, []);
  trusted = true;
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), true);
  door.clock.setWall(door.clock.wallMs() - 2 * 3_600_000);
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), false);
  door.clock.setWall(door.clock.wallMs() + 2 * 3_600_000);
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), true);
  trusted = false;
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), false);
  assert.deepEqual((await told(door)).at(-1), [
    ...['free_access_lock_is_closed', 'first', null, 'clock-untrusted'],
  ]);
});

test('an hour that is put forward or back is followed at the right second', async (t) => {
  const door = freshDoor(t);
  // At 12:30 UTC the zone goes one hour on: 12:45 never comes, and 13:30 is 12:30 UTC.
  await door.settings.setFreeAccess(open({ fromS: noonS + 2700, toS: noonS + 6000 }));
  const startUs = door.clock.monoUs();
  door.clock.after(1800 * second, () => {
    door.clock.zoneS = 3600;
  });
  door.clock.advance(30 * second);
  door.panel.freeAccess.start();
  door.clock.advance(5 * hour);
  assert.deepEqual(changes(door.relays.first, startUs), [1800, 6060 - 3600]);
});

test('nothing is held open while it could not be recorded', async (t) => {
  let blocked = false;
  const door = freshDoor(t, { blocked: () => blocked });
  await door.settings.setFreeAccess(open({ toS: 86_340 }));
  door.panel.freeAccess.start();
  assert.equal(door.relays.first.isEnergised(), true);
  blocked = true;
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), false);
  blocked = false;
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), true);
});

test('who closes a lock ends its free access until the next hours of it', async (t) => {
  const door = freshDoor(t);
  const tuesday = { day: 'TUE', fromS: 0, toS: 0 } as const;
  await door.settings.setFreeAccess(open({ lock: 'all', toS: 50_000 }, tuesday));
  const startUs = door.clock.monoUs();
  door.panel.freeAccess.start();
  door.clock.advance(10 * second);
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'boss' });
  assert.equal(door.panel.locks.states()[0]?.freeAccess, false);
  door.clock.advance(24 * hour);
  assert.deepEqual(changes(door.relays.first, startUs), [0, 10, 43_200, 43_260]);
  assert.equal(door.relays.second.driven.length, 2);
  assert.deepEqual((await told(door)).slice(2, 4), [
    ['free_access_lock_is_closed', 'first', 'boss', 'command'],
    ['lock_was_closed_by_api_call', 'first', 'boss', undefined],
  ]);
});

test('hours that end while the disk is full end what a close began', async (t) => {
  let blocked = false;
  const door = freshDoor(t, { blocked: () => blocked });
  await door.settings.setFreeAccess(open({ toS: 50_000 }, { day: 'TUE', toS: 86_340 }));
  door.panel.freeAccess.start();
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'boss' });
  blocked = true;
  door.clock.advance(24 * hour);
  blocked = false;
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), true);
});

test('a close outlasts hours that cannot be read, and a clock that cannot be believed', async (t) => {
  let trusted = true;
  const door = freshDoor(t, { clockTrusted: () => trusted });
  const value = open({ toS: 86_340 });
  await door.settings.setFreeAccess(value);
  door.panel.freeAccess.start();
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'boss' });
  const raw = door.store.database<string>('settings', 'ordered-binary');
  await door.store.durably(() => raw.putSync('free-access', 'x'));
  door.clock.advance(60 * second);
  await door.store.durably(() => raw.putSync('free-access', value));
  trusted = false;
  door.clock.advance(60 * second);
  trusted = true;
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), false);
});

test('a close outlasts a full disk; free access switched off and on again does not heed it', async (t) => {
  let blocked = false;
  const door = freshDoor(t, { blocked: () => blocked });
  const value = open({ toS: 86_340 });
  await door.settings.setFreeAccess(value);
  door.panel.freeAccess.start();
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'boss' });
  for (const full of [true, false]) {
    blocked = full;
    door.clock.advance(120 * second);
  }
  door.panel.commanded.freeAccessChanged('boss');
  assert.equal(door.relays.first.isEnergised(), false);
  for (const enabled of [false, true]) {
    await door.settings.setFreeAccess({ ...value, enabled });
    door.panel.commanded.freeAccessChanged('boss');
  }
  assert.equal(door.relays.first.isEnergised(), true);
});

test('a relay that cannot be driven is tried again each minute', async (t) => {
  const door = freshDoor(t);
  await door.settings.setFreeAccess(open({ toS: 86_340 }));
  door.relays.first.broken = true;
  door.panel.freeAccess.start();
  door.relays.first.broken = false;
  door.clock.advance(60 * second);
  assert.equal(door.relays.first.isEnergised(), true);
  assert.deepEqual(await told(door), [
    ['lock_failed', 'first', undefined, undefined],
    ['free_access_lock_is_opened', 'first', null, 'schedule'],
  ]);
});

test('hours that cannot be read hold nothing open and stop nothing', async (t) => {
  const door = freshDoor(t);
  await door.settings.setFreeAccess(open({ toS: 86_340 }));
  door.panel.freeAccess.start();
  const raw = door.store.database<string>('settings', 'ordered-binary');
  await door.store.durably(() => raw.putSync('free-access', { enabled: true }));
  door.clock.advance(600 * second);
  assert.equal(door.relays.first.isEnergised(), false);
  const errors = door.log.entries.filter(({ level }) => level === 'error');
  assert.deepEqual(
    errors.map(({ fields }) => fields.code),
    ['store-unreadable'],
  );
  await door.settings.setFreeAccess(open({ toS: 86_340 }));
  door.panel.commanded.freeAccessChanged('boss');
  assert.equal(door.relays.first.isEnergised(), true);
});

test('at the end locks are at rest; after a start free access is back, an emergency is not', async (t) => {
  const door = freshDoor(t);
  await door.settings.setFreeAccess(open({ toS: 86_340 }));
  door.panel.freeAccess.start();
  door.panel.commanded.openEmergency({ locks: [{ lock: 'second', seconds: 1000 }], by: 'guard' });
  assert.deepEqual(door.panel.close(), []);
  const { first, second: other } = door.relays;
  assert.deepEqual([first.isEnergised(), other.isEnergised()], [false, false]);
  assert.equal(door.clock.armed, 0);
  door.panel.locks.add('first', first);
  door.panel.locks.add('second', other);
  door.panel.freeAccess.start();
  assert.deepEqual([first.isEnergised(), other.isEnergised()], [true, false]);
});
