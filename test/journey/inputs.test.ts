import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { second, wired, wiredDoor } from '../support/wired-door.ts';

test('an exit button releases its lock for the open time, and the door is not forced', async (t) => {
  const door = wiredDoor(t);
  door.press('exit');
  assert.deepEqual(door.released(), [true, false]);
  door.set('door', true);
  door.clock.advance(4.5 * second);
  assert.deepEqual(door.released(), [true, false]);
  door.clock.advance(0.2 * second);
  assert.deepEqual(door.released(), [false, false]);
  door.set('door', false);
  assert.deepEqual(await door.keys(), [
    'lock_was_opened_by_exit_btn',
    'door_was_opened',
    'door_was_closed',
  ]);
  const [pressed] = await door.events();
  assert.deepEqual(
    [pressed?.category, pressed?.priority, pressed?.model],
    ['access', 'medium', { input: 'exit', lock: 'first' }],
  );
});

test('a way out opens while nothing can be written, the clock is unknown and the door blocked', async (t) => {
  const door = wiredDoor(t, { blocked: () => true, clockTrusted: () => false });
  await door.panel.modes.set({ locks: ['first', 'second'], mode: 'blocked', by: 'boss' });
  const raw = door.store.database<string>('settings', 'ordered-binary');
  // The open time cannot be read either: five seconds then.
  await door.store.durably(() => raw.putSync('open-seconds-first', 'damaged'));
  door.press('exit');
  assert.deepEqual(door.released(), [true, false]);
  door.clock.advance(4.5 * second);
  assert.deepEqual(door.released(), [true, false]);
  door.clock.advance(0.2 * second);
  assert.deepEqual(door.released(), [false, false]);
  door.set('fire', true);
  assert.deepEqual(door.released(), [true, true]);
});

test('an exit does not wait for the delay of the lock', async (t) => {
  const door = wiredDoor(t);
  await door.settings.changeLockSettings({ locks: { first: { delaySeconds: 9 } } });
  door.panel.commanded.open({ locks: ['first'], by: 'guard' });
  assert.deepEqual(door.released(), [false, false]);
  door.press('exit');
  assert.deepEqual(door.released(), [true, false]);
});

test('a handle only excuses an opening: the relay is left alone', async (t) => {
  const door = wiredDoor(t);
  door.press('handle');
  door.clock.advance(4 * second);
  door.set('door', true);
  door.clock.advance(5 * second);
  door.set('door', false);
  door.clock.advance(60 * second);
  door.set('door', true);
  assert.deepEqual(door.relays.first.driven, []);
  assert.deepEqual(await door.keys(), [
    'exit_btn_was_pressed',
    'door_was_opened',
    'door_was_closed',
    'door_was_forced',
  ]);
});

test('a button whose relay cannot be driven says so', async (t) => {
  const door = wiredDoor(t);
  door.relays.first.broken = true;
  door.press('exit');
  assert.deepEqual(await door.keys(), [
    'lock_was_opened_by_exit_btn',
    'lock_failed',
    'exit_btn_failed',
  ]);
});

test('a door that is opened without leave is forced, until it is closed', async (t) => {
  const door = wiredDoor(t);
  door.set('door', true);
  assert.equal(door.panel.inputs.doors()[0]?.forced, true);
  door.clock.advance(2 * second);
  door.set('door', false);
  assert.equal(door.panel.inputs.doors()[0]?.forced, false);
  const events = await door.events();
  assert.deepEqual(
    events.map(({ key, category, priority }) => [key, category, priority]),
    [
      ['door_was_forced', 'emergency', 'high'],
      ['door_was_closed', 'access', 'low'],
      ['door_alarm_is_over', 'emergency', 'medium'],
    ],
  );
  assert.deepEqual(events[1]?.model, { lock: 'first', input: 'door', open_seconds: 2 });
});

