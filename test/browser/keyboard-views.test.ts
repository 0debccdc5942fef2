import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { noBrowser, testPatienceMs } from '../support/browser.ts';
import { bits26, cardBody, freePort, simConfig, startDaemon } from '../support/daemon.ts';
import { beginByKeys } from '../support/keyboard.ts';
import { freshFolder } from '../support/store.ts';

const options = { skip: noBrowser, timeout: testPatienceMs };

test('keys alone: a frame of a reader becomes a card', options, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, keys, keyboard, problems } = await beginByKeys(t, daemon, '#/readers');
  await keys.press('Look at the wires', 'Enter');
  await keys.come('front');
  await daemon.present('front', bits26(1850186));
  await page.locator('[data-frame]').waitFor();
  await keys.to('Make a card of it');
  // Another frame comes above: the focus stays where it is.
  await daemon.present('front', bits26(77));
  await page.locator('[data-frame]').nth(1).waitFor();
  assert.equal((await keys.focused()).name, 'Make a card of it');
  await keyboard.press('Enter');
  await keys.come('Add somebody');
  await keys.fill('Who is it for?', 'Ann');
  await keyboard.press('Enter');
  await page.getByText('1 found').waitFor();
  const { json } = await daemon.api<{
    list_items: { identifier_number: string }[];
  }>('GET', '/api/v1/access/identifier/items');
  assert.equal(json.list_items[0]?.identifier_number, '1850186');
  assert.deepEqual(problems, []);
});

test('keys alone: the log is searched, filtered, paged and exported', options, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await daemon.present('front', bits26(77));
  await daemon.line(/ refused .*reason=unknown-credential/);
  for (let i = 0; i < 60; i++) {
    await daemon.api('GET', '/api/v1/access/general/lock/open/remote/accepted/2');
  }
  const { page, keys, keyboard, problems } = await beginByKeys(t, daemon, '#/log');
  await keys.press('Passages per day and hour', 'Enter');
  await page.getByRole('img', { name: /^Per day/ }).waitFor();
  await keys.to('Day');
  await keyboard.press('ArrowDown');
  await page.getByRole('img', { name: /^Per hour, .*: 0 passed, 0 refused/ }).waitFor();
  assert.equal((await keys.focused()).name, 'Day');
  await keys.press('Next page', 'Enter');
  await page.getByText('Page 2 of 2').waitFor();
  await keys.come('Log');
  await keys.press('Previous page', 'Enter');
  await page.getByText('Page 1 of 2').waitFor();
  await keys.come('Log');
  await keys.fill('Search', '77');
  await keyboard.press('Enter');
  await page.getByText('1 event', { exact: true }).waitFor();
  await keys.come('Log');
  await keys.press('Show everything', 'Enter');
  await page.getByText('Page 1 of 2').waitFor();
  await keys.come('Log');
  await keys.press('Kind and days', 'Enter');
  await keys.to('Kind');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keys.press('Find', 'Enter');
  await page.getByText('1 event', { exact: true }).waitFor();
  await keys.come('Log');
  const saved = page.waitForEvent('download');
  await keys.press('Export', 'Enter');
  const lines = readFileSync(await (await saved).path(), 'utf8')
    .trim()
    .split('\r\n');
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? '', /,77,front,/);
  assert.equal((await keys.focused()).name, 'Export');
  assert.deepEqual(problems, []);
});

