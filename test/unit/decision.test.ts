import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, type Grant, type Presentation } from '../../src/door/decision.ts';
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

test('with time profiles only locks of a grant that holds open', () => {
  const profiled = { ...identifier, lock: 'all', profiles: [1] } as const;
  const levelled = { ...identifier, levels: [1, 2] };
  const by = (grants: Grant[], change: Partial<Presentation> = {}) =>
    outcome({ identifier: levelled, grants, ...change });
  const untrusted = { clockTrusted: false };
  const table: [string, string][] = [
    [outcome({ identifier: profiled, grants: [{ lock: 'all', holds: true }] }), 'first+second'],
    [
      outcome({ identifier: profiled, grants: [{ lock: 'all', holds: false }] }),
      'outside-time-profile',
    ],
    // What is asked without its grants opens nothing.
    [outcome({ identifier: profiled }), 'wrong-reader'],
    [outcome({ identifier: levelled }), 'wrong-reader'],
    [by([]), 'wrong-reader'],
    [by([{ lock: 'second' }]), 'second'],
    [by([{ lock: 'second' }], { readerLocks: ['first'] }), 'wrong-reader'],
    [by([{ lock: 'second', holds: false }], { readerLocks: ['first'] }), 'wrong-reader'],
    [by([{ lock: 'first', holds: false }, { lock: 'first' }]), 'first'],
    [
      by([
        { lock: 'first', holds: false },
        { lock: 'second', holds: true },
      ]),
      'second',
    ],
    [by([{ lock: 'all', holds: false }, { lock: 'second' }]), 'second'],
    [
      by([
        { lock: 'all', holds: false },
        { lock: 'second', holds: false },
      ]),
      'outside-time-profile',
    ],
    // A clock that nobody has set says nothing about a profile.
    [by([{ lock: 'all', holds: true }], untrusted), 'clock-untrusted'],
    [by([{ lock: 'all', holds: true }, { lock: 'second' }], untrusted), 'second'],
    [
      by([{ lock: 'all', holds: true }], { ...untrusted, whenClockUntrusted: 'accept' }),
      'first+second',
    ],
    [
      by([{ lock: 'all', holds: false }], { ...untrusted, whenClockUntrusted: 'accept' }),
      'outside-time-profile',
    ],
  ];
  for (const [told, expected] of table) assert.equal(told, expected);
});

test('the reasons come in their order: reader, window, profile, passes', () => {
  const closed = { grants: [{ lock: 'first', holds: false }] } as const;
  const late = { fromS: 1, toS: 2 };
  const all = { ...identifier, profiles: [1], window: late, passes: { max: 1, left: 0 } };
  assert.equal(outcome({ identifier: all, ...closed, readerLocks: ['second'] }), 'wrong-reader');
  assert.equal(outcome({ identifier: all, ...closed }), 'expired');
  const open = { ...all, window };
  assert.equal(outcome({ identifier: open, ...closed }), 'outside-time-profile');
  assert.equal(
    outcome({ identifier: open, grants: [{ lock: 'first', holds: true }] }),
    'no-passes-left',
  );
});