test('a door opened in the last moment is not forced, although its contact settles later', async (t) => {
  const door = wiredDoor(t);
  door.panel.commanded.open({ locks: ['first'], seconds: 5, by: 'guard' });
  door.clock.advance(5 * second + 50_000);
  door.set('door', true);
  door.set('door', false);
  door.clock.advance(1);
  door.set('door', true);
  assert.deepEqual((await door.keys()).slice(1), [
    'door_was_opened',
    'door_was_closed',
    'door_was_forced',
  ]);
});

test('a driver whose changes may be late has them forgiven so much later', async (t) => {
  for (const [lateUs, key] of [
    [10_000, 'door_was_opened'],
    [9999, 'door_was_forced'],
  ] as const) {
    const door = wiredDoor(t);
    const gate = door.panel.inputs.add(wired.gate);
    gate.attach({ lateUs, isActive: () => false, close: () => undefined });
    door.panel.commanded.open({ locks: ['second'], seconds: 5, by: 'guard' });
    door.clock.advance(5 * second + 60_000);
    gate.changed(true, door.clock.monoUs());
    assert.equal((await door.keys()).at(-1), key);
  }
});

test('the lock locks when its door closes, where it is to; the other keeps its time', async (t) => {
  const door = wiredDoor(t);
  for (const lock of ['first', 'second'] as const) await door.settings.setOpenSeconds(lock, 40);
  door.panel.commanded.open({ locks: ['first', 'second'], by: 'guard' });
  for (const name of ['door', 'gate'] as const) {
    door.clock.advance(second);
    door.set(name, true);
    door.clock.advance(second);
    door.set(name, false);
  }
  assert.deepEqual(door.released(), [false, true]);
  door.clock.advance(40 * second);
  assert.deepEqual(door.released(), [false, false]);
});

test('a door that closes behind one does not shut out the next, who was let in meanwhile', async (t) => {
  const door = wiredDoor(t);
  const present = await door.annsCard();
  const openUs = 5 * second;
  present();
  door.set('door', true);
  door.clock.advance(2 * second);
  present();
  const grantedUs = door.clock.monoUs();
  door.clock.advance(0.2 * second);
  door.set('door', false);
  assert.equal(door.released()[0], true, 'whoever follows may open it yet');
  door.clock.advance(grantedUs + openUs - door.clock.monoUs());
  assert.equal(door.relays.first.driven.at(-1)?.atUs, grantedUs + openUs);
  // Whoever follows opens it in time: then it locks behind them too.
  present();
  door.set('door', true);
  present();
  door.set('door', false);
  door.set('door', true);
  door.set('door', false);
  assert.equal(door.released()[0], false);
  // Likewise for somebody who leaves.
  present();
  door.set('door', true);
  door.press('exit');
  door.set('door', false);
  assert.equal(door.released()[0], true);
});

test('the time that an operator sets outlasts each close of the door; the usual time does not', (t) => {
  const door = wiredDoor(t);
  const pass = () => {
    door.set('door', true);
    door.clock.advance(second);
    door.set('door', false);
    door.clock.advance(second);
  };
  door.panel.commanded.open({ locks: ['first'], seconds: 3600, by: 'guard' });
  for (let time = 0; time < 1000; time += 1) pass();
  assert.equal(door.released()[0], true);
  door.clock.advance(1600 * second);
  assert.equal(door.released()[0], false);
  door.panel.commanded.open({ locks: ['first'], by: 'guard' });
  pass();
  assert.equal(door.released()[0], false);
});

test('a closing door locks neither free access, an emergency, free mode nor fire', async (t) => {
  const door = wiredDoor(t);
  const through = () => {
    door.set('door', true);
    door.clock.advance(100 * second);
    door.set('door', false);
  };
  door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 1000 }], by: 'guard' });
  through();
  assert.equal(door.released()[0], true);
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'guard' });
  await door.panel.modes.set({ locks: ['first'], mode: 'free', by: 'guard' });
  through();
  assert.equal(door.released()[0], true);
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'guard' });
  door.set('smoke', true);
  through();
  assert.equal(door.released()[0], true);
  const keys = await door.keys();
  assert.deepEqual(
    keys.filter((key) => key.startsWith('door_was_not')),
    [],
    'none of them is held open',
  );
});

