import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { second, wiredDoor } from '../support/wired-door.ts';

const both = ['first', 'second'] as const;
const isRefused = (error: unknown) => error instanceof Fault && error.code === 'door-refused';
type Door = ReturnType<typeof wiredDoor>;

async function reasons(door: Door) {
  const events = await door.events();
  return events.map(({ key, model }) => [key, model.lock, model.reason, model.by]);
}

test('a blocked door opens to no card, no command and no free access, but in an emergency', async (t) => {
  const door = wiredDoor(t);
  const present = await door.annsCard();
  await door.settings.setFreeAccess({
    enabled: true,
    spans: [{ day: 'MON', enabled: true, lock: 'second', fromS: 0, toS: 86_340 }],
  });
  door.panel.freeAccess.start();
  assert.deepEqual(door.released(), [false, true]);
  assert.equal(await door.panel.modes.set({ locks: both, mode: 'blocked', by: 'boss' }), true);
  assert.deepEqual(door.released(), [false, false]);
  present();
  assert.throws(() => door.panel.commanded.open({ locks: ['first'], by: 'guard' }), isRefused);
  door.clock.advance(120 * second);
  assert.deepEqual(door.released(), [false, false]);
  door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 5 }], by: 'guard' });
  assert.deepEqual(door.released(), [true, false]);
  door.clock.advance(6 * second);
  await door.panel.modes.set({ locks: both, mode: 'normal', by: 'boss' });
  assert.deepEqual(door.released(), [false, true], 'free access is back');
  present();
  assert.deepEqual(door.released(), [true, true]);
  assert.deepEqual(await reasons(door), [
    ['free_access_lock_is_opened', 'second', 'schedule', null],
    ['free_access_lock_is_closed', 'second', 'mode', 'boss'],
    ['door_mode_was_changed', 'first', 'command', 'boss'],
    ['door_mode_was_changed', 'second', 'command', 'boss'],
    ['access_denied_by_not_valid_identifier', 'all', 'door-blocked', undefined],
    ['emergency_lock_is_opened', 'first', undefined, 'guard'],
    ['emergency_lock_is_closed', 'first', 'time-over', null],
    ['free_access_lock_is_opened', 'second', 'mode', 'boss'],
    ['door_mode_was_changed', 'first', 'command', 'boss'],
    ['door_mode_was_changed', 'second', 'command', 'boss'],
    ['access_granted_by_valid_identifier', 'first', undefined, undefined],
  ]);
});

test('a card that one blocked and one normal door would open opens the normal one', async (t) => {
  const door = wiredDoor(t);
  const present = await door.annsCard();
  await door.panel.modes.set({ locks: ['first'], mode: 'blocked', by: 'boss' });
  present(both);
  assert.deepEqual(door.released(), [false, true]);
});

test('a refusal of a blocked door takes no pass', async (t) => {
  const door = wiredDoor(t);
  const created = await door.identifiers.create({
    type: 'card',
    number: String(0x7b11d7),
    lock: 'all',
    passes: { max: 1, left: 1 },
    owner: { name: 'Ann', type: 'owner' },
  });
  assert('uid' in created);
  const present = await door.annsCard();
  await door.panel.modes.set({ locks: ['first'], mode: 'blocked', by: 'boss' });
  present();
  assert.equal(door.identifiers.get(created.uid)?.passes?.left, 1);
});

test('a free door stands open until another mode or a close, which makes it normal', async (t) => {
  const door = wiredDoor(t);
  await door.panel.modes.set({ locks: ['first'], mode: 'free', by: 'boss' });
  door.clock.advance(100_000 * second);
  assert.deepEqual(door.released(), [true, false]);
  await door.panel.commanded.closeLocks({ locks: ['first', 'second'], by: 'guard' });
  assert.deepEqual(door.released(), [false, false]);
  assert.equal(door.panel.locks.states()[0]?.mode, 'normal');
  assert.deepEqual(await reasons(door), [
    ['door_mode_was_changed', 'first', 'command', 'boss'],
    ['door_mode_was_changed', 'first', 'close', 'guard'],
    ['lock_was_closed_by_api_call', 'all', undefined, 'guard'],
  ]);
  assert.equal(door.settings.doorMode('first'), 'normal');
});

