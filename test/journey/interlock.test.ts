import assert from 'node:assert/strict';
import { test } from 'node:test';
import { second, wiredDoor } from '../support/wired-door.ts';

const both = ['first', 'second'] as const;
const refusal = { code: 'door-refused', message: /^interlock: the (first|second) door opens only/ };

test('no card and no command opens a door while the other is released or stands open', async (t) => {
  const door = wiredDoor(t, { interlock: true });
  const present = await door.annsCard();
  present(['first']);
  assert.deepEqual(door.released(), [true, false]);
  present(['second']);
  assert.throws(() => door.panel.commanded.open({ locks: ['second'], by: 'guard' }), refusal);
  door.set('door', true);
  door.clock.advance(10 * second);
  assert.deepEqual(door.released(), [false, false]);
  present(['second']);
  assert.throws(() => door.panel.commanded.open({ locks: ['second'], by: 'guard' }), refusal);
  assert.deepEqual(door.released(), [false, false]);
  door.set('door', false);
  present(['second']);
  assert.deepEqual(door.released(), [false, true]);
  const events = await door.events();
  assert.deepEqual(
    events.flatMap(({ model }) => (model.reader === undefined ? [] : [model.reason])),
    [undefined, 'interlock', 'interlock', undefined],
  );
});

test('a door that is about to open bars the other, which opens by an exit button all the same', async (t) => {
  const door = wiredDoor(t, { interlock: true });
  await door.settings.changeLockSettings({ locks: { second: { delaySeconds: 5 } } });
  door.panel.commanded.open({ locks: ['second'], by: 'guard' });
  assert.throws(() => door.panel.commanded.open({ locks: ['first'], by: 'guard' }), refusal);
  door.press('exit');
  door.clock.advance(10 * second);
  assert.deepEqual(door.relays.second.driven, [], 'what waited has ended');
  assert.equal(door.relays.first.driven.length, 2);
});

test('a grant ends when somebody leaves by the other door', (t) => {
  const door = wiredDoor(t, { interlock: true });
  door.panel.commanded.open({ locks: ['second'], seconds: 40, by: 'guard' });
  door.press('exit');
  assert.deepEqual(door.released(), [true, false]);
});

test('a door that was opened in the last moment bars the other before its contact tells', async (t) => {
  const door = wiredDoor(t, { interlock: true });
  const present = await door.annsCard();
  const openOther = () => door.panel.commanded.open({ locks: ['second'], by: 'guard' });
  present(['first']);
  door.clock.advance(5 * second);
  assert.deepEqual(door.released(), [false, false]);
  assert.throws(openOther, refusal);
  // The debounce of 50 ms, and a tick of the kernel.
  door.clock.advance(59_999);
  assert.throws(openOther, refusal);
  door.set('door', true);
  door.clock.advance(1);
  assert.throws(openOther, refusal);
  door.set('door', false);
  openOther();
  assert.deepEqual(door.released(), [false, true]);
  door.clock.advance(3 * second);
  present(['first']);
  assert.deepEqual(door.released(), [false, false], 'the other way round');
  door.clock.advance(60_000);
  present(['first']);
  assert.deepEqual(door.released(), [true, false]);
});

test('an emergency and fire open both doors', async (t) => {
  const door = wiredDoor(t, { interlock: true });
  const locks = both.map((lock) => ({ lock, seconds: 10 }));
  assert.equal(door.panel.commanded.openEmergency({ locks, by: 'guard' }), true);
  assert.deepEqual(door.released(), [true, true]);
  await door.panel.commanded.closeLocks({ locks: both, by: 'guard' });
  door.set('fire', true);
  assert.deepEqual(door.released(), [true, true]);
});

test('the doors of an interlock are never held open, nor opened together', async (t) => {
  const door = wiredDoor(t, { interlock: true });
  await door.settings.setFreeAccess({
    enabled: true,
    spans: [{ day: 'MON', enabled: true, lock: 'all', fromS: 0, toS: 86_340 }],
  });
  door.panel.freeAccess.start();
  await assert.rejects(door.panel.modes.set({ locks: ['first'], mode: 'free', by: 'boss' }), {
    code: 'door-refused',
  });
  await door.settings.setDoorModes({ first: 'free' });
  door.panel.modes.start();
  assert.throws(() => door.panel.commanded.open({ locks: both, by: 'guard' }), refusal);
  assert.deepEqual(door.released(), [false, false]);
  assert.deepEqual(await door.events(), []);
});

test('without the option the doors know nothing of each other', (t) => {
  const door = wiredDoor(t);
  door.set('gate', true);
  door.panel.commanded.open({ locks: both, by: 'guard' });
  assert.deepEqual(door.released(), [true, true]);
});
