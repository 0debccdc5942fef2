import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, type Presentation } from '../../src/door/decision.ts';
import type { Identifier } from '../../src/door/model.ts';

const identifier: Identifier = {
  uid: 1,
  type: 'card',
  number: '1850186',
  owner: { name: 'Sherlock Holmes', type: 'owner' },
  lock: 'first',
};
const usual: Presentation = {
  identifier,
  readerLocks: ['first', 'second'],
  wallMs: 1_000_000_000_000,
  clockTrusted: true,
  whenClockUntrusted: 'refuse',
  blocked: false,
};
const window = { fromS: 999_999_990, toS: 1_000_000_010 };

/** The reason of a refusal, or the locks of a grant. */
function outcome(change: Partial<Presentation>): string {
  const decision = decide({ ...usual, ...change });
  return decision.granted ? decision.locks.join('+') : decision.reason;
}

test('every refusal has its reason', () => {
  const with_ = (fields: Partial<Identifier>) => ({ identifier: { ...identifier, ...fields } });
  const passes = (left: number) => with_({ passes: { max: 2, left } });
  const table: [Partial<Presentation>, string][] = [
    [{}, 'first'],
    [{ identifier: undefined }, 'unknown-credential'],
    [with_({ lock: 'all' }), 'first+second'],
    [{ ...with_({ lock: 'all' }), readerLocks: ['second'] }, 'second'],
    [{ readerLocks: ['second'] }, 'wrong-reader'],
    [{ readerLocks: [] }, 'wrong-reader'],
    [{ blocked: true }, 'door-blocked'],
    [{ bars: { first: 'interlock' } }, 'interlock'],
    [{ bars: { first: 'door-blocked', second: 'interlock' } }, 'door-blocked'],
    [{ bars: { second: 'interlock' } }, 'first'],
    [{ ...with_({ lock: 'all' }), bars: { first: 'door-blocked' } }, 'second'],
    [{ ...passes(0), bars: { first: 'door-blocked' } }, 'no-passes-left'],
    [passes(2), 'first'],
    [passes(1), 'first'],
    [passes(0), 'no-passes-left'],
    [{ ...with_({ window }), clockTrusted: false }, 'clock-untrusted'],
    [{ ...with_({ window }), clockTrusted: false, whenClockUntrusted: 'accept' }, 'first'],
    [{ clockTrusted: false }, 'first'],
  ];
  for (const [change, expected] of table) assert.equal(outcome(change), expected);
});

test('a window holds from its first to its last second, both whole', () => {
  const at = (wallMs: number) => outcome({ identifier: { ...identifier, window }, wallMs });
  assert.equal(at(window.fromS * 1000 - 1), 'not-yet-valid');
  assert.equal(at(window.fromS * 1000), 'first');
  assert.equal(at(window.toS * 1000 + 999), 'first');
  assert.equal(at((window.toS + 1) * 1000), 'expired');
});

test('only a limited identifier takes a pass', () => {
  assert.deepEqual(decide(usual), { granted: true, locks: ['first'], takesPass: false });
  const limited = { ...identifier, passes: { max: 1, left: 1 } };
  assert.deepEqual(decide({ ...usual, identifier: limited }), {
    granted: true,
    locks: ['first'],
    takesPass: true,
  });
});
