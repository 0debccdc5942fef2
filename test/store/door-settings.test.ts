import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import type { SensorSetting } from '../../src/ports/doors.ts';
import { openDoorSettings } from '../../src/store/door-settings.ts';
import { openStore } from '../../src/store/store.ts';
import { freshFolder, freshStore } from '../support/store.ts';

const isDamaged = (error: unknown) => error instanceof Fault && error.code === 'store-unreadable';

test('what was set of doors is there after the database was closed', async (t) => {
  const folder = freshFolder(t);
  const sensor: SensorSetting = {
    enabled: false,
    mode: 'call_button',
    openingDelaySeconds: 7,
    repeats: true,
    repeatSeconds: 8,
  };
  const before = openStore(folder, 'writer');
  const written = openDoorSettings(before);
  await written.setSensor(sensor);
  await written.setExitButton(false);
  await written.setDoorModes({ second: 'free' });
  await before.close();
  const after = openStore(folder, 'writer');
  t.after(() => after.close());
  const read = openDoorSettings(after);
  assert.deepEqual(read.sensor(), sensor);
  assert.equal(read.exitButton(), false);
  assert.deepEqual([read.doorMode('first'), read.doorMode('second')], ['normal', 'free']);
});

test('a fresh panel watches its doors, with the times of its configuration', (t) => {
  const settings = openDoorSettings(freshStore(t));
  assert.deepEqual(settings.sensor(), {
    enabled: true,
    mode: 'door_sensor',
    repeats: false,
    repeatSeconds: 60,
  });
  assert.equal(settings.exitButton(), true);
});

test('a damaged setting is a fault, and can be set anew', async (t) => {
  const store = freshStore(t);
  const settings = openDoorSettings(store);
  const raw = store.database<string>('settings', 'ordered-binary');
  await store.durably(() => {
    raw.putSync('door-sensor', { enabled: 'yes' });
    raw.putSync('exit-button', 3);
    raw.putSync('door-mode-first', 'ajar');
  });
  assert.throws(() => settings.sensor(), isDamaged);
  assert.throws(() => settings.exitButton(), isDamaged);
  assert.throws(() => settings.doorMode('first'), isDamaged);
  await settings.setDoorModes({ first: 'blocked' });
  assert.equal(settings.doorMode('first'), 'blocked');
});
