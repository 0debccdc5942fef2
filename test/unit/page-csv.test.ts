import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvParts } from '../../src/page/csv-parts.ts';
import { seedOf } from '../support/seed.ts';

test('a table is cut between records, each part with the heading', () => {
  const parts = csvParts('\uFEFFa,b\r\n1,"x\ny"\r\n2,z\r\n3,w', 2);
  assert.deepEqual(parts, [
    { text: 'a,b\r\n1,"x\ny"\r\n2,z\r\n', linesBefore: 1 },
    { text: 'a,b\r\n3,w', linesBefore: 4 },
  ]);
  assert.deepEqual(csvParts('a,b', 2), []);
  assert.deepEqual(csvParts('', 2), []);
});

test('no record is lost, doubled or cut in two', (t) => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-z0-9]{0,5}$/),
    fc.stringMatching(/^[a-z\n,]{0,5}$/).map((text) => `"${text}"`),
  );
  fc.assert(
    fc.property(
      fc.array(cell, { maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      (cells, most) => {
        const records = cells.map((one) => `${one},x\n`);
        const parts = csvParts(`h,i\n${records.join('')}`, most);
        const back = parts.map(({ text }) => text.slice('h,i\n'.length)).join('');
        assert.equal(back, records.join(''));
        for (const { text } of parts) assert.ok(text.startsWith('h,i\n'));
      },
    ),
    { seed: seedOf(t) },
  );
});
