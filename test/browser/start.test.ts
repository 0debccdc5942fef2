import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  assertEverywhere,
  noBrowser,
  openPage,
  signInAs,
  startBrowser,
} from '../support/browser.ts';
import { bits26, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const skip = noBrowser;

test('a new panel leads to a password, to names and to the first card that opens', {
  skip,
}, async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder, undefined, { LATCHD_ADMIN_PASSWORD: '' });
  const { page, problems } = await openPage(await startBrowser(t), daemon, { width: 'phone' });
  await signInAs(page, 'admin', daemon.initialPassword);
  const steps = page.getByRole('region', { name: 'First steps' });
  await steps.waitFor();

  await steps.getByRole('button', { name: 'Change the password' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Password of now').fill('wrong');
  await dialog.getByLabel('New password', { exact: true }).fill('correct horse');
  await dialog.getByLabel('New password again').fill('correct house');
  await dialog.getByRole('button', { name: 'Change the password' }).click();
  await dialog.getByText('The two are different.').waitFor();
  await dialog.getByLabel('New password again').fill('correct horse');
  await page.keyboard.press('Enter');
  await dialog.getByText('This is not the password of now.').waitFor();
  await assertEverywhere(page, 'change of the password');
  // Told after the stream has found its session ended: nobody is asked to sign in.
  const stream = page.waitForResponse(
    (response) => response.url().includes('/events/stream') && response.status() === 401,
  );
  await page.route('**/security/password/*', async (route) => {
    const response = await route.fetch();
    await stream;
    await route.fulfill({ response });
  });
  await dialog.getByLabel('Password of now').fill(daemon.initialPassword);
  await page.keyboard.press('Enter');
  await page.getByText('The password was changed').waitFor();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(existsSync(join(folder, 'data/initial-password')), false);

  await steps.getByRole('button', { name: 'Give names' }).click();
  await dialog.getByLabel('Name of the panel').fill('Mill Lane 3');
  await dialog.getByLabel('Reader front').fill('Main entrance');
  await dialog.getByLabel('First lock').fill('Front door');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'Front door' }).waitFor();
  await page.getByRole('banner').getByText('Mill Lane 3').waitFor();

  await daemon.present('front', bits26(1850186));
  await steps.getByText('Card 1850186 at Main entrance').waitFor();
  const opens = await steps.getByLabel('What does it open?').locator('option').allTextContents();
  assert.deepEqual(opens, ['All locks', 'Front door', 'Second lock']);
  await steps.getByLabel('Whose card is it?').fill('Ann');
  await assertEverywhere(page, 'first steps');
  await Promise.all([
    page.getByText('Ann may pass now').waitFor(),
    steps.getByRole('button', { name: 'Add it' }).click(),
  ]);
  await daemon.present('front', bits26(1850186));
  const granted = page.getByRole('log').getByRole('listitem').filter({ hasText: 'May pass' });
  await granted.waitFor();
  assert.match((await granted.textContent()) ?? '', /Ann.*Main entrance/);
  await steps.waitFor({ state: 'hidden' });
  assert.deepEqual(problems, []);
});
