import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Daemon } from './daemon.ts';

const executablePath = '/usr/bin/chromium';

/** Reason to skip a test of the page; false: it can run. */
export const noBrowser = !existsSync(executablePath) && 'needs /usr/bin/chromium';

/** Widths of a phone, of a tablet held upright and of a desktop. */
export const widths = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desktop: { width: 1280, height: 800 },
} as const;

/** The longest wait for anything in a page, milliseconds: a browser on a busy machine stands still at times. */
export const patienceMs = 120_000;

/** Of a test that has many such waits: it fails by its time only where none of them does. */
export const testPatienceMs = 400_000;

export interface Looks {
  readonly width?: keyof typeof widths;
  readonly theme?: 'light' | 'dark';
}

/** Chromium as it runs on a machine without a screen and without a network. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** `launch`; gone after the test. */
export async function startBrowser(t: TestContext): Promise<Browser> {
  const browser = await launch();
  t.after(() => browser.close());
  return browser;
}

/** A page that nobody has seen yet, and what went wrong in it: errors, refusals of its policy. */
export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[];
}

/** Opens the page of a panel. @param hash the view, as `#/log`. */
export async function openPage(
  browser: Browser,
  { url }: Pick<Daemon, 'url'>,
  { width = 'desktop', theme = 'light' }: Looks = {},
  hash = '',
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: widths[width],
    hasTouch: width === 'phone',
    colorScheme: theme,
    timezoneId: 'Pacific/Auckland',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    // Answers that are no 2xx are told by the page itself.
    const isExpected = /Failed to load resource|net::ERR/.test(text);
    if (message.type() === 'error' && !isExpected) problems.push(text);
  });
  await page.goto(`${url}/${hash}`);
  return { page, context, problems };
}

/** Signs in on the page as it stands. */
export async function signInAs(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
}

/** Opens a view as admin. @param hash as `#/log`. */
export async function openView(
  browser: Browser,
  daemon: Daemon,
  hash: string,
  looks: Looks = {},
): Promise<Opened> {
  const opened = await openPage(browser, daemon, looks, hash);
  await signInAs(opened.page, 'admin', daemon.password);
  await opened.page.locator('main h1').waitFor();
  return opened;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core finds against the page as it stands; none may be left. */
export async function assertAccessible(page: Page, title: string): Promise<void> {
  // Evaluated by the browser's own tools: the policy of the page stays as it is.
  await page.evaluate(`${axe}; undefined`);
  const violations = (await page.evaluate(
    'axe.run(document).then(({ violations }) => violations)',
  )) as readonly Violation[];
  const told = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${failureSummary}`,
    ),
  );
  assert.deepEqual(told, [], title);
}

/** Nothing of a view may stand beyond the edge of the screen. */
export async function assertFits(page: Page, title: string): Promise<void> {
  const [inside, outside] = (await page.evaluate(
    '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
  )) as [number, number];
  assert.ok(outside <= inside, `${title}: ${outside} px wide on ${inside}`);
}

/** `assertFits` at every width; `assertAccessible` on a phone and a desktop, light and dark. */
export async function assertEverywhere(page: Page, title: string): Promise<void> {
  for (const [width, size] of Object.entries(widths)) {
    await page.setViewportSize(size);
    await assertFits(page, `${title}, ${width}`);
    // Its parts are those of the one or the other.
    if (width === 'tablet') continue;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `${title}, ${width}, ${colorScheme}`);
    }
  }
}
