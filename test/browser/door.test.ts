import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  assertEverywhere,
  assertFits,
  noBrowser,
  openPage,
  openView,
  signInAs,
  startBrowser,
  widths,
} from '../support/browser.ts';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { Keys } from '../support/keyboard.ts';
import { freshFolder } from '../support/store.ts';
import { send } from '../support/web-http.ts';

const skip = noBrowser;
const identifiers = '/api/v1/access/identifier';

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
readers:
  - { name: front, wiegand: { d0: 17, d1: 27 } }
  - { name: back, wiegand: { d0: 5, d1: 6 }, locks: [second] }
locks:
  first: { line: 22, open_seconds: 40 }
  second: { line: 23, open_seconds: 1 }
inputs:
  - { name: door, kind: door_contact, line: 25, held_open_seconds: 30 }
`;

const lock = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const eventsOf = (page: Page) => page.getByRole('log').getByRole('listitem');

/** Something that others wait for. */
function moment() {
  let now = () => {};
  const come = new Promise<void>((resolve) => {
    now = resolve;
  });
  return { come, now };
}

async function addCard(daemon: Daemon, number: string, name: string): Promise<void> {
  const owner = { identifier_owner: { name, type: 'owner' } };
  const { status } = await daemon.api('POST', identifiers, cardBody(number, owner));
  assert.equal(status, 200);
}

test('who presents a card is seen at once, with the reader, the lock and the reason', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  await addCard(daemon, '1850186', 'Ann Miller');
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/door');
  await lock(page, 'First lock').getByText('Locked', { exact: true }).waitFor();
  await daemon.present('front', bits26(1850186));
  const granted = eventsOf(page).filter({ hasText: 'Ann Miller' });
  await granted.waitFor();
  assert.match((await granted.textContent()) ?? '', /May pass.*front · First lock/);
  await lock(page, 'First lock').getByText('Unlocked', { exact: true }).waitFor();
  await daemon.present('back', bits26(77));
  const refused = eventsOf(page).filter({ hasText: 'Unknown card 77' });
  await refused.waitFor();
  assert.match((await refused.textContent()) ?? '', /Refused: not known here.*back/);
  await daemon.present('back', bits26(1850186));
  await eventsOf(page).filter({ hasText: 'Refused: not at this reader' }).waitFor();
  await daemon.api('POST', '/sim/inputs/door', { active: true });
  await page.getByText('Door open').waitFor();
  await assertEverywhere(page, 'door');
  assert.deepEqual(problems, []);
});

test('locks are opened, blocked and opened for an emergency, by keyboard alone', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  const { page, problems } = await openPage(await startBrowser(t), daemon);
  const { keyboard } = page;
  const keys = new Keys(page);
  await keys.signIn(daemon.password);
  await lock(page, 'Second lock').waitFor();
  await keys.to('To the content');
  await keyboard.press('Enter');
  await keys.to('Open');
  // What is said for a moment is waited for from before it can be there.
  const opened = page.getByText('First lock was opened').waitFor();
  await Promise.all([opened, keyboard.press('Enter')]);
  await eventsOf(page).filter({ hasText: 'Opened by command' }).waitFor();

  await keys.to('Blocked');
  await keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Block First lock?' }).waitFor();
  await keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.equal((await keys.focused()).name, 'Blocked');
  await keyboard.press('Enter');
  await keys.to('Block it');
  await Promise.all([
    lock(page, 'First lock').getByRole('button', { name: 'Blocked', pressed: true }).waitFor(),
    page.getByText('First lock is blocked now').waitFor(),
    keyboard.press('Enter'),
  ]);
  const openFirst = lock(page, 'First lock').getByRole('button', { name: 'Open', exact: true });
  assert.ok(await openFirst.isDisabled(), 'nothing opens a blocked door');

  await keys.to('Emergency opening');
  await keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await assertEverywhere(page, 'emergency');
  await page.setViewportSize(widths.desktop);
  await keys.to('Open now');
  await keyboard.press('Enter');
  await lock(page, 'Second lock').getByText('Emergency: unlocked').waitFor();
  await page.locator('dialog').waitFor({ state: 'detached' });
  const endAll = page.getByRole('button', { name: 'End the emergency everywhere' });
  await endAll.waitFor();
  await lock(page, 'Second lock')
    .getByRole('button', { name: /End the emergency/ })
    .focus();
  await keyboard.press('Enter');
  await lock(page, 'Second lock').getByText('Locked', { exact: true }).waitFor();
  await page.getByText('Second lock: the emergency is over').waitFor();
  await endAll.waitFor({ state: 'hidden' });
  await lock(page, 'First lock').getByText('Emergency: unlocked').waitFor();
  assert.deepEqual(problems, []);
});

test('the emergency of several locks is ended by one button', { skip }, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/door');
  await daemon.api('POST', '/api/v1/access/general/lock/open/emergency', {
    locks: [{ lock_number: 0, unlock_time: 300 }],
  });
  await page.getByRole('button', { name: 'End the emergency everywhere' }).click();
  await page.getByText('The emergency is over everywhere').waitFor();
  for (const name of ['First lock', 'Second lock']) {
    await lock(page, name).getByText('Locked', { exact: true }).waitFor();
  }
  assert.deepEqual(problems, []);
});

test('the page says that the web was gone, comes back, and has missed no event', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  await addCard(daemon, '1850186', 'Ann');
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/door');
  await lock(page, 'First lock').waitFor();
  // The page connects again so soon that nobody may see that it was cut off: it is held until then.
  const seen = moment();
  await page.route('**/events/stream*', async (route) => {
    await seen.come;
    await route.continue();
  });
  const from = daemon.lines.length;
  await daemon.api('POST', '/sim/web/crash', { how: 'exception' });
  await page.getByText(/Connection lost/).waitFor();
  await daemon.line(/ the web listens url=/, from);
  await daemon.present('front', bits26(1850186));
  // What is said for a moment is waited for from before it can be there.
  const told = [
    eventsOf(page).filter({ hasText: 'Ann' }).waitFor(),
    page.getByText('Connected again').waitFor(),
  ];
  seen.now();
  await Promise.all(told);
  assert.equal(await page.getByText(/Connection lost/).count(), 0);
  const shown = (await page.evaluate(
    '[...document.querySelectorAll("[data-sequence]")].map((line) => Number(line.dataset.sequence))',
  )) as number[];
  const newest = shown[0] ?? 0;
  assert.deepEqual(
    shown,
    Array.from({ length: newest }, (_, index) => newest - index),
  );
  assert.deepEqual(problems, []);
});

test('an action that fails is told with its time, covers nothing, and is tried again soon or never', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  const { page } = await openView(await startBrowser(t), daemon, '#/door', { width: 'phone' });
  await page.clock.install();
  const path = '**/open/remote/accepted/1*';
  const open = lock(page, 'First lock').getByRole('button', { name: 'Open', exact: true });
  const failed = page.getByText(/^Not done at \d\d:\d\d: Open First lock$/);
  const retry = page.getByRole('button', { name: 'Retry' });
  const dismiss = page.getByRole('button', { name: 'Dismiss' });
  await page.route(path, (route) => route.abort());
  await open.click();
  await failed.waitFor();
  await page.getByText('The panel cannot be reached.').waitFor();
  await retry.waitFor();
  await page.clock.fastForward(29_000);
  assert.equal(await retry.count(), 1);
  await page.clock.fastForward(1_000);
  await retry.waitFor({ state: 'detached' });
  assert.ok(await open.isEnabled(), 'it can be pressed anew');
  await dismiss.click();
  await failed.waitFor({ state: 'detached' });

  await open.click();
  await retry.waitFor();
  await page.goto(`${page.url().split('#')[0]}#/identifiers/new`);
  const send = page.getByRole('button', { name: 'Add somebody' });
  await send.waitFor();
  await failed.waitFor();
  assert.equal(await retry.count(), 0, 'no door opens from another view');
  await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
  await send.click({ trial: true });
  await assertEverywhere(page, 'a failed action');
  await page.setViewportSize(widths.phone);
  await page.unroute(path);
  await dismiss.click();
  await page.goto(`${page.url().split('#')[0]}#/door`);
  await Promise.all([page.getByText('First lock was opened').waitFor(), open.click()]);
  assert.equal(await page.getByText('Not done').count(), 0);
});

