import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FreeAccess } from '../../src/door/free-access.ts';
import { Fault } from '../../src/errors.ts';
import type { LockSetting } from '../../src/ports/locks.ts';
import { openSettings } from '../../src/store/settings.ts';
import { openStore } from '../../src/store/store.ts';
import { freshFolder, freshStore } from '../support/store.ts';

const defaults = {
  wiegand: { type: 'wiegand_26', representation: 'decimal' },
  openSeconds: { first: 5, second: 3 },
} as const;
const isDamaged = (error: unknown) => error instanceof Fault && error.code === 'store-unreadable';

test('what was set of locks is there after the database was closed', async (t) => {
  const folder = freshFolder(t);
  const freeAccess: FreeAccess = {
    enabled: true,
    spans: [{ day: 'SUN', enabled: true, lock: 'second', fromS: 1, toS: 2 }],
  };
  const setting: LockSetting = {
    openSeconds: 7,
    delaySeconds: 2,
    pulseOnSeconds: 3,
    pulseOffSeconds: 4,
    dtmfCode: '#',
    type: 'electromagnetic',
  };
  const before = openStore(folder, 'writer');
  const written = openSettings(before, defaults);
  await written.changeLockSettings({ dtmf: { openAll: 'A' }, locks: { second: setting } });
  await written.setFreeAccess(freeAccess);
  await before.close();
  const store = openStore(folder, 'writer');
  t.after(() => store.close());
  const read = openSettings(store, defaults);
  assert.deepEqual(read.lockSetting('second'), setting);
  assert.equal(read.openSeconds('second'), 7);
  assert.equal(read.delaySeconds('second'), 2);
  assert.equal(read.lockSetting('first').openSeconds, 5);
  assert.deepEqual(read.dtmf(), { openAll: 'A', useOldSh42: true });
  assert.deepEqual(read.freeAccess(), freeAccess);
});

test('a damaged setting is a fault, changes nothing in part, and is mended by a whole one', async (t) => {
  const store = freshStore(t);
  const settings = openSettings(store, defaults);
  const raw = store.database<string>('settings', 'ordered-binary');
  const { openSeconds: _, ...whole } = settings.lockSetting('second');
  await store.durably(() => {
    raw.putSync('lock-second', { delaySeconds: -1 });
    raw.putSync('dtmf', 'x');
  });
  for (const read of [
    () => settings.delaySeconds('second'),
    () => settings.lockSetting('second'),
    () => settings.dtmf(),
  ]) {
    assert.throws(read, isDamaged);
  }
  const partly = { first: { openSeconds: 9 }, second: { delaySeconds: 1 } };
  await assert.rejects(settings.changeLockSettings({ locks: partly }), isDamaged);
  assert.equal(settings.openSeconds('first'), 5);
  await settings.changeLockSettings({
    dtmf: { openAll: '*', useOldSh42: false },
    locks: { second: { ...whole, delaySeconds: 1 } },
  });
  assert.equal(settings.delaySeconds('second'), 1);
  assert.equal(settings.dtmf().useOldSh42, false);
});
