import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertEverywhere, noBrowser, openView, startBrowser } from '../support/browser.ts';
import { startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const bad = new Map([
  [17, 'card,not a number,Eve,all'],
  [2500, 'face_id,1,Eve,all'],
  [4999, 'card,5,Eve,cellar'],
]);

test('5,000 lines with 3 bad ones: looked at first, brought in, and told by their lines', {
  skip: noBrowser,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const lines = Array.from(
    { length: 5000 },
    (_, index) =>
      bad.get(index + 2) ?? `card,${100_000 + index},"Guest ${index}, second floor",all`,
  );
  const buffer = Buffer.from(`type,number,name,lock\r\n${lines.join('\r\n')}\r\n`);
  const { page, problems } = await openView(await startBrowser(t), daemon, '#/identifiers/import');
  await page.getByLabel('File').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('heading', { name: 'What would happen' }).waitFor();
  await page.getByText('4997 new').waitFor();
  assert.equal((await identifiers()).total, 0);
  await assertEverywhere(page, 'the preview of a table');
  await page.getByRole('button', { name: 'Bring in 4997' }).click();
  await page.getByRole('heading', { name: 'What was done' }).waitFor();
  const refused = await page.locator('tbody th').allTextContents();
  assert.deepEqual(refused, ['Line 17', 'Line 2500', 'Line 4999']);
  assert.equal((await identifiers()).total, 4997);
  assert.deepEqual(problems, []);

  async function identifiers(): Promise<{ total: number }> {
    const { json } = await daemon.api<{
      list_option: { pagination: { total_items: number } };
    }>('GET', '/api/v1/access/identifier/items?limit=1');
    return { total: json.list_option.pagination.total_items };
  }
});