test('a session that is over is said, and signing in again goes on where it was', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/door');
  await lock(page, 'First lock').waitFor();
  const { token } = JSON.parse(
    (await page.evaluate('sessionStorage.getItem("latchd-session")')) as string,
  );
  assert.equal(await page.evaluate('document.cookie'), '');
  assert.equal(await page.evaluate('JSON.stringify(localStorage)'), '{}');
  const [signedOut, signedIn] = [moment(), moment()];
  const open = '**/lock/open/remote/accepted';
  await page.route(`${open}/1*`, async (route) => {
    await signedOut.come;
    await route.continue();
  });
  let isLate = true;
  await page.route(`${open}/2*`, async (route) => {
    await signedOut.come;
    const response = await route.fetch();
    if (isLate) await signedIn.come;
    await route.fulfill({ response });
  });
  for (const name of ['First lock', 'Second lock']) {
    await lock(page, name).getByRole('button', { name: 'Open' }).click();
  }
  await fetch(`${daemon.url}/api/v1/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  signedOut.now();
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await dialog.waitFor();
  await assertEverywhere(page, 'sign in again');
  await dialog.getByLabel('Password', { exact: true }).fill(daemon.password);
  await Promise.all([
    page.getByText('First lock was opened').waitFor(),
    page.keyboard.press('Enter'),
  ]);
  // Refused for the session of before, and told only now: nobody is asked to sign in once more.
  isLate = false;
  const second = page.getByText('Second lock was opened').waitFor();
  signedIn.now();
  await second;
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  assert.equal(await page.evaluate('sessionStorage.getItem("latchd-session")'), null);
  assert.deepEqual(problems, []);
});

test('a manager sees how the door is, and nothing to press', { skip }, async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder, config);
  const manager = { name: 'mia', role: 'manager', password: 'only looking' };
  const socket = { socketPath: join(folder, 'data/control.sock'), path: '/control/users' };
  const added = await send({ ...socket, method: 'POST' }, JSON.stringify(manager));
  assert.equal(added.statusCode, 200);
  const { page, problems } = await openPage(await startBrowser(t), daemon, { width: 'phone' });
  await signInAs(page, 'mia', 'only looking');
  await lock(page, 'First lock').getByText('Locked', { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Open', exact: true }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Emergency opening' }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Blocked' }).count(), 0);
  await lock(page, 'First lock').getByText('Mode: Normal').waitFor();
  await assertEverywhere(page, 'door of a manager');
  assert.deepEqual(problems, []);
});

const hostile = [
  '<script>document.title="run"</script><img src=x onerror="document.title=\'run\'">',
  `long ${'x'.repeat(10_000)}`,
  '\u202e right to left \u05e9\u05dc\u05d5\u05dd',
  '"><a href="javascript:alert(1)">x</a>',
];

test('hostile names are shown as they are and break nothing, on a phone too', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  for (const [index, name] of hostile.entries()) await addCard(daemon, String(100 + index), name);
  await daemon.api('POST', '/api/v1/panel/labels', {
    device: hostile[0]?.slice(0, 64),
    readers: [{ name: 'front', label: hostile[3] }],
    locks: [{ name: 'first', label: hostile[2] }],
  });
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/door', {
    width: 'phone',
  });
  page.on('dialog', () => problems.push('a dialog of a name'));
  for (const [index, name] of hostile.entries()) {
    await daemon.present('front', bits26(100 + index));
    await eventsOf(page)
      .filter({ hasText: name.slice(0, 20).trim() })
      .first()
      .waitFor();
  }
  await assertEverywhere(page, 'hostile names at the door');
  await page.goto(`${page.url().split('#')[0]}#/log`);
  await page.getByText('<script>').first().waitFor();
  await assertEverywhere(page, 'hostile names in the log');
  await assertFits(page, 'hostile names in the log');
  assert.doesNotMatch(await page.title(), /run/);
  assert.equal(await page.locator('main img, main script, main a[href^="javascript"]').count(), 0);
  assert.deepEqual(problems, []);
});
