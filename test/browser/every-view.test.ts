import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertEverywhere,
  noBrowser,
  openView,
  startBrowser,
  testPatienceMs,
} from '../support/browser.ts';
import { cardBody, freePort, simConfig, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

test('views and dialogs that no other journey looks at are accessible and fit, at every width', {
  skip: noBrowser,
  timeout: testPatienceMs,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await daemon.api('POST', '/api/v1/access/identifier', cardBody('1850186'));
  await daemon.api('POST', '/api/v1/apikeys', { name: 'gym' });
  await daemon.api('POST', '/api/v1/backups');
  const hook = { url: 'http://127.0.0.1:9/', status: 'disabled', event_types: ['log.*'] };
  await daemon.api('POST', '/api/v1/webhooks', hook);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/door');
  const button = (name: string) => page.getByRole('button', { name, exact: true }).first();
  const at = async (hash: string, heading: string) => {
    await page.goto(`${page.url().split('#')[0]}#/${hash}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  };
  const dialogs = async (...openers: readonly string[]) => {
    for (const opener of openers) {
      await button(opener).click();
      await page.getByRole('dialog').waitFor();
      await assertEverywhere(page, `dialog of ${opener}`);
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
    }
  };
  await dialogs('Account', 'Give names', 'Free', 'Blocked');
  await at('identifiers', 'Access');
  await page.getByLabel('Choose Ann').check();
  await dialogs('Delete the chosen');
  await at('identifiers/1', 'Ann');
  await dialogs('Delete');
  await at('identifiers/several', 'Add several cards');
  await assertEverywhere(page, 'several cards');
  await at('readers', 'Readers');
  await assertEverywhere(page, 'readers');
  await at('profiles/new', 'Paint a week');
  await button('Monday to Friday, 8 to 17').click();
  await page.getByLabel('Name', { exact: true }).fill('Office');
  await button('Save').click();
  await page.getByRole('link', { name: 'Office' }).click();
  await page.locator('.next-times strong').first().waitFor();
  await assertEverywhere(page, 'one of the times');
  await dialogs('Delete');
  await at('panel', 'Panel');
  await page.getByText('By hand').waitFor();
  await dialogs('Delete gym', 'Delete the webhook', 'Delete the backup', 'Restore');
  await at('nowhere', 'There is no such view.');
  await assertEverywhere(page, 'no view');
  assert.deepEqual(problems, []);
});

test('what is pressed while the panel is gone is said to have failed, and is done once', {
  skip: noBrowser,
  timeout: testPatienceMs,
}, async (t) => {
  const config = simConfig.replace('port: 0', `port: ${await freePort()}`);
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder, config);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/door');
  const open = page
    .getByRole('region', { name: 'First lock' })
    .getByRole('button', { name: 'Open' });
  await open.waitFor();
  await daemon.kill();
  await page.getByText(/Connection lost/).waitFor();
  await open.click();
  await page.getByText(/^Not done at .*: Open First lock$/).waitFor();
  await page.getByText('It may have been done all the same').waitFor();
  await assertEverywhere(page, 'without a panel');
  // Said for a moment, maybe as soon as the panel listens.
  const back = page.getByText('Connected again').or(page.getByRole('dialog')).first().waitFor();
  const [again] = await Promise.all([startDaemon(t, folder, config), back]);
  if ((await page.getByRole('dialog').count()) > 0) {
    await page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(again.password);
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
  }
  const opened = () =>
    again.api<{ list_option: { pagination: { total_items: number } } }>(
      'GET',
      `/api/v1/log/items?limit=1&filter=${encodeURIComponent("key eq 'access_granted_by_api_call'")}`,
    );
  assert.equal((await opened()).json.list_option.pagination.total_items, 0, 'nothing by itself');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await open.click();
  await page.getByText('First lock was opened').waitFor();
  await page.getByRole('log').getByText('Opened by command').waitFor();
  assert.equal(await page.getByText('Not done').count(), 0);
  assert.equal((await opened()).json.list_option.pagination.total_items, 1);
  assert.deepEqual(problems, []);
});
