import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertEverywhere, noBrowser, openView, startBrowser } from '../support/browser.ts';
import { freePort, simConfig, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const skip = noBrowser;

test('settings are saved; accounts and keys are made and taken away', { skip }, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/panel');
  await page.getByText('All is well').waitFor();
  const part = (name: string) => page.getByRole('region', { name, exact: true });

  const locks = part('Locks');
  await locks.getByLabel('Open for, seconds').first().fill('41');
  await locks.getByRole('button', { name: 'Save' }).click();
  await locks.getByText('1 to 40 whole seconds.').waitFor();
  await locks.getByLabel('Open for, seconds').first().fill('7');
  await Promise.all([
    page.getByText('Saved').first().waitFor(),
    locks.getByRole('button', { name: 'Save' }).click(),
  ]);
  const { json } = await daemon.api<{ settings: { timeout: number }[] }>(
    'GET',
    '/api/v1/access/locks/settings',
  );
  assert.equal(json.settings[0]?.timeout, 7);

  const accounts = part('Accounts');
  await accounts.getByLabel('Name', { exact: true }).fill('guard');
  await accounts.getByLabel('Password').fill('open sesame');
  await accounts.getByRole('button', { name: 'Add an account' }).click();
  await accounts.getByRole('rowheader', { name: 'guard' }).waitFor();
  await accounts.getByRole('button', { name: 'Delete guard' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await accounts.getByRole('rowheader', { name: 'guard' }).waitFor({ state: 'detached' });

  const keys = part('API keys');
  await keys.getByLabel('Name of the integration').fill('gym');
  await keys.getByRole('button', { name: 'Make a key' }).click();
  assert.match((await keys.locator('code').textContent()) ?? '', /^latchd_[\w-]{43}$/);
  await assertEverywhere(page, 'the panel view');
  await page.reload();
  await keys.getByRole('rowheader', { name: 'gym' }).waitFor();
  assert.equal(await keys.locator('code').count(), 0);
  assert.deepEqual(problems, []);
});

test('names and the own password can be changed at any time', { skip }, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/panel');
  const names = page.getByRole('region', { name: 'Names', exact: true });
  await names.getByLabel('Name of the panel').fill('Mill Lane 3');
  await names.getByLabel('First lock').fill('Front door');
  await names.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The names were saved').waitFor();
  await page.getByRole('banner').getByText('Mill Lane 3').waitFor();
  await page.getByRole('group', { name: 'Front door' }).waitFor();
  const { json } = await daemon.api<{ labels: object }>('GET', '/api/v1/panel/setup');
  assert.deepEqual(json.labels, {
    device: 'Mill Lane 3',
    readers: [],
    locks: [{ name: 'first', label: 'Front door' }],
  });

  await page.getByRole('button', { name: 'Account', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Change the password' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the password' });
  await dialog.getByLabel('Password of now').fill(daemon.password);
  await dialog.getByLabel('New password', { exact: true }).fill('correct horse');
  await dialog.getByLabel('New password again').fill('correct horse');
  await dialog.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The password was changed').waitFor();
  await dialog.waitFor({ state: 'detached' });
  const login = (password: string) =>
    fetch(`${daemon.url}/api/v1/accounts`, {
      headers: { authorization: `Basic ${btoa(`admin:${password}`)}` },
    });
  assert.equal((await login('correct horse')).status, 200);
  assert.equal((await login(daemon.password)).status, 401);
  assert.deepEqual(problems, []);
});

test('on a phone what few people need is folded until it is asked for', { skip }, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/panel', {
    width: 'phone',
  });
  const make = page.getByRole('button', { name: 'Make a backup now' });
  await page.getByText('All is well').waitFor();
  for (const name of ['API keys', 'Webhooks', 'Backups']) {
    const folded = page.getByRole('region', { name, exact: true }).locator('details');
    assert.equal(await folded.getAttribute('open'), null, name);
  }
  assert.equal(await make.isVisible(), false);
  await page.getByText('Backups', { exact: true }).click();
  await make.waitFor();
  await assertEverywhere(page, 'folded parts');
  assert.deepEqual(problems, []);
});

test('a backup is made and restored, and the page comes back', { skip }, async (t) => {
  const config = simConfig.replace('port: 0', `port: ${await freePort()}`);
  const daemon = await startDaemon(t, freshFolder(t), config);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/panel');
  const backups = page.getByRole('region', { name: 'Backups', exact: true });
  await backups.getByRole('button', { name: 'Make a backup now' }).click();
  await backups.getByText('By hand').waitFor();
  await daemon.api('POST', '/api/v1/access/identifier', {
    identifier_owner: { name: 'Too late', type: 'owner' },
    identifier_type: 'card',
    identifier_number: '1850186',
    lock: 'all',
  });
  const from = daemon.lines.length;
  await backups.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await daemon.ready(from);
  // Sessions are those of nobody after a restore.
  const again = page.getByRole('dialog', { name: 'Sign in again' });
  await again.waitFor();
  await again.getByLabel('Password').fill(daemon.password);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.waitFor({ state: 'detached' });
  const { json } = await daemon.api<{ list_items: unknown[] }>(
    'GET',
    '/api/v1/access/identifier/items',
  );
  assert.deepEqual(json.list_items, []);
  assert.deepEqual(problems, []);
});
