/** Pictures of the main views for the README. Arguments: the folder they go to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Looks, launch, openPage, signInAs } from '../test/support/browser.ts';
import { bits26, cardBody, Daemon } from '../test/support/daemon.ts';

const [folder = 'docs/screenshots'] = process.argv.slice(2);

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
clock: { timezone: Europe/Berlin }
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

const people = ['Ann Miller', 'Jonas Weber', 'Leila Haddad', 'Tomás Ortega'];

async function fill(daemon: Daemon): Promise<void> {
  await daemon.api('POST', '/api/v1/panel/labels', {
    device: 'Mill Lane 3',
    readers: [
      { name: 'front', label: 'Main entrance' },
      { name: 'back', label: 'Courtyard' },
    ],
    locks: [
      { name: 'first', label: 'Front door' },
      { name: 'second', label: 'Garage' },
    ],
  });
  for (const [index, name] of people.entries()) {
    const owner = { identifier_owner: { name, type: 'owner' }, lock: 'all' };
    await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(1850186 + index), owner));
  }
  for (const [reader, number] of [
    ['front', 1850186],
    ['back', 1850188],
    ['back', 77],
    ['front', 1850187],
  ] as const) {
    await daemon.present(reader, bits26(number));
    await seen(daemon, number);
  }
}

async function seen(daemon: Daemon, number: number): Promise<void> {
  const path = `/api/v1/log/items?search=${number}`;
  for (;;) {
    const { json } = await daemon.api<{ list_items: unknown[] }>('GET', path);
    if (json.list_items.length > 0) return;
  }
}

/** One view. @param ready what is there once it can be seen. */
async function take(
  browser: Browser,
  daemon: Daemon,
  looks: Looks & { readonly hash: string; readonly name: string },
  ready: (page: Page) => Promise<unknown>,
): Promise<void> {
  const { page, context } = await openPage(browser, daemon, looks, looks.hash);
  if (looks.name !== 'sign-in') await signInAs(page, 'admin', daemon.password);
  await ready(page);
  await page.screenshot({ path: join(folder, `${looks.name}.png`) });
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
const daemon = await new Daemon(home, config).ready();
const browser = await launch();
try {
  await fill(daemon);
  await takeAll(browser, daemon);
} finally {
  await browser.close();
  await daemon.kill();
  rmSync(home, { recursive: true });
}
