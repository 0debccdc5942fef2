import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatIdentification,
  parseIdentification,
} from '../../src/web/access-keys/access-key-number.ts';
import { seedOf } from '../support/seed.ts';

test('the number of the page is read from hex and written as 13 decimal digits', () => {
  assert.deepEqual(parseIdentification('proximity', '0x00499602d2'), ['1234567890']);
  assert.deepEqual(parseIdentification('proximity', '0001234567890'), ['1234567890']);
  assert.equal(formatIdentification('proximity', ['1234567890']), '0001234567890');
});

test('every form of a number is the same number, and what is answered is taken back', (t) => {
  const forms = [
    { name: 'EM', bits: 40, digits: 13 },
    { name: 'MC', bits: 32, digits: 10 },
    { name: 'MD', bits: 56, digits: 17 },
    { name: '', bits: 128, digits: 39 },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...forms),
      fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
      fc.nat(39),
      ({ name, bits, digits }, any, zeros) => {
        const number = any % 2n ** BigInt(bits);
        const prefix = name === '' ? '' : `${name}:`;
        const padded = (text: string) => text.padStart(Math.min(zeros, digits), '0');
        const expected = [number.toString()];
        const hex = number.toString(16);
        for (const text of [
          `${prefix}${padded(number.toString())}`,
          `${prefix}0x${padded(hex)}`,
          `${prefix}0x${padded(hex).toUpperCase()}`,
          formatIdentification('proximity', expected),
        ]) {
          assert.deepEqual(parseIdentification('proximity', text), expected, text);
        }
        const beyond = 2n ** BigInt(bits) + number;
        assert.equal(parseIdentification('proximity', `${prefix}${beyond}`), undefined);
        assert.equal(
          parseIdentification('proximity', `${prefix}0x${beyond.toString(16)}`),
          undefined,
        );
      },
    ),
    { seed: seedOf(t), numRuns: 500 },
  );
});

test('several numbers are one composite key, as long as each is a number', (t) => {
  assert.deepEqual(parseIdentification('proximity', 'EM:0x1|MC:2|0000000000003'), ['1', '2', '3']);
  assert.deepEqual(parseIdentification('proximity', '1|0x1|2'), ['1', '2']);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.bigInt(0n, 2n ** 64n - 1n), { minLength: 1, maxLength: 8 }),
      (all) => {
        const numbers = all.map(String);
        const text = formatIdentification('proximity', numbers);
        assert.deepEqual(parseIdentification('proximity', text), numbers);
        assert.equal(parseIdentification('proximity', `${text}|`), undefined);
      },
    ),
    { seed: seedOf(t) },
  );
  assert.equal(parseIdentification('proximity', '1|2|3|4|5|6|7|8|9'), undefined);
});

test('what is no number of its type is none', () => {
  const wrong = [
    '',
    '|',
    '1|',
    'EM:',
    'EM:1|x',
    'XX:1',
    '0x',
    '1c-3b-4a',
    '-1',
    '1.5',
    ' 1',
    '1e3',
  ];
  const tooLong = ['EM:00000000000001', 'MC:00000000001', 'MD:000000000000000001', '1'.repeat(40)];
  const tooGreat = ['EM:1099511627776', 'MC:4294967296', 'MD:72057594037927936', 'MC:0x100000000'];
  for (const text of [...wrong, ...tooLong, ...tooGreat, '9'.repeat(1_000_000)]) {
    assert.equal(parseIdentification('proximity', text), undefined, text.slice(0, 40));
  }
  assert.deepEqual(parseIdentification('code', '0042'), ['0042']);
  for (const text of ['', '12345678901', '0x12', 'EM:1', '1|2', '12a']) {
    assert.equal(parseIdentification('code', text), undefined, text);
  }
});

test('a code is never written', () => {
  assert.equal(formatIdentification('code', ['123456']), '******');
});
