import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { forgettingInitial, hasInitialPassword } from '../../src/web/accounts/initial-password.ts';
import { memoryLog } from '../support/log.ts';
import { freshFolder } from '../support/store.ts';
import { asAdmin, asManager, freshWeb } from '../support/web-app.ts';

const setupPath = '/api/v1/panel/setup';
const labelsPath = '/api/v1/panel/labels';

test('a page is told the zone, the name and what people call the parts', async (t) => {
  const web = await freshWeb(t);
  const fresh = await web.call('GET', setupPath, { auth: asManager });
  assert.deepEqual(fresh.body, {
    timezone: 'Europe/Berlin',
    device_name: 'gate',
    initial_password: false,
    labels: { readers: [], locks: [] },
  });
  const labels = {
    device: 'Mill Lane 3',
    readers: [{ name: 'front', label: '<script>alert(1)</script>' }],
    locks: [{ name: 'second', label: 'Garage' }],
  };
  const set = await web.call('POST', labelsPath, { auth: asAdmin, body: labels });
  assert.deepEqual([set.status, set.body], [200, {}]);
  const named = await web.call('GET', setupPath, { auth: asAdmin });
  assert.deepEqual(named.body.labels, labels);
});

test('labels that are empty, too long or of no lock are refused and change nothing', async (t) => {
  const web = await freshWeb(t);
  const readers: object[] = [];
  for (const body of [
    { device: ' ', readers, locks: [] },
    { device: 'x'.repeat(65), readers, locks: [] },
    { readers, locks: [{ name: 'third', label: 'x' }] },
    { readers: [{ name: 'front' }], locks: [] },
    { readers },
  ]) {
    const { status } = await web.call('POST', labelsPath, { auth: asAdmin, body });
    assert.equal(status, 400, JSON.stringify(body));
  }
  assert.deepEqual(web.settings.labels(), { readers: [], locks: [] });
});

test('the file of the first password goes when the password of admin is changed', async (t) => {
  const folder = freshFolder(t);
  const file = join(folder, 'initial-password');
  writeFileSync(file, 'first\n');
  const answers = [false, true, true];
  const setPassword = forgettingInitial(async () => answers.shift() ?? false, folder, memoryLog());
  const stored = { salt: '', hash: '' };
  const change = (name: string) =>
    setPassword(name, stored as never, { role: 'admin', ...stored } as never, 'admin');
  assert.equal(await change('admin'), false);
  assert.equal(hasInitialPassword(folder), true);
  await change('ann');
  assert.equal(hasInitialPassword(folder), true);
  assert.equal(await change('admin'), true);
  assert.equal(existsSync(file), false);
});