test('held open: a warning, the alarm, its repetition, and its end', async (t) => {
  const door = wiredDoor(t);
  await door.settings.setSensor({
    ...(await door.settings.sensor()),
    repeats: true,
    repeatSeconds: 60,
  });
  door.panel.inputs.sensorChanged();
  door.press('exit');
  door.set('door', true);
  door.clock.advance(19.9 * second);
  assert.deepEqual(door.warnings, []);
  door.clock.advance(0.2 * second);
  assert.deepEqual(door.warnings, [['first', true]]);
  assert.equal(door.panel.inputs.doors()[0]?.held, false);
  door.clock.advance(10 * second);
  assert.deepEqual(door.panel.inputs.doors()[0], {
    lock: 'first',
    open: true,
    openSeconds: 30,
    forced: false,
    held: true,
  });
  door.clock.advance(120 * second);
  door.set('door', false);
  assert.deepEqual(door.warnings, [
    ['first', true],
    ['first', false],
  ]);
  door.clock.advance(600 * second);
  const events = (await door.events()).slice(2);
  assert.deepEqual(
    events.map(({ key, model }) => [key, model.open_seconds]),
    [
      ['door_was_not_closed_warning', 20],
      ['door_was_not_closed_too_long', 30],
      ['door_was_not_closed_too_long', 90],
      ['door_was_not_closed_too_long', 150],
      ['door_was_closed', 150],
      ['door_alarm_is_over', undefined],
    ],
  );
});

test('times set by an operator hold for a door that stands open already', async (t) => {
  const door = wiredDoor(t);
  door.press('exit');
  door.set('door', true);
  door.clock.advance(15 * second);
  await door.settings.setSensor({
    enabled: true,
    mode: 'door_sensor',
    openingDelaySeconds: 16,
    repeats: false,
    repeatSeconds: 1,
  });
  door.panel.inputs.sensorChanged();
  door.clock.advance(0.9 * second);
  assert.equal(door.panel.inputs.doors()[0]?.held, false);
  door.clock.advance(0.2 * second);
  assert.equal(door.panel.inputs.doors()[0]?.held, true);
  door.set('door', false);
  await door.settings.setSensor({
    enabled: false,
    mode: 'door_sensor',
    openingDelaySeconds: 16,
    repeats: false,
    repeatSeconds: 1,
  });
  door.panel.inputs.sensorChanged();
  door.press('exit');
  door.set('door', true);
  door.clock.advance(3600 * second);
  assert.equal(door.panel.inputs.doors()[0]?.held, false);
});

test('a door that stands open at the start is watched, and not called forced', async (t) => {
  const door = wiredDoor(t, {}, ['door']);
  door.clock.advance(31 * second);
  assert.deepEqual(await door.keys(), [
    'door_was_not_closed_warning',
    'door_was_not_closed_too_long',
  ]);
});

test('tampering is told when it begins and ends, and when it is so at the start', async (t) => {
  const door = wiredDoor(t, {}, ['case']);
  door.set('case', false);
  door.set('case', true);
  const events = await door.events();
  assert.deepEqual(
    events.map(({ key, category, priority }) => [key, category, priority]),
    [
      ['tamper_event', 'emergency', 'high'],
      ['tamper_is_over', 'emergency', 'medium'],
      ['tamper_event', 'emergency', 'high'],
    ],
  );
  assert.deepEqual(events[0]?.model, { input: 'case', of: 'enclosure' });
});

