import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertEverywhere, noBrowser, openView, startBrowser } from '../support/browser.ts';
import { bits26, simConfig, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const zone = 'Pacific/Kiritimati';
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** The civil day of the panel, from Monday. */
function today(): number {
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, weekday: 'long' }).format();
  return days.indexOf(name);
}

test('a week is painted, given to a card, and holds at the door', {
  skip: noBrowser,
}, async (t) => {
  const config = `${simConfig}clock: { timezone: ${zone} }\n`;
  const daemon = await startDaemon(t, freshFolder(t), config);
  await daemon.api('POST', '/api/v1/access/identifier', {
    identifier_owner: { name: 'Ann', type: 'owner' },
    identifier_type: 'card',
    identifier_number: '1850186',
    lock: 'all',
  });
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/profiles/new');
  const cell = (day: number, time: string) =>
    page.getByRole('gridcell', { name: `${days[day]} ${time}`, exact: true });
  const other = (today() + 3) % 7;
  await page.getByLabel('Name', { exact: true }).fill('Cleaning');
  // From one corner to the other by pointer: two hours of a day that is neither today nor near.
  await cell(other, '09:00').hover();
  await page.mouse.down();
  await cell(other, '10:30').hover();
  await page.mouse.up();
  await page.getByText(`${days[other]?.slice(0, 3)} 09:00–11:00`).waitFor();
  await assertEverywhere(page, 'a painted week');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Cleaning' }).waitFor();
  await assertEverywhere(page, 'the list of times');

  await page.goto(`${page.url().split('#')[0]}#/identifiers/1`);
  await page.getByLabel('Cleaning').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('At certain times').waitFor();
  await daemon.present('front', bits26(1850186));
  await daemon.line(/ refused .*reason=outside-time-profile/);

  // By keys: the whole of today and of the day after, from the first cell to the last.
  await page.goto(`${page.url().split('#')[0]}#/profiles`);
  await page.getByRole('link', { name: 'Cleaning' }).click();
  await page
    .getByText(/09:00–11:00/)
    .first()
    .waitFor();
  for (const day of [today(), (today() + 1) % 7]) {
    await cell(day, '00:00').focus();
    await page.keyboard.press('Shift+End');
    await page.keyboard.press('Space');
    assert.equal(await cell(day, '23:30').getAttribute('aria-selected'), 'true');
  }
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Times', level: 1 }).waitFor();
  const from = daemon.lines.length;
  await daemon.present('front', bits26(1850186));
  await daemon.line(/ granted .*owner=Ann/, from);
  assert.deepEqual(problems, []);
});
