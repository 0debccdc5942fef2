import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noBrowser, openPage, signInAs, startBrowser, testPatienceMs } from '../support/browser.ts';
import { startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

test('a view that is opened by its address knows the readers, however late the panel tells them', {
  skip: noBrowser,
  timeout: testPatienceMs,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, problems } = await openPage(await startBrowser(t), daemon);
  await signInAs(page, 'admin', daemon.password);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const asked = page.waitForRequest(/\/events\/stream/);
  await page.route(/\/events\/stream/, async (route) => {
    await released;
    await route.continue();
  });
  const setup = page.waitForResponse(/\/panel\/setup/);
  await page.goto(`${daemon.url}/#/identifiers/new`);
  await page.reload();
  await Promise.all([asked, setup]);
  // Time enough for a view that does not wait to be there, with nothing to choose from.
  for (let n = 0; n < 10; n += 1) await page.evaluate("fetch('/health').then((it) => it.text())");
  release();
  await page.getByRole('button', { name: 'Present it at the reader' }).click();
  await daemon.line(/ cards are taken .*reader=front/);
  assert.deepEqual(problems, []);
});