test('fire opens its locks, and they stay open after it until somebody closes them', async (t) => {
  const door = wiredDoor(t);
  door.set('fire', true);
  assert.deepEqual(door.released(), [true, true]);
  await assert.rejects(
    () => door.panel.commanded.closeLocks({ locks: ['first'], by: 'boss' }),
    (error) =>
      error instanceof Fault && error.code === 'door-refused' && /fire/.test(error.message),
  );
  assert.deepEqual(door.released(), [true, true]);
  door.set('smoke', true);
  door.set('fire', false);
  door.clock.advance(3600 * second);
  assert.deepEqual(door.released(), [true, true]);
  await assert.rejects(
    () => door.panel.commanded.closeLocks({ locks: ['first', 'second'], by: 'boss' }),
    Fault,
  );
  assert.deepEqual(door.released(), [true, false], 'the other fire input holds the first one');
  door.set('smoke', false);
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'boss' });
  assert.deepEqual(door.released(), [false, false]);
  assert.deepEqual(
    (await door.events()).map(({ key, model }) => [key, model.input ?? model.by, model.lock]),
    [
      ['fire_alarm_is_on', 'fire', 'all'],
      ['fire_alarm_is_on', 'smoke', 'first'],
      ['fire_alarm_is_off', 'fire', 'all'],
      ['lock_was_closed_by_api_call', 'boss', 'second'],
      ['fire_alarm_is_off', 'smoke', 'first'],
      ['lock_was_closed_by_api_call', 'boss', 'first'],
    ],
  );
});

test('fire that burns at the start opens; a relay that fails is tried until it opens', async (t) => {
  const early = wiredDoor(t, {}, ['fire']);
  assert.deepEqual(early.released(), [true, true]);
  const door = wiredDoor(t);
  door.relays.first.broken = true;
  door.set('fire', true);
  assert.deepEqual(door.released(), [false, true]);
  door.clock.advance(2.5 * second);
  door.relays.first.broken = false;
  door.clock.advance(second);
  assert.deepEqual(door.released(), [true, true]);
});

test('a fire input that is gone opens its locks until somebody closes them', async (t) => {
  const door = wiredDoor(t);
  door.lose('fire');
  assert.deepEqual(door.released(), [true, true]);
  await door.panel.commanded.closeLocks({ locks: ['first', 'second'], by: 'boss' });
  assert.deepEqual(door.released(), [false, false]);
  const events = await door.events();
  assert.deepEqual(
    events.map(({ key, priority }) => [key, priority]),
    [
      ['input_lost', 'high'],
      ['lock_was_closed_by_api_call', 'medium'],
    ],
  );
  assert.deepEqual(events[0]?.model, { input: 'fire', kind: 'fire' });
  const state = door.panel.inputs.states().find(({ name }) => name === 'fire');
  assert.deepEqual(state, { name: 'fire', kind: 'fire', active: false, away: 'the line is gone' });
});

test('a fire input that goes while a lock cannot be driven opens it as soon as it can', async (t) => {
  const door = wiredDoor(t);
  door.relays.first.broken = true;
  door.lose('fire');
  door.clock.advance(2.5 * second);
  assert.deepEqual(door.released(), [false, true]);
  door.relays.first.broken = false;
  door.clock.advance(second);
  assert.deepEqual(door.released(), [true, true]);
  await door.panel.commanded.closeLocks({ locks: ['first', 'second'], by: 'boss' });
  door.clock.advance(60 * second);
  assert.deepEqual(door.released(), [false, false]);
});

test('a contact that is gone tells nothing more; everything else works', async (t) => {
  const door = wiredDoor(t);
  door.press('exit');
  door.set('door', true);
  door.lose('door');
  door.clock.advance(600 * second);
  door.press('exit');
  assert.equal(door.released()[0], true);
  assert.deepEqual(await door.keys(), [
    'lock_was_opened_by_exit_btn',
    'door_was_opened',
    'input_lost',
    'lock_was_opened_by_exit_btn',
  ]);
});

test('at the end locks are at rest, lines are let go and no timer is left', (t) => {
  const door = wiredDoor(t);
  door.set('fire', true);
  door.press('exit');
  door.set('door', true);
  assert.deepEqual(door.panel.close(), []);
  assert.equal(door.relays.first.isEnergised(), false);
  assert.equal(door.closed.length, 7);
  assert.equal(door.clock.armed, 0);
});
