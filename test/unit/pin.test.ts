import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pinHolds, withoutDuress } from '../../src/door/pin.ts';
import { seedOf } from '../support/seed.ts';

const digits = fc.stringMatching(/^[0-9]{1,10}$/);

test('exactly the PIN is right, whatever else is typed', (t) => {
  fc.assert(
    fc.property(digits, digits, (pin, typed) => {
      assert.equal(pinHolds(pin, pin, 'last_digit_plus_one'), 'right');
      assert.equal(pinHolds(pin, typed, 'off'), pin === typed ? 'right' : 'no');
    }),
    { seed: seedOf(t) },
  );
});

test('under duress the last digit is one higher, and 9 becomes 0', () => {
  assert.equal(pinHolds('1234', '1235', 'last_digit_plus_one'), 'duress');
  assert.equal(pinHolds('1239', '1230', 'last_digit_plus_one'), 'duress');
  assert.equal(pinHolds('1234', '1233', 'last_digit_plus_one'), 'no');
  assert.equal(pinHolds('1234', '1235', 'off'), 'no');
  assert.equal(withoutDuress('10'), '19');
});

test('an empty PIN is held by nothing', () => {
  assert.equal(pinHolds('', '', 'off'), 'no');
  assert.equal(pinHolds('', '', 'last_digit_plus_one'), 'no');
});
