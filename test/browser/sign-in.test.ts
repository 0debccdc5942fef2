import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertEverywhere,
  noBrowser,
  openPage,
  signInAs,
  startBrowser,
} from '../support/browser.ts';
import { startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const skip = noBrowser;

test('sign in: a wrong password is told beside its field, a right one opens the door view', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, problems } = await openPage(await startBrowser(t), daemon);
  await assertEverywhere(page, 'sign in');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const name = page.getByLabel('Name', { exact: true });
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  await name.fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('The name or the password is wrong.').waitFor();
  await signInAs(page, 'admin', daemon.password);
  await page.getByRole('heading', { level: 1, name: 'Door' }).waitFor();
  assert.deepEqual(problems, []);
});
