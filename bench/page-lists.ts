/**
 * The page over 100,000 identifiers and a million events, in Chromium: milliseconds from following an
 * address until the view stands.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launch, openView } from '../test/support/browser.ts';
import { Daemon, simConfig } from '../test/support/daemon.ts';
import { benchFolder, cardNumber, filledStore, fillLog } from './fill.ts';

const identifiers = 100_000;
const events = 1_000_000;
const rounds = 3;
/** Of what looks at every event of a million. */
const walks = 1;
/** The view is another, and says no more that it looks for something. */
const stands = `main.firstChild !== old && !main.querySelector('progress')`;

const folder = benchFolder();
const store = await filledStore(join(folder, 'data'), identifiers);
// Up to now, so that the pictures of the last days show them.
await fillLog(store, events, Date.now() - events * 1000);
await store.close();

/** Milliseconds until what `ready` says is so in the page, after `act`; both are scripts. */
async function until(page: Page, act: string, ready: string): Promise<number> {
  const script = `new Promise((resolve) => {
    const main = document.querySelector('main');
    const old = main.firstChild;
    const from = performance.now();
    ${act};
    const look = () => ${ready} ? resolve(performance.now() - from) : requestAnimationFrame(look);
    look();
  })`;
  return Number(await page.evaluate(script));
}

/** @param expected what the view says was found; a picture of the wrong thing is no figure. */
async function show(
  what: string,
  page: Page,
  count: number,
  expected: RegExp,
  one: () => Promise<number>,
): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) {
    await until(page, `location.hash = '#/readers'`, 'main.firstChild !== old');
    times.push(await one());
  }
  const shown = times.sort((a, b) => a - b).map((time) => Math.round(time));
  const found = (await page.locator('main p[role=status]').last().textContent()) ?? '';
  if (!expected.test(found)) throw new Error(`${what}: the page says ${found}`);
  process.stdout.write(`${what}: median ${shown[count >> 1]} ms (${shown.join(', ')}); ${found}\n`);
}

const daemon = await new Daemon(folder, simConfig).ready();
const browser = await launch();
try {
  const { page } = await openView(browser, daemon, '#/panel');
  const view = (what: string, hash: string, expected: RegExp, count = rounds) =>
    show(what, page, count, expected, () =>
      until(page, `location.hash = ${JSON.stringify(hash)}`, stands),
    );
  const all = new RegExp(`^${identifiers} `);
  await view('list: first page', '#/identifiers', all);
  await view('list: last page', `#/identifiers?page=${identifiers / 50}`, all);
  await view('list: name that one has', '#/identifiers?search=resident%2077777', /^1 /);
  await view('list: name that nobody has', '#/identifiers?search=nobody', /^0 /);
  await view('list: number', `#/identifiers?search=${cardNumber(77_777)}`, /^1 /);
  const most = /^[1-9][0-9]{5,} /;
  await view('log: first page', '#/log', most);
  await view('log: page 10,000', '#/log?page=10000', most);
  await view('log: last page', `#/log?page=${events / 50}`, most);
  await view('log: refused', '#/log?kind=refused', /^0 /, walks);
  await view('log: text of one event', '#/log?search=resident%20777777%20', /^1 /, walks);
  await view('log: text of none', '#/log?search=nobody', /^0 /, walks);
  await view('log: number', `#/log?search=${cardNumber(777_777)}`, /^[1-9]/, walks);
  await show('log: passages per day and hour', page, walks, most, async () => {
    await until(page, `location.hash = '#/log'`, 'main.firstChild !== old');
    const open = `document.querySelector('main details').open = true`;
    const drawn = `document.querySelectorAll('main details svg').length > 1`;
    return until(page, open, `(${drawn} && !document.querySelector('main details [aria-busy]'))`);
  });
} finally {
  await browser.close();
  await daemon.kill();
}
