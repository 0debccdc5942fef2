import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNumber, parseNumber } from '../../src/door/number.ts';

test('the spellings of one card are one number', () => {
  for (const text of ['1850186', '0001850186', '1c-3b-4a', '1C:3B:4A', '1C-3b:4A', '00-1c-3b-4a']) {
    assert.equal(parseNumber('card', text, 'decimal'), '1850186', text);
  }
  assert.equal(parseNumber('ukey', '1c-3b-4a', 'hex'), '1850186');
});

test('bare digits are read in the representation (44 is 68 in hex)', () => {
  assert.equal(parseNumber('card', '44', 'decimal'), '44');
  assert.equal(parseNumber('card', '44', 'hex'), '68');
});

test('eight bytes are exact', () => {
  assert.equal(parseNumber('card', 'FF-FF-FF-FF-FF-FF-FF-FF', 'decimal'), '18446744073709551615');
});

test('what fits no pattern of its type is no number', () => {
  const bad: [Parameters<typeof parseNumber>[0], string][] = [
    ['card', ''],
    ['card', '12345678901'],
    ['card', '1c3b4a'],
    ['card', '0x1c3b4a'],
    ['card', '1c'],
    ['card', '1c-3b-'],
    ['card', '1-2'],
    ['card', '01-02-03-04-05-06-07-08-09'],
    ['card', '1850186\n'],
    ['card', '-1'],
    ['inputCode', '12a4'],
    ['inputCode', ''],
    ['qr', 'hello'],
    ['license_plate', ''],
    ['license_plate', 'x'.repeat(101)],
    ['license_plate', '\u{20089}'.repeat(101)],
  ];
  for (const [type, text] of bad) assert.equal(parseNumber(type, text, 'decimal'), undefined, text);
});

test('codes keep their zeros, plates their letters, a QR is a lower-case UUID', () => {
  assert.equal(parseNumber('inputCode', '0012', 'hex'), '0012');
  assert.equal(parseNumber('license_plate', 'AA 1234 bb', 'hex'), 'AA 1234 bb');
  assert.equal(
    parseNumber('qr', '91C615E3-1040-4815-8ECB-039A18B756B5', 'hex'),
    '91c615e3-1040-4815-8ecb-039a18b756b5',
  );
});

test('a plate has up to 100 characters, however many code units each takes', () => {
  for (const text of ['\u{20089}'.repeat(100), 'x'.repeat(100), 'a\nb']) {
    assert.equal(parseNumber('license_plate', text, 'decimal'), text);
  }
});

test('answers follow the representation and the width of the reader type', () => {
  assert.equal(formatNumber('card', '1850186', 'decimal', 'wiegand_26'), '1850186');
  assert.equal(formatNumber('card', '1850186', 'hex', 'wiegand_26'), '1C-3B-4A');
  assert.equal(formatNumber('card', '68', 'hex', 'wiegand_26'), '00-00-44');
  assert.equal(formatNumber('card', '444693581', 'hex', 'wiegand_58'), '00-00-00-1A-81-7C-4D');
  assert.equal(formatNumber('card', '4294967296', 'hex', 'wiegand_26'), '01-00-00-00-00');
  assert.equal(formatNumber('inputCode', '0012', 'hex', 'wiegand_26'), '0012');
});
