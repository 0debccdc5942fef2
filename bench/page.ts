/**
 * How soon the page can be used over a slow link, as Chromium emulates it: from nothing kept to the
 * sign-in form, and to the locks when somebody is signed in already.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launch, openPage, signInAs } from '../test/support/browser.ts';
import { Daemon, simConfig } from '../test/support/daemon.ts';

const rounds = 5;
/** 1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms there and back. */
const slowLink = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};

/** @returns a way to say whether the browser may use what it has kept. */
async function slow(page: Page): Promise<(cacheDisabled: boolean) => Promise<unknown>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', slowLink);
  return (cacheDisabled) => session.send('Network.setCacheDisabled', { cacheDisabled });
}

/** Notes in the page when each of the things waited for is there first. */
const watch = `
  window.seenAt = {};
  new MutationObserver(() => {
    for (const selector of ['input[type=password]', '.lock'])
      if (!(selector in seenAt) && document.querySelector(selector))
        seenAt[selector] = performance.now();
  }).observe(document, { childList: true, subtree: true });`;

/** Milliseconds from the start of the navigation until `selector` is on the page. */
async function timed(page: Page, selector: string): Promise<number> {
  await page.reload({ waitUntil: 'commit' });
  await page.locator(selector).first().waitFor();
  return Number(await page.evaluate(`seenAt[${JSON.stringify(selector)}]`));
}

async function measure(browser: Browser, daemon: Daemon): Promise<void> {
  const { page } = await openPage(browser, daemon, { width: 'phone' });
  const show = async (what: string, selector: string) => {
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) times.push(await timed(page, selector));
    const shown = times.toSorted((a, b) => a - b).map((time) => Math.round(time));
    process.stdout.write(`${what}: median ${shown[rounds >> 1]} ms (${shown.join(', ')})\n`);
  };
  await page.addInitScript(watch);
  const forget = await slow(page);
  await forget(true);
  await show('sign-in form, nothing kept', 'input[type=password]');
  await signInAs(page, 'admin', daemon.password);
  await show('locks, nothing kept but the session', '.lock');
  await forget(false);
  await show('locks, signed in, files kept', '.lock');
}

const folder = mkdtempSync(join(tmpdir(), 'latchd-page-'));
const daemon = await new Daemon(folder, simConfig).ready();
const browser = await launch();
try {
  await measure(browser, daemon);
} finally {
  await browser.close();
  await daemon.kill();
  rmSync(folder, { recursive: true });
}
