import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { noBrowser, openPage, startBrowser, testPatienceMs } from '../support/browser.ts';
import { bits26, startDaemon } from '../support/daemon.ts';
import { beginByKeys, Keys } from '../support/keyboard.ts';
import { freshFolder } from '../support/store.ts';

const options = { skip: noBrowser, timeout: testPatienceMs };

const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name });

test('keys alone: sign in, skip link, account, first steps', options, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), undefined, { LATCHD_ADMIN_PASSWORD: '' });
  const { page, problems } = await openPage(await startBrowser(t), daemon);
  const [keys, { keyboard }] = [new Keys(page), page];
  await page.locator('input:focus').waitFor();
  await keyboard.press('Enter');
  await keys.come('Name', 'input');
  await keys.signIn(daemon.initialPassword);
  assert.equal((await keys.focused()).name, 'Door');
  await keys.to('To the content', undefined, 'Shift+Tab');
  const skip = page.getByRole('link', { name: 'To the content' });
  assert.ok(((await skip.boundingBox())?.y ?? -1) >= 0, 'the skip link comes into sight');
  await keyboard.press('Enter');
  assert.equal((await keys.focused()).tag, 'main');

  await keys.to('Account', undefined, 'Shift+Tab');
  await keyboard.press('Enter');
  await keys.dialogHoldsFocus('Account', 'Account');
  await keyboard.press('Enter');
  await keys.press('Change the password', 'Enter', 'Account');
  await keys.dialogHoldsFocus('Change the password', 'Account');

  await keys.press('Change the password', 'Enter');
  await keys.dialogHoldsFocus('Change the password', 'Change the password');
  await keyboard.press('Enter');
  await keys.fill('Password of now', daemon.initialPassword);
  await keys.fill('New password', 'correct horse');
  await keys.fill('New password again', 'correct horse');
  await keyboard.press('Enter');
  await page.getByText('The password was changed').waitFor();
  // The step is done and its button is gone.
  await keys.come('Door');

  await keys.press('Give names', 'Enter');
  await keys.dialogHoldsFocus('Name the panel, its readers and locks', 'Give names');
  await keyboard.press('Enter');
  await keys.fill('Name of the panel', 'Mill Lane 3');
  await keys.fill('Reader front', 'Main entrance');
  await keyboard.press('Enter');
  await page.getByRole('banner').getByText('Mill Lane 3').waitFor();
  await keys.come('Door');

  await daemon.present('front', bits26(1850186));
  await page.getByText('Card 1850186 at Main entrance').waitFor();
  await keys.fill('Whose card is it?', 'Ann');
  await Promise.all([page.getByText('Ann may pass now').waitFor(), keyboard.press('Enter')]);
  await page.getByRole('region', { name: 'First steps' }).waitFor({ state: 'hidden' });
  assert.notEqual((await keys.focused()).tag, 'body');
  assert.deepEqual(problems, []);
});

test(
  'keys alone: locks are opened, freed, blocked and opened for an emergency',
  options,
  async (t) => {
    const daemon = await startDaemon(t, freshFolder(t));
    const { page, keys, keyboard, problems } = await beginByKeys(t, daemon, '#/door');
    const isMode = (lock: string, mode: string) =>
      page.getByRole('region', { name: lock }).getByRole('button', { name: mode, pressed: true });
    await keys.press('Open', 'Space', 'Second lock');
    await page.getByText('Second lock was opened').waitFor();
    await keys.press('Open all', 'Enter');
    await page.getByText('All locks were opened').waitFor();
    assert.equal((await keys.focused()).name, 'Open all');

    for (const [mode, title, action] of [
      ['Free', 'Leave Second lock open for everybody?', 'Leave it open'],
      ['Blocked', 'Block Second lock?', 'Block it'],
    ] as const) {
      await keys.press(mode, 'Enter', 'Second lock');
      await dialogOf(page, title).waitFor();
      assert.equal((await keys.focused()).name, 'Cancel', 'a key pressed twice does no harm');
      await keys.dialogHoldsFocus(title, mode);
      await keyboard.press('Enter');
      await keys.press(action, 'Enter', title);
      await isMode('Second lock', mode).waitFor();
      assert.equal((await keys.focused()).name, mode);
    }
    await keys.to('Normal', 'Second lock', 'Shift+Tab');
    await keyboard.press('Enter');
    await isMode('Second lock', 'Normal').waitFor();

    await keys.press('Emergency opening', 'Enter');
    await keys.dialogHoldsFocus('Open for an emergency?', 'Emergency opening');
    await keyboard.press('Enter');
    await keys.to('Which');
    await keyboard.press('ArrowDown');
    await keys.press('Open now', 'Enter');
    const first = page.getByRole('region', { name: 'First lock' });
    await first.getByText('Emergency: unlocked').waitFor();
    // The lock may be seen to open before the call that opened it is answered.
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.equal((await keys.focused()).name, 'Emergency opening');
    await keys.press('End the emergency and lock', 'Enter', 'First lock');
    await first.getByText('Locked', { exact: true }).waitFor();
    assert.equal(
      (await keys.focused()).name,
      'First lock',
      'not lost with the button that is gone',
    );
    assert.deepEqual(problems, []);
  },
);

test('keys alone: an action that failed is tried again or put away', options, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, keys, keyboard } = await beginByKeys(t, daemon, '#/door');
  const path = '**/open/remote/accepted/1*';
  await page.route(path, (route) => route.abort());
  for (const answer of ['Dismiss', 'Retry']) {
    await keys.press('Open', 'Enter', 'First lock');
    await page.getByText(/^Not done at .*: Open First lock$/).waitFor();
    if (answer === 'Retry') await page.unroute(path);
    await keys.press(answer, 'Enter');
    await page.getByText('Not done').waitFor({ state: 'detached' });
    assert.deepEqual(await keys.focused().then(({ name, part }) => [name, part]), [
      'Open',
      'First lock',
    ]);
  }
  await page.getByText('First lock was opened').waitFor();
  await keyboard.press('Tab');
  assert.notEqual((await keys.focused()).tag, 'body');
});