test('keys alone: settings, accounts, keys and webhooks of the panel', options, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, keys, keyboard, problems } = await beginByKeys(t, daemon, '#/panel');
  await keys.fill('Open for, seconds', '41');
  await keyboard.press('Enter');
  await page.getByText('1 to 40 whole seconds.').waitFor();
  await keys.come('Open for, seconds', 'input');
  await keys.fill('Open for, seconds', '7');
  await Promise.all([page.getByText('Saved', { exact: true }).waitFor(), keyboard.press('Enter')]);
  // What is saved is read again: the field stands anew, with the focus.
  await keys.come(/Open for, seconds|Locks/, 'h2');
  const { json } = await daemon.api<{ settings: { timeout: number }[] }>(
    'GET',
    '/api/v1/access/locks/settings',
  );
  assert.equal(json.settings[0]?.timeout, 7);

  await keys.to('Numbers are written');
  await keyboard.press('ArrowDown');
  const readAgain = page.waitForResponse(
    (answer) => answer.request().method() === 'GET' && answer.url().endsWith('/wiegand/type'),
  );
  await keys.press('Save', 'Enter', 'Cards');
  await (await readAgain).finished();
  await keys.come('Save', 'button');
  assert.equal((await keys.focused()).part, 'Cards', 'where it was');
  const wiegand = await daemon.api<{ identifier_representation: string }>(
    'GET',
    '/api/v1/access/general/wiegand/type',
  );
  assert.equal(wiegand.json.identifier_representation, 'hex');

  await keys.fill('Name', 'guard', 'Accounts');
  await keys.fill('Password', 'open sesame', 'Accounts');
  await keyboard.press('Enter');
  await page.getByRole('rowheader', { name: 'guard' }).waitFor();
  assert.notEqual((await keys.focused()).tag, 'body');
  await keys.to('Delete guard', undefined, 'Shift+Tab');
  await keyboard.press('Enter');
  await keys.dialogHoldsFocus('Delete guard?', 'Delete guard');
  await keyboard.press('Enter');
  await keys.press('Delete', 'Enter', 'Delete guard?');
  await page.getByRole('rowheader', { name: 'guard' }).waitFor({ state: 'detached' });
  await keys.come('Accounts', 'h2');

  await keys.fill('Name of the integration', 'gym');
  await keyboard.press('Enter');
  await page.getByText('Copy it now').waitFor();
  assert.notEqual((await keys.focused()).tag, 'body');
  await keys.to('Delete gym', undefined, 'Shift+Tab');
  await keyboard.press('Enter');
  await keys.press('Delete', 'Enter', 'Delete gym?');
  await page.getByText('There are no keys.').waitFor();
  await keys.come('API keys', 'h2');

  await keys.fill('Address that is told of events', 'http://127.0.0.1:9/');
  await keyboard.press('Enter');
  await page.getByRole('rowheader', { name: 'http://127.0.0.1:9/' }).waitFor();
  await keys.to('Send a test', undefined, 'Shift+Tab');
  await keys.press('Delete the webhook', 'Enter');
  await keys.dialogHoldsFocus('Delete this webhook?', 'Delete the webhook');
  await keyboard.press('Enter');
  await keys.press('Delete', 'Enter', 'Delete this webhook?');
  await page.getByText('Nobody is told.').waitFor();
  await keys.come('Webhooks', 'h2');
  assert.deepEqual(problems, []);
});

test('keys alone: a backup is made, fetched, restored and deleted', options, async (t) => {
  const config = simConfig.replace('port: 0', `port: ${await freePort()}`);
  const daemon = await startDaemon(t, freshFolder(t), config);
  const { page, keys, keyboard, problems } = await beginByKeys(t, daemon, '#/panel');
  await keys.press('Make a backup now', 'Enter');
  await page.getByText('By hand').waitFor();
  await keys.come('Make a backup now', 'button');
  const download = page.waitForEvent('download');
  await keys.press('Download', 'Enter');
  assert.match((await download).suggestedFilename(), /\.backup$/);
  await daemon.api('POST', '/api/v1/access/identifier', cardBody('1850186'));
  const from = daemon.lines.length;
  await keys.press('Restore', 'Enter');
  await keys.dialogHoldsFocus(/^Restore the state of/, 'Restore');
  await keyboard.press('Enter');
  await keys.press('Restore', 'Enter', /^Restore the state of/);
  await daemon.ready(from);
  await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
  await keys.come('Password', 'input');
  await keyboard.type(daemon.password);
  await keyboard.press('Enter');
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.notEqual((await keys.focused()).tag, 'body');
  const { json } = await daemon.api<{ list_items: unknown[] }>(
    'GET',
    '/api/v1/access/identifier/items',
  );
  assert.deepEqual(json.list_items, []);
  await page.getByText('Before a restore').waitFor();
  await keys.press('Delete the backup', 'Enter');
  await keys.dialogHoldsFocus(/^Delete the backup of/, 'Delete the backup');
  await keyboard.press('Enter');
  await keys.press('Delete', 'Enter', /^Delete the backup of/);
  await page
    .getByRole('button', { name: 'Delete the backup' })
    .nth(1)
    .waitFor({ state: 'detached' });
  await keys.come('Backups', 'h2');
  assert.deepEqual(problems, []);
});
