import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { launch, noBrowser, patienceMs, testPatienceMs } from '../support/browser.ts';
import { bits26, cardBody, simConfig, startDaemon } from '../support/daemon.ts';
import { foreignTexts, pageInOtherLanguage, servePage } from '../support/other-language.ts';
import { freshFolder } from '../support/store.ts';

const config = `${simConfig}inputs:
  - { name: porch, kind: door_contact, line: 25 }
`;

/** Data of this test: names, numbers, formats, columns of a table; days and months of the browser. */
const data = [
  /http:\S+|0x[0-9A-F]+|\b(?:ind|H|wiegand_)\d+\w*/g,
  /\b(?:front|porch|UTC|admin|gym|Ann|Zed|type|number|name|lock|D0|D1|v?\d[\w.-]*)\b/g,
  /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\b/g,
];

/** Texts of a view that are in no language file. */
async function foreignIn(page: Page, view: string): Promise<string[]> {
  const found = (await page.evaluate(foreignTexts)) as [string, string][];
  const foreign = found.filter(([text]) => {
    const rest = data.reduce((left, one) => left.replace(one, ''), text.replace(hostname(), ''));
    return /\p{L}/u.test(rest);
  });
  return foreign.map(([text, where]) => `${view}: ${text} in ${where}`);
}

test('another language is one file: no word of any view is outside of it', {
  skip: noBrowser,
  timeout: testPatienceMs,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  const browser = await launch();
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await servePage(context, pageInOtherLanguage(t));
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const foreign: string[] = [];
  const look = async (view: string) => void foreign.push(...(await foreignIn(page, view)));
  const said = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const button = (name: string) =>
    page.getByRole('button', { name: `\u27e6${name}\u27e7`, exact: true });
  const go = async (hash: string, heading: string) => {
    await page.goto(`${daemon.url}/#/${hash}`);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  };
  const dialog = async (name: string, opener: string) => {
    await button(opener).first().click();
    await page.getByRole('dialog').waitFor();
    await look(name);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  };

  await page.goto(`${daemon.url}/`);
  await button('Sign in').click();
  await said('This must be filled in.');
  await look('sign in');
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill('wrong');
  await button('Sign in').click();
  await said('The name or the password is wrong.');
  await page.getByLabel('Password').fill(daemon.password);
  await button('Sign in').click();
  await page.getByRole('heading', { level: 1, name: 'Door' }).waitFor();

  await daemon.present('front', bits26(77));
  await said('Whose card is it?');
  await look('first steps');
  await dialog('change of the password', 'Change the password');
  await dialog('names', 'Give names');
  await dialog('account', 'Account');
  await daemon.api('POST', '/api/v1/access/identifier', cardBody('1850186'));
  await daemon.present('front', bits26(1850186));
  const swapped = [...bits26(5)].map((bit) => (bit === '1' ? '0' : '1')).join('');
  await daemon.present('front', swapped);
  await daemon.present('front', '0110100');
  await daemon.present('front', bits26(9).repeat(3));
  await daemon.api('POST', '/sim/inputs/porch', { active: true });
  await said('May pass');
  await said('The door was opened');
  await dialog('emergency', 'Emergency opening');
  await dialog('blocked', 'Blocked');
  await dialog('free', 'Free');
  await button('Blocked').first().click();
  await page.getByRole('dialog').getByText('Block it').click();
  await said(/ is .*blocked.* now/);
  await button('Open all').click();
  await said('The first door is blocked.');
  await look('door');

  await go('log', 'Log');
  await page.getByText('Passages per day and hour').click();
  await page.getByText('As a table').first().waitFor();
  await look('log');

  await go('readers', 'Readers');
  await look('readers');
  await go('readers/front', 'front');
  await page.locator('[data-frame]').nth(4).waitFor();
  await look('frames');

  await go('identifiers', 'Access');
  await page.getByLabel('Choose').first().check();
  await look('identifiers');
  await dialog('deletion', 'Delete the chosen');
  await go('identifiers/1', 'Ann');
  await page.getByLabel('Only so many times').check();
  await page.getByLabel('Only from one day to another').check();
  await look('an identifier');
  await go('identifiers/new?type=qr', 'Add somebody');
  await look('a new one');
  await go('identifiers/several', 'Add several cards');
  await look('several');
  await go('identifiers/import', 'Import a table');
  const rows = ['type,number,name,lock', 'card,x,Zed,all', 'card,8,Zed,all', 'card,8,Zed,all'];
  const more = ['face_id,9,Zed,all', 'card,1850186,Zed,all', 'card,9,Zed', ',9,Zed,all'];
  const buffer = Buffer.from(`${[...rows, ...more].join('\n')}\n`);
  await page.getByLabel('File').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer });
  await said('Refused lines');
  await look('the preview of a table');

  await go('profiles/new', 'Paint a week');
  await button('Monday to Friday, 8 to 17').click();
  await page.getByLabel('Name').fill('Zed');
  await look('a week');
  await button('Save').click();
  await page.getByRole('heading', { name: 'Zed' }).waitFor();
  await look('weeks');
  await page.getByRole('link', { name: 'Zed' }).click();
  await page.locator('.next-times strong').first().waitFor();
  await look('one week');
  await dialog('deletion of a week', 'Delete');

  await page.route('**/api/v1/panel/health', (route) =>
    route.fulfill({ json: { status: 'failing', faults: faults.map(asFault) } }),
  );
  await daemon.api('POST', '/api/v1/backups');
  await daemon.api('POST', '/api/v1/apikeys', { name: 'gym' });
  const hook = { url: 'http://127.0.0.1:9/', status: 'active', event_types: ['log.*'] };
  await daemon.api('POST', '/api/v1/webhooks', hook);
  await go('panel', 'Panel');
  await said('By hand');
  await said('http://127.0.0.1:9/');
  await look('panel');
  await dialog('deletion of a backup', 'Delete the backup');
  await dialog('restore', 'Restore');
  assert.deepEqual(foreign, []);
});

/** Every fault that the panel tells of itself, as its answer has it. */
const faults: readonly (readonly [code: string, params: object])[] = [
  ['lock-fault', { lock: 'first', why: '5' }],
  ['reader-away', { reader: 'front', why: '5' }],
  ['reader-line-fault', { reader: 'front', fault: 'both-lines-low' }],
  ['input-away', { input: 'porch', kind: 'door_contact', why: '5' }],
  ['events-not-written', { events: 5 }],
  ['events-dropped', { events: 5 }],
  ['disk-read-only', {}],
  ['disk-full', {}],
  ['disk-low', {}],
  ['clock-untrusted', {}],
  ['web-restarts', {}],
  ['log-lines-lost', {}],
  ['record-damaged', { record: '5' }],
  ['backup-failed', {}],
];

function asFault([code, params]: (typeof faults)[number]) {
  return { code, params, what: 'The words of the panel', do: 'The words of the panel', since: 1 };
}
