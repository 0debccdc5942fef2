/** Pictures of the main views for the README. Arguments: the folder they go to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { type Looks, launch, signInAs, widths } from '../test/support/browser.ts';
import { Daemon } from '../test/support/daemon.ts';
import { fillNow, fillPast, timezone } from './screenshot-data.ts';

const [folder = 'docs/screenshots'] = process.argv.slice(2);

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
clock: { timezone: ${timezone} }
readers:
  - { name: front, wiegand: { d0: 17, d1: 27 }, formats: [H10301] }
  - { name: back, wiegand: { d0: 5, d1: 6 }, locks: [second] }
locks:
  first: { line: 22, open_seconds: 5 }
  second: { line: 23, open_seconds: 3 }
inputs:
  - { name: exit, kind: exit_button, line: 24, locks: [first] }
  - { name: door, kind: door_contact, line: 25, held_open_seconds: 30 }
`;

/** Taller than a test needs: a picture tells more. */
const heights = { phone: 844, tablet: 1180, desktop: 960 } as const;

/** The same picture: flat areas are packed best as they are, without the filters that photographs need. */
function smaller(png: Buffer): Buffer {
  const options = { colorType: 2, filterType: 0, deflateLevel: 9, deflateStrategy: 0 } as const;
  return PNG.sync.write(PNG.sync.read(png), options);
}

/** One view. @param ready what is there once it can be seen. */
async function take(
  browser: Browser,
  daemon: Daemon,
  looks: Looks & { readonly hash: string; readonly name: string },
  ready: (page: Page) => Promise<unknown>,
): Promise<void> {
  const { width = 'desktop', theme = 'light' } = looks;
  const context = await browser.newContext({
    viewport: { ...widths[width], height: heights[width] },
    deviceScaleFactor: 2,
    hasTouch: width === 'phone',
    colorScheme: theme,
  });
  const page = await context.newPage();
  await page.goto(`${daemon.url}/${looks.hash}`);
  if (looks.name !== 'sign-in') await signInAs(page, 'admin', daemon.password);
  await ready(page);
  writeFileSync(join(folder, `${looks.name}.png`), smaller(await page.screenshot()));
  await context.close();
}

async function takeAll(browser: Browser, daemon: Daemon): Promise<void> {
  const locks = (page: Page) =>
    Promise.all([
      page.locator('.lock').first().waitFor(),
      page.locator('.event').first().waitFor(),
    ]);
  const rows = (page: Page) => page.getByRole('rowheader').first().waitFor();
  const passages = async (page: Page) => {
    await page.getByText('Passages per day and hour').click();
    await page.getByRole('img', { name: /^Per hour/ }).waitFor();
    // A whole day, some days ago.
    await page.getByLabel('Day', { exact: true }).selectOption({ index: 3 });
  };
  const phone = { width: 'phone', theme: 'light' } as const;
  const desktop = { width: 'desktop', theme: 'light' } as const;
  const form = (page: Page) => page.getByRole('button', { name: 'Sign in' }).waitFor();
  await take(browser, daemon, { ...phone, hash: '', name: 'sign-in' }, form);
  await take(browser, daemon, { ...phone, hash: '#/door', name: 'door-phone' }, locks);
  await take(browser, daemon, { ...desktop, hash: '#/door', name: 'door' }, locks);
  await take(
    browser,
    daemon,
    { ...desktop, theme: 'dark', hash: '#/door', name: 'door-dark' },
    locks,
  );
  await take(browser, daemon, { ...desktop, hash: '#/identifiers', name: 'access' }, rows);
  await take(
    browser,
    daemon,
    { ...desktop, hash: '#/profiles/new', name: 'week' },
    async (page) => {
      await page.getByRole('button', { name: 'Monday to Friday, 8 to 17' }).click();
    },
  );
  await take(browser, daemon, { ...desktop, hash: '#/readers/front', name: 'frames' }, rows);
  await take(browser, daemon, { ...desktop, hash: '#/log', name: 'log' }, rows);
  await take(browser, daemon, { ...desktop, hash: '#/log', name: 'log-passages' }, passages);
}

const home = mkdtempSync(join(tmpdir(), 'latchd-screenshots-'));
const nowMs = Date.now();
await fillPast(home, nowMs);
const daemon = await new Daemon(home, config).ready();
const browser = await launch();
try {
  await fillNow(daemon, nowMs);
  await takeAll(browser, daemon);
} finally {
  await browser.close();
  await daemon.kill();
  rmSync(home, { recursive: true });
}
