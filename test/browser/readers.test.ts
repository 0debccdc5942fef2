import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertEverywhere, noBrowser, openView, startBrowser } from '../support/browser.ts';
import { bits26, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

test('frames are drawn as they come, explained, and made into cards', {
  skip: noBrowser,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/readers/front');
  await page.getByText('Nothing has come yet').waitFor();
  const bits = bits26(1850186);
  await daemon.present('front', bits);
  const frames = page.locator('[data-frame]');
  await frames.first().waitFor();
  await frames.first().getByText('A card: 26 bits').waitFor();
  const notches = await page.evaluate(
    '[...document.querySelectorAll("[data-frame] path.trace")].map((path) => (path.getAttribute("d").match(/V/g) ?? []).length / 2)',
  );
  const ones = [...bits].filter((bit) => bit === '1').length;
  assert.deepEqual(notches, [26 - ones, ones]);

  const swapped = [...bits].map((bit) => (bit === '1' ? '0' : '1')).join('');
  await daemon.present('front', swapped);
  await page
    .getByText(/swapped/i)
    .first()
    .waitFor();
  assert.equal(await frames.count(), 2);
  await assertEverywhere(page, 'frames of a reader');

  await page.getByRole('link', { name: 'Make a card of it' }).first().click();
  await page.getByLabel('Who is it for?').waitFor();
  assert.equal(await page.getByLabel('Number', { exact: true }).inputValue(), '1c-3b-4a');
  assert.deepEqual(problems, []);
});