test('nothing becomes free that could not be recorded, or that cannot be driven', async (t) => {
  let blocked = true;
  const door = wiredDoor(t, { blocked: () => blocked });
  const free = () => door.panel.modes.set({ locks: ['first'], mode: 'free', by: 'boss' });
  await assert.rejects(free(), { code: 'store-unwritable' });
  blocked = false;
  door.relays.first.broken = true;
  await assert.rejects(free(), { code: 'gpio-lost' });
  assert.deepEqual(door.released(), [false, false]);
  assert.equal(door.settings.doorMode('first'), 'normal');
});

test('a door is blocked at once, also while the disk refuses to keep it', async (t) => {
  const door = wiredDoor(t, { blocked: () => true });
  t.mock.method(door.settings, 'setDoorModes', async () => {
    throw new Fault('store-unwritable', 'the disk is full', 'make room');
  });
  const setting = door.panel.modes.set({ locks: ['first'], mode: 'blocked', by: 'boss' });
  assert.equal(door.panel.locks.states()[0]?.mode, 'blocked');
  await assert.rejects(setting, { code: 'store-unwritable' });
  assert.equal(door.panel.locks.states()[0]?.mode, 'blocked');
});

/** A disk that is full; `room` makes it write again. */
function fullDisk(t: TestContext, door: Door): { room: () => void } {
  const { mock } = t.mock.method(door.settings, 'setDoorModes', async () => {
    throw new Fault('store-unwritable', 'the disk is full', 'make room');
  });
  return { room: () => mock.restore() };
}

test('a door that cannot be kept free is what it was, and the command fails', async (t) => {
  const door = wiredDoor(t);
  await door.panel.modes.set({ locks: ['second'], mode: 'blocked', by: 'boss' });
  fullDisk(t, door);
  const free = door.panel.modes.set({ locks: both, mode: 'free', by: 'guard' });
  await assert.rejects(free, { code: 'store-unwritable' });
  assert.deepEqual(door.released(), [false, false]);
  assert.deepEqual(
    door.panel.locks.states().map(({ mode }) => mode),
    ['normal', 'blocked'],
  );
  assert.deepEqual((await reasons(door)).slice(1), [
    ['door_mode_was_changed', 'first', 'command', 'guard'],
    ['door_mode_was_changed', 'second', 'command', 'guard'],
    ['door_mode_was_changed', 'first', 'store-unwritable', 'guard'],
    ['door_mode_was_changed', 'second', 'store-unwritable', 'guard'],
  ]);
});

test('a door that was blocked while the disk refused to keep it free stays blocked', async (t) => {
  const door = wiredDoor(t);
  const disk = fullDisk(t, door);
  const free = door.panel.modes.set({ locks: ['first'], mode: 'free', by: 'guard' });
  disk.room();
  const blocked = door.panel.modes.set({ locks: ['first'], mode: 'blocked', by: 'boss' });
  await assert.rejects(free, { code: 'store-unwritable' });
  await blocked;
  assert.equal(door.panel.locks.states()[0]?.mode, 'blocked');
  assert.equal(door.settings.doorMode('first'), 'blocked');
});

test('a close of a free door is answered when it outlasts a restart, and is done at once', async (t) => {
  const door = wiredDoor(t);
  await door.panel.modes.set({ locks: ['first'], mode: 'free', by: 'boss' });
  const disk = fullDisk(t, door);
  const close = () => door.panel.commanded.closeLocks({ locks: ['first'], by: 'guard' });
  const failing = close();
  assert.deepEqual(door.released(), [false, false]);
  await assert.rejects(failing, { code: 'store-unwritable' });
  await assert.rejects(close(), { code: 'store-unwritable' }, 'a restart would free it still');
  disk.room();
  assert.equal(await close(), true);
  assert.equal(door.settings.doorMode('first'), 'normal');
});

test('modes of locks that are not there change nothing', async (t) => {
  const door = wiredDoor(t);
  door.panel.close();
  door.panel.locks.add('first', door.relays.first);
  const set = (locks: readonly ('first' | 'second')[]) =>
    door.panel.modes.set({ locks, mode: 'blocked', by: 'boss' });
  assert.deepEqual([await set(both), await set(['second']), await set([])], [false, false, false]);
  assert.equal(door.panel.locks.states()[0]?.mode, 'normal');
});

