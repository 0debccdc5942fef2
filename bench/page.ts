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

async function slow(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Network.emulateNetworkConditions', slowLink);
}

/** Milliseconds from the start of the navigation until `selector` is on the page. */
async function timed(page: Page, selector: string): Promise<number> {
  await page.reload({ waitUntil: 'commit' });
  await page.locator(selector).first().waitFor();
  return Number(await page.evaluate('performance.now()'));
}

async function measure(browser: Browser, daemon: Daemon): Promise<void> {
  const { page } = await openPage(browser, daemon, { width: 'phone' });
  const show = async (what: string, selector: string) => {
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) times.push(await timed(page, selector));
    const shown = times.toSorted((a, b) => a - b).map((time) => Math.round(time));
    process.stdout.write(`${what}: median ${shown[rounds >> 1]} ms (${shown.join(', ')})\n`);
  };
  await slow(page);
  await show('sign-in form, nothing kept', 'input[type=password]');
  await signInAs(page, 'admin', daemon.password);
  await show('locks, nothing kept but the session', '.lock');
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
