import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineFinder, type Scanned } from '../../src/reader/line.ts';
import { seedOf } from '../support/seed.ts';

function told(scanned: readonly Scanned[]): (string | number)[] {
  return scanned.map((one) => (one.kind === 'number' ? one.number : one.count));
}

test('a UUID in any case is the number of a qr identifier', () => {
  const finder = new LineFinder('qr');
  const text = '91C615E3-1040-4815-8ECB-039A18B756B5';
  assert.deepEqual(told(finder.push(Buffer.from(`${text}\r\n`))), [text.toLowerCase()]);
});

test('what is no UUID is damaged, and the next line is read', () => {
  const finder = new LineFinder('qr');
  const text = 'hello\n91c615e3-1040-4815-8ecb-039a18b756b5\n';
  assert.deepEqual(told(finder.push(Buffer.from(text))), [
    5,
    '91c615e3-1040-4815-8ecb-039a18b756b5',
  ]);
});

test('a plate is its text, without blanks around, as it was read', () => {
  const finder = new LineFinder('license_plate');
  assert.deepEqual(told(finder.push(Buffer.from(' B-MW 12 Ü \n'))), ['B-MW 12 Ü']);
  assert.deepEqual(told(finder.push(Buffer.from('A\u0007B\n'))), [3]);
  assert.deepEqual(told(finder.push(Uint8Array.of(0xc3, 0x28, 0x0a))), [2]);
  assert.deepEqual(told(finder.push(Buffer.from(`${'x'.repeat(101)}\n`))), [101]);
});

test('at a silence without a line break a UUID is whole, and a plate is not', () => {
  const plates = new LineFinder('license_plate');
  assert.deepEqual(plates.push(Buffer.from('B12')), []);
  assert.deepEqual(told(plates.silence()), [3]);
  assert.deepEqual(plates.silence(), []);
  assert.deepEqual(told(plates.push(Buffer.from('B123\n'))), ['B123']);
  const codes = new LineFinder('qr');
  const text = '91c615e3-1040-4815-8ecb-039a18b756b5';
  codes.push(Buffer.from(text));
  assert.deepEqual(told(codes.silence()), [text]);
});

test('a line that never ends takes no memory, and is told once', () => {
  const finder = new LineFinder('license_plate');
  for (let n = 0; n < 1000; n += 1) assert.deepEqual(finder.push(Buffer.alloc(1000, 0x41)), []);
  assert.deepEqual(told(finder.push(Buffer.from('\nB12\n'))), [1_000_000, 'B12']);
});

test('every plate comes out as it went in, in whatever portions', (t) => {
  const plate = fc.stringMatching(/^[A-Z0-9](?:[A-Z0-9 -]{0,10}[A-Z0-9])?$/);
  fc.assert(
    fc.property(fc.array(plate), fc.integer({ min: 1, max: 20 }), (plates, portion) => {
      const bytes = Buffer.from(plates.map((text) => `${text}\r\n`).join(''));
      const finder = new LineFinder('license_plate');
      const scanned: Scanned[] = [];
      for (let at = 0; at < bytes.length; at += portion) {
        scanned.push(...finder.push(bytes.subarray(at, at + portion)));
      }
      assert.deepEqual(told(scanned), plates);
    }),
    { seed: seedOf(t) },
  );
});
