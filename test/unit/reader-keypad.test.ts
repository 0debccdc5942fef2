import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bufferedCode, type Key, Keypad, keyOf } from '../../src/reader/keypad.ts';
import { seedOf } from '../support/seed.ts';

const second = 1_000_000;

/** Types text a tenth of a second a key. @returns what each key led to. */
function type(keypad: Keypad, text: string, fromUs = second) {
  return [...text].map((key, index) => keypad.press(key as Key, fromUs + index * 100_000));
}

test('bursts of 4 bits are the keys as HID numbers them', () => {
  const expected = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'];
  assert.deepEqual(
    Array.from({ length: 16 }, (_, raw) => keyOf({ length: 4, raw: BigInt(raw) })),
    [...expected, undefined, undefined, undefined, undefined],
  );
});

test('bursts of 8 bits are keys only where the halves are complements', () => {
  const table: [number, Key][] = [
    [0xf0, '0'],
    [0xe1, '1'],
    [0xd2, '2'],
    [0xc3, '3'],
    [0xb4, '4'],
    [0xa5, '5'],
    [0x96, '6'],
    [0x87, '7'],
    [0x78, '8'],
    [0x69, '9'],
    [0x5a, '*'],
    [0x4b, '#'],
  ];
  const known = new Map(table);
  for (let raw = 0; raw < 256; raw += 1) {
    assert.equal(keyOf({ length: 8, raw: BigInt(raw) }), known.get(raw), raw.toString(16));
  }
  assert.equal(keyOf({ length: 5, raw: 1n }), undefined);
});

test('# sends the digits, leading zeros kept, and only once', () => {
  const keypad = new Keypad(5 * second);
  assert.deepEqual(type(keypad, '0012#').at(-1), { kind: 'code', digits: '0012' });
  assert.deepEqual(type(keypad, '#', 2 * second), [{ kind: 'cleared' }]);
});

test('* clears, and may begin a code', () => {
  const keypad = new Keypad(5 * second);
  assert.deepEqual(type(keypad, '99*12#').at(-1), { kind: 'code', digits: '12' });
  assert.deepEqual(type(keypad, '*34#', 3 * second).at(-1), { kind: 'code', digits: '34' });
});

test('digits are given up when the next key is too late, and not a moment before', () => {
  const keypad = new Keypad(5 * second);
  keypad.press('1', second);
  keypad.press('2', 6 * second);
  assert.deepEqual(keypad.press('#', 11 * second), { kind: 'code', digits: '12' });
  keypad.press('1', 20 * second);
  keypad.press('2', 25 * second + 1);
  assert.deepEqual(keypad.press('#', 26 * second), { kind: 'code', digits: '2' });
});

test('a code of a fixed length needs no #', () => {
  const keypad = new Keypad(5 * second, 4);
  assert.deepEqual(
    type(keypad, '12345').map(({ kind }) => kind),
    ['typing', 'typing', 'typing', 'code', 'typing'],
  );
});

test('more digits than a code has are no code, whatever they end with', () => {
  const keypad = new Keypad(5 * second);
  assert.deepEqual(type(keypad, '12345678901#').at(-1), { kind: 'cleared' });
  assert.deepEqual(type(keypad, '1234567890#', 9 * second).at(-1), {
    kind: 'code',
    digits: '1234567890',
  });
});

test('a code of which a key was lost is none, nor is its rest; the next one counts', () => {
  for (const keypad of [new Keypad(5 * second), new Keypad(5 * second, 2)]) {
    type(keypad, '1');
    keypad.spoil(1.5 * second);
    assert.deepEqual(
      type(keypad, '34#', 2 * second)
        .map(({ kind }) => kind)
        .at(-1),
      'cleared',
    );
    keypad.spoil(3 * second);
    assert.deepEqual(
      type(keypad, '*5', 4 * second).map(({ kind }) => kind),
      ['cleared', 'typing'],
    );
    keypad.spoil(6 * second);
    // After a pause it is somebody else.
    keypad.press('7', 12 * second);
    const sent = [keypad.press('8', 13 * second), keypad.press('#', 14 * second)];
    assert.deepEqual(
      sent.find(({ kind }) => kind === 'code'),
      { kind: 'code', digits: '78' },
    );
  }
});

test('every code comes out as it was typed', (t) => {
  const code = fc.stringMatching(/^[0-9]{1,10}$/);
  fc.assert(
    fc.property(fc.array(code, { minLength: 1, maxLength: 5 }), (codes) => {
      const keypad = new Keypad(second);
      const sent = type(keypad, codes.map((digits) => `${digits}#`).join(''));
      assert.deepEqual(
        sent.flatMap((pressed) => (pressed.kind === 'code' ? [pressed.digits] : [])),
        codes,
      );
    }),
    { seed: seedOf(t) },
  );
});

test('a buffered code is filled up to its digits; one too long for the frame is none', () => {
  assert.equal(bufferedCode(42n), '42');
  assert.equal(bufferedCode(42n, 4), '0042');
  assert.equal(bufferedCode(12345n, 4), '12345');
  assert.equal(bufferedCode(65_535n, 4), undefined);
});
