import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  assertEverywhere,
  noBrowser,
  openView,
  startBrowser,
  testPatienceMs,
} from '../support/browser.ts';
import { bits26, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';
import { profileBody } from '../support/time-profile.ts';

const script = '<script>window.run=1</script><img src=x onerror="window.run=1">';
const [long, leftwards] = [
  `long ${'x'.repeat(900)}`,
  '\u202Eright to left \u05e9\u05dc\u05d5\u05dd',
];

/** Nothing of a name was taken for markup. */
async function assertHarmless(page: Page, view: string): Promise<void> {
  await assertEverywhere(page, view);
  assert.equal(await page.evaluate('window.run'), undefined, view);
  assert.equal(await page.locator('main script, main img, dialog img').count(), 0, view);
}

test('hostile names in every list besides those of people: shown as they are, at every width', {
  skip: noBrowser,
  timeout: testPatienceMs,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const ok = async (path: string, body: object) => {
    const { status, json } = await daemon.api('POST', path, body);
    assert.equal(status, 200, `${path}: ${JSON.stringify(json)}`);
  };
  await ok('/api/v1/panel/labels', {
    device: leftwards,
    readers: [{ name: 'front', label: script }],
    locks: [
      { name: 'first', label: leftwards },
      { name: 'second', label: 'y'.repeat(64) },
    ],
  });
  for (const name of [script, long, leftwards]) {
    await ok('/api/v1/access/timeprofile', profileBody(name));
  }
  for (const end of ['<script>window.run=1</script>', 'x'.repeat(1900)]) {
    const hook = { url: `http://127.0.0.1:9/${end}`, status: 'disabled', event_types: ['log.*'] };
    await ok('/api/v1/webhooks', hook);
  }
  await daemon.present('front', bits26(77));
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/door', {
    width: 'phone',
  });
  const at = async (hash: string) => {
    await page.goto(`${page.url().split('#')[0]}#/${hash}`);
  };
  const region = (name: string) => page.getByRole('region', { name, exact: true });
  await page.getByText('Whose card is it?').waitFor();
  await assertHarmless(page, 'labels at the door');
  await at('readers');
  await page.getByRole('heading', { name: script }).waitFor();
  await assertHarmless(page, 'labels of readers');
  await at('readers/front');
  await page.getByRole('heading', { level: 1, name: script }).waitFor();
  await assertHarmless(page, 'the label of a reader');
  await at('log');
  await page.getByText(script).first().waitFor();
  await assertHarmless(page, 'labels in the log');
  await at('profiles');
  await page.getByRole('link', { name: script }).waitFor();
  await assertHarmless(page, 'times');
  await page.getByRole('link', { name: long }).click();
  await page.getByRole('heading', { level: 1, name: long }).waitFor();
  await assertHarmless(page, 'one of the times');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').waitFor();
  await assertHarmless(page, 'deletion of times');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await at('identifiers/new');
  await page.getByLabel(long).waitFor();
  await assertHarmless(page, 'times to be chosen');

  await at('panel');
  await region('Webhooks').getByRole('rowheader').nth(1).waitFor();
  for (const [part, field, button] of [
    ['Accounts', 'Name', 'Add an account'],
    ['API keys', 'Name of the integration', 'Make a key'],
  ] as const) {
    await region(part).getByLabel(field, { exact: true }).fill(script);
    if (part === 'Accounts') await region(part).getByLabel('Password').fill('open sesame');
    await region(part).getByRole('button', { name: button }).click();
    await region(part).getByText('1 to 64 letters, digits').waitFor();
  }
  const account = { name: script, role: 'manager', password: 'open sesame' };
  assert.equal((await daemon.api('POST', '/api/v1/accounts', account)).status, 400);
  assert.equal((await daemon.api('POST', '/api/v1/apikeys', { name: script })).status, 400);
  await assertHarmless(page, 'the panel');
  const file = { name: `${script.replaceAll('/', '')}.backup`, mimeType: 'text/plain' };
  await page
    .getByLabel('A backup from another place')
    .setInputFiles({ ...file, buffer: Buffer.from('x') });
  await page.getByRole('button', { name: 'Restore the file' }).click();
  await page.getByRole('dialog').getByText('<script>').waitFor();
  await assertHarmless(page, 'a file to be restored');
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await page.getByText('The file is no backup of latchd.').waitFor();
  assert.deepEqual(problems, []);
});
