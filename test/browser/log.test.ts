import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  assertEverywhere,
  noBrowser,
  openView,
  startBrowser,
  testPatienceMs,
} from '../support/browser.ts';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const skip = noBrowser;

interface Logged {
  readonly list_option: { readonly pagination: { readonly total_items: number } };
}

/** More than a page of events: openings by command, and cards among them. */
async function fill(daemon: Daemon): Promise<void> {
  await daemon.api('POST', '/api/v1/access/identifier', cardBody('1850186'));
  await daemon.present('front', bits26(1850186));
  await daemon.present('front', bits26(77));
  await recorded(daemon, "reason eq 'unknown-credential'", 1);
  for (let i = 0; i < 60; i++) {
    await daemon.api('GET', '/api/v1/access/general/lock/open/remote/accepted/2');
  }
  await recorded(daemon, "key eq 'access_granted_by_api_call'", 60);
}

async function recorded(daemon: Daemon, filter: string, count: number): Promise<void> {
  for (;;) {
    const path = `/api/v1/log/items?limit=1&filter=${encodeURIComponent(filter)}`;
    const { json } = await daemon.api<Logged>('GET', path);
    if (json.list_option.pagination.total_items >= count) return;
  }
}

const rows = (page: Page) => page.locator('main').getByRole('rowheader');

test('the log is filtered, searched and paged, and what is asked stands in the address', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await fill(daemon);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/log');
  await rows(page).first().waitFor();
  assert.equal(await rows(page).count(), 50);
  const first = await rows(page).first().textContent();
  await page.getByRole('link', { name: 'Next page' }).click();
  await page.getByText('Page 2 of 2').waitFor();
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1');
  await rows(page).filter({ hasText: 'The panel started' }).waitFor();
  await page.getByRole('link', { name: 'First page' }).click();
  await page.getByText('Page 1 of 2').waitFor();
  assert.equal(await rows(page).first().textContent(), first);

  const search = page.getByLabel('Search', { exact: true });
  await search.fill('0001850186');
  await page.keyboard.press('Enter');
  await page.getByText('1 event', { exact: true }).waitFor();
  assert.match((await rows(page).first().textContent()) ?? '', /Ann.*May pass/);
  assert.match(page.url(), /search=0001850186/);
  await page.getByRole('link', { name: 'Show everything' }).click();
  await page.getByText('Page 1 of 2').waitFor();
  await page.getByText('Kind and days').click();
  await page.getByLabel('Kind', { exact: true }).selectOption('Refused');
  await page.getByRole('button', { name: 'Find' }).click();
  await rows(page).filter({ hasText: 'Unknown card 77' }).waitFor();
  assert.equal(await rows(page).count(), 1);
  await assertEverywhere(page, 'log');
  assert.deepEqual(problems, []);
});

test('passages are drawn per day and hour, with a table beside the picture', {
  skip,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await fill(daemon);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/log');
  await page.getByText('Passages per day and hour').click();
  const perDay = page.getByRole('img', { name: 'Per day, last 30 days: 1 passed, 1 refused' });
  await perDay.waitFor();
  await page.getByRole('img', { name: /^Per hour, .*: 1 passed, 1 refused$/ }).waitFor();
  assert.equal(await perDay.locator('rect').count(), 2);
  await page.getByText('As a table').first().click();
  const cells = page.getByRole('table', { name: /Per day/ }).getByRole('cell');
  assert.deepEqual(await cells.allTextContents(), ['1', '1']);
  await assertEverywhere(page, 'passages');
  assert.deepEqual(problems, []);
});

test('what the filter finds is saved as a file', { skip }, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await fill(daemon);
  const { page } = await openView(await startBrowser(t), daemon, '#/log?search=1850186');
  await rows(page).first().waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const download = await saved;
  assert.equal(download.suggestedFilename(), 'latchd-log.csv');
  const lines = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n');
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? '', /,Ann,card,1850186,front,/);
});

test('a search that takes long is said, can be ended, and be begun again', {
  skip,
  timeout: testPatienceMs,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await fill(daemon);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/log');
  await rows(page).first().waitFor();
  const isSearch = (url: URL) => url.searchParams.get('search') === '1850186';
  // Held: the panel answers no sooner than the test lets it.
  const held = new Promise<void>((resolve) => void page.route(isSearch, () => resolve()));
  await page.getByLabel('Search', { exact: true }).fill('1850186');
  await page.keyboard.press('Enter');
  await held;
  await page.getByText('The panel looks at one after the other').waitFor();
  await page.getByRole('progressbar').waitFor();
  await assertEverywhere(page, 'a search under way');
  const ended = page.waitForEvent('requestfailed', (request) => isSearch(new URL(request.url())));
  await page.getByRole('button', { name: 'Cancel' }).click();
  await ended;
  await page.getByText('Ended before it was found.').waitFor();
  assert.equal(await page.getByRole('progressbar').count(), 0);
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Retry');
  await page.unroute(isSearch);
  await page.keyboard.press('Enter');
  await page.getByText('1 event', { exact: true }).waitFor();
  assert.match((await rows(page).first().textContent()) ?? '', /Ann.*May pass/);
  assert.deepEqual(problems, []);
});
