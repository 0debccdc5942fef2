import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noBrowser, testPatienceMs } from '../support/browser.ts';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { beginByKeys } from '../support/keyboard.ts';
import { freshFolder } from '../support/store.ts';

const options = { skip: noBrowser, timeout: testPatienceMs };
const identifiers = '/api/v1/access/identifier';

interface Listed {
  readonly list_items: readonly {
    readonly identifier_uid: number;
    readonly identifier_number: string;
    readonly identifier_owner: { readonly name: string };
    readonly time_profiles: { readonly uid_items: readonly number[] };
  }[];
}

async function namesOf(daemon: Daemon): Promise<string[]> {
  const { json } = await daemon.api<Listed>('GET', `${identifiers}/items`);
  return json.list_items.map(({ identifier_owner: { name } }) => name).toSorted();
}

test(
  'keys alone: identifiers are added, found, presented, chosen and deleted',
  options,
  async (t) => {
    const daemon = await startDaemon(t, freshFolder(t));
    for (let i = 0; i < 55; i++) {
      const owner = { identifier_owner: { name: `Guest ${i}`, type: 'guest' } };
      await daemon.api('POST', identifiers, cardBody(String(500 + i), owner));
    }
    const { page, keys, keyboard, problems } = await beginByKeys(t, daemon, '#/door');
    await keys.to('Access', undefined, 'Shift+Tab');
    await keyboard.press('Enter');
    await keys.come('Access');
    await keys.press('Next page', 'Enter');
    await page.getByText('Page 2 of 2').waitFor();
    await keys.come('Access');
    await keys.fill('Search', 'Guest 54');
    await keyboard.press('Enter');
    await page.getByText('1 found').waitFor();
    await keys.come('Access');
    await keys.press('Show all', 'Enter');
    await page.getByText('Page 1 of 2').waitFor();

    await keys.to('Add somebody', undefined, 'Shift+Tab');
    await keyboard.press('Enter');
    await keys.come('Add somebody');
    await keys.press('Add somebody', 'Enter', '');
    await keys.fill('Who is it for?', 'Ann');
    await keys.press('Present it at the reader', 'Enter');
    await daemon.line(/ cards are taken/);
    await daemon.present('front', bits26(1850186));
    await page.getByText('1850186 was read.').waitFor();
    assert.equal((await keys.focused()).name, 'Present it at the reader');
    await keys.press('Only so many times', 'Space');
    await keys.fill('How many times', '2');
    await keyboard.press('Enter');
    await page.getByText('56 found').waitFor();
    await keys.come('Access');
    const { json } = await daemon.api<Listed>('GET', `${identifiers}/items?search=Ann`);
    assert.equal(json.list_items[0]?.identifier_number, '1850186');

    await keys.press('Ann', 'Enter');
    await keys.come('Ann');
    await keys.fill('Who is it for?', 'Ann Smith');
    await keyboard.press('Enter');
    await page.getByRole('link', { name: 'Ann Smith' }).waitFor();
    await keys.come('Access');
    await keys.press('Ann Smith', 'Enter');
    await keys.come('Ann Smith');
    await keys.press('Delete', 'Enter');
    await keys.dialogHoldsFocus('Delete Ann Smith?', 'Delete');
    await keyboard.press('Enter');
    await keys.press('Delete', 'Enter', 'Delete Ann Smith?');
    await page.getByText('55 found').waitFor();
    await keys.come('Access');
    assert.ok(!(await namesOf(daemon)).includes('Ann Smith'));

    await keys.press('Choose Guest 53', 'Space');
    await keys.press('Choose Guest 54', 'Space').catch(async () => {
      await keys.to('Choose Guest 54', undefined, 'Shift+Tab');
      await keyboard.press('Space');
    });
    await keys.to('Delete the chosen', undefined, 'Shift+Tab');
    await keyboard.press('Enter');
    await keys.dialogHoldsFocus('Delete 2?', 'Delete the chosen');
    await keyboard.press('Enter');
    await keys.press('Delete', 'Enter', 'Delete 2?');
    await page.getByText('53 found').waitFor();
    await keys.come('Access');
    assert.deepEqual(problems, []);
  },
);