for (const policy of ['keep', 'normal'] as const) {
  test(`after a restart modes are what they were, or normal: ${policy}`, async (t) => {
    const door = wiredDoor(t, { modeAfterRestart: policy });
    await door.settings.setDoorModes({ first: 'blocked', second: 'free' });
    door.panel.modes.start();
    const modes = door.panel.locks.states().map(({ mode }) => mode);
    const kept = policy === 'keep';
    assert.deepEqual(modes, kept ? ['blocked', 'free'] : ['normal', 'normal']);
    assert.deepEqual(door.released(), [false, kept]);
    const told = (await door.events()).map(({ key, model }) => [key, model.mode, model.reason]);
    assert.deepEqual(told, [
      ['door_mode_was_changed', modes[0], 'restart'],
      ['door_mode_was_changed', modes[1], 'restart'],
    ]);
  });
}

test('a mode that cannot be read is blocked, until another is set', async (t) => {
  const door = wiredDoor(t);
  const raw = door.store.database<string>('settings', 'ordered-binary');
  await door.store.durably(() => raw.putSync('door-mode-first', 'open sesame'));
  door.panel.modes.start();
  const modes = () => door.panel.locks.states().map(({ mode }) => mode);
  assert.deepEqual(modes(), ['blocked', 'normal']);
  await door.panel.modes.set({ locks: ['first'], mode: 'normal', by: 'boss' });
  assert.deepEqual(modes(), ['normal', 'normal']);
  assert.equal(door.settings.doorMode('first'), 'normal');
});

test('a lock that toggles opens with one card and locks with the next', async (t) => {
  const door = wiredDoor(t);
  const present = await door.annsCard();
  door.panel.locks.add('first', door.relays.first, { relay: 'strike', toggle: true });
  present();
  door.clock.advance(10_000 * second);
  assert.equal(door.released()[0], true);
  present();
  assert.equal(door.released()[0], false);
  present();
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'boss' });
  assert.equal(door.released()[0], false);
  door.panel.commanded.open({ locks: ['first'], by: 'boss' });
  door.clock.advance(6 * second);
  assert.equal(door.released()[0], false, 'a command opens for its time');
  door.relays.first.broken = true;
  present();
  const last = (await door.events()).at(-1);
  assert.deepEqual(
    [last?.key, last?.model.fault],
    ['access_granted_by_valid_identifier', 'gpio-lost'],
  );
});

test('a card at a lock that toggles does not leave it open after a free door or an emergency', async (t) => {
  const door = wiredDoor(t);
  const present = await door.annsCard();
  door.panel.locks.add('first', door.relays.first, { relay: 'strike', toggle: true });
  await door.panel.modes.set({ locks: ['first'], mode: 'free', by: 'boss' });
  present(['first']);
  await door.panel.modes.set({ locks: ['first'], mode: 'normal', by: 'boss' });
  assert.equal(door.released()[0], false);
  door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 60 }], by: 'boss' });
  present(['first']);
  door.clock.advance(61 * second);
  assert.equal(door.released()[0], false);
  const granted = (await door.events()).filter(({ key }) => /granted/.test(key));
  assert.deepEqual(
    granted.map(({ model }) => model.fault),
    [undefined, undefined],
  );
});

test('a magnet is energised while it locks and let go while the lock is released', async (t) => {
  const door = wiredDoor(t);
  const { first } = door.relays;
  door.panel.locks.add('first', first, { relay: 'magnet', toggle: false });
  assert.equal(first.isEnergised(), true);
  door.press('exit');
  assert.equal(first.isEnergised(), false);
  assert.deepEqual(door.released(), [true, false]);
  door.clock.advance(10 * second);
  assert.equal(first.isEnergised(), true);
  assert.deepEqual(door.released(), [false, false]);
  assert.deepEqual(door.panel.close(), []);
  assert.equal(first.isEnergised(), false, 'nothing holds the door when latchd is gone');
});

test('a magnet that cannot be energised again ends the process', (t) => {
  const door = wiredDoor(t);
  const { first } = door.relays;
  door.panel.locks.add('first', first, { relay: 'magnet', toggle: false });
  door.press('exit');
  first.broken = true;
  assert.throws(() => door.clock.advance(10 * second), { code: 'gpio-lost' });
});