test('keys alone: several cards in a row, and a QR code', options, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { page, keys, keyboard, problems } = await beginByKeys(t, daemon, '#/identifiers/several');
  await keys.fill('Name for all of them', 'Staff');
  await keys.press('Begin', 'Enter');
  await daemon.line(/ cards are taken/);
  await daemon.present('front', bits26(7001));
  await page.getByText('Added', { exact: true }).waitFor();
  assert.notEqual((await keys.focused()).tag, 'body');
  await keys.press('End', 'Enter');
  await page.getByText('Ended: 1 added').waitFor();
  assert.notEqual((await keys.focused()).tag, 'body');
  await keys.press('Once more', 'Enter');
  await keys.to('Name for all of them');
  assert.deepEqual(await namesOf(daemon), ['Staff']);

  await keys.to('Access', undefined, 'Shift+Tab');
  await keyboard.press('Enter');
  await keys.come('Access');
  await keys.press('Add somebody', 'Enter');
  await keys.come('Add somebody');
  await keys.fill('Who is it for?', 'Guest');
  await keys.to('Kind');
  for (let i = 0; i < 3; i++) await keyboard.press('ArrowDown');
  await keys.press('Add somebody', 'Enter');
  await keys.come('Guest');
  const saved = page.waitForEvent('download');
  await keys.press('Save the picture', 'Enter');
  assert.equal((await saved).suggestedFilename(), 'access-qr.png');
  assert.deepEqual(await namesOf(daemon), ['Guest', 'Staff']);
  assert.deepEqual(problems, []);
});

test('keys alone: a week is painted, saved, given to somebody and deleted', options, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await daemon.api('POST', identifiers, cardBody('1850186'));
  const { page, keys, keyboard, problems } = await beginByKeys(t, daemon, '#/profiles');
  await keys.press('Paint a week', 'Enter');
  await keys.come('Paint a week');
  await keys.press('Save', 'Enter');
  // What is missing has the focus.
  await keys.come('Name', 'input');
  await keyboard.type('Cleaning');
  await keys.to('Monday 00:00');
  await keyboard.press('ArrowRight');
  for (let i = 0; i < 4; i++) await keyboard.press('PageDown');
  await keyboard.press('ArrowDown');
  assert.equal((await keys.focused()).name, 'Tuesday 08:30');
  await keyboard.press('Shift+PageDown');
  await keyboard.press('Shift+ArrowRight');
  assert.equal((await keys.focused()).name, 'Wednesday 10:30');
  await keyboard.press('Space');
  await page.getByText('Tue, Wed 08:30–11:00').waitFor();
  await keyboard.press('ArrowLeft');
  await keyboard.press('Enter');
  await page.getByText('Tue 08:30–10:30').waitFor();
  await keys.press('Save', 'Enter');
  await keys.come('Times');
  await keys.press('Cleaning', 'Enter');
  await keys.come('Cleaning');

  await keys.to('Access', undefined, 'Shift+Tab');
  await keyboard.press('Enter');
  await keys.come('Access');
  await keys.press('Ann', 'Enter');
  await keys.come('Ann');
  await keys.press('Cleaning', 'Space');
  await keys.press('Save', 'Enter');
  await page.getByText('At certain times').waitFor();
  const { json } = await daemon.api<Listed>('GET', `${identifiers}/items`);
  assert.notEqual(json.list_items[0]?.time_profiles.uid_items.length, 0);

  await keys.to('Times', undefined, 'Shift+Tab');
  await keyboard.press('Enter');
  await keys.come('Times');
  await keys.press('Cleaning', 'Enter');
  await keys.come('Cleaning');
  await keys.press('Delete', 'Enter');
  await keys.dialogHoldsFocus('Delete Cleaning?', 'Delete');
  await keyboard.press('Enter');
  await keys.press('Delete', 'Enter', 'Delete Cleaning?');
  await page.getByText('There are no times yet.').waitFor();
  await keys.come('Times');
  assert.deepEqual(problems, []);
});
