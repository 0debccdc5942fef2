import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Attempts,
  afterTry,
  isBlocked,
  isForgotten,
  noAttempts,
} from '../../src/door/attempts.ts';
import { seedOf } from '../support/seed.ts';

const limit = { tries: 5, withinMs: 60_000, blockedMs: 60_000 };

/** Wrong tries at these times. */
function wrong(...timesMs: number[]): Attempts {
  return timesMs.reduce((state, atMs) => afterTry(state, limit, atMs, false), noAttempts);
}

test('the fifth wrong try within a minute blocks for a minute', () => {
  assert.equal(isBlocked(wrong(1, 2, 3, 4), 4), false);
  const state = wrong(1, 2, 3, 4, 60_000);
  assert.equal(isBlocked(state, 60_000), true);
  assert.equal(isBlocked(state, 119_999), true);
  assert.equal(isBlocked(state, 120_000), false);
});

test('tries older than a minute do not count', () => {
  assert.equal(isBlocked(wrong(0, 1, 2, 3, 60_000), 60_000), false);
});

test('a right try forgets the wrong ones, but not while blocked', () => {
  const right = afterTry(wrong(1, 2, 3, 4), limit, 5, true);
  assert.deepEqual(right, noAttempts);
  const blocked = wrong(1, 2, 3, 4, 5);
  assert.equal(afterTry(blocked, limit, 6, true), blocked);
});

test('trying on does not prolong the block', () => {
  const blocked = wrong(1, 2, 3, 4, 5);
  assert.equal(afterTry(blocked, limit, 60_000, false), blocked);
});

test('a clock that is set back neither frees early nor blocks for longer than a block', () => {
  const state = wrong(1_000_000, 1_000_001, 1_000_002, 1_000_003);
  const after = afterTry(state, limit, 5_000, false);
  assert.equal(isBlocked(after, 5_000), true);
  assert.equal(isBlocked(after, 65_000), false);
});

test('a state that no longer matters can be forgotten', () => {
  assert.equal(isForgotten(noAttempts, limit, 0), true);
  assert.equal(isForgotten(wrong(10), limit, 60_009), false);
  assert.equal(isForgotten(wrong(10), limit, 60_010), true);
  assert.equal(isForgotten(wrong(1, 2, 3, 4, 5), limit, 60_004), false);
});

test('blocked exactly when five wrong tries lie within a minute, none of them used up before', (t) => {
  const step = fc.record({ afterMs: fc.integer({ min: 0, max: 40_000 }), right: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = noAttempts;
      let nowMs = 1_000_000;
      // The oracle keeps every try and looks back.
      let counted: number[] = [];
      let untilMs = 0;
      for (const { afterMs, right } of steps) {
        nowMs += afterMs;
        state = afterTry(state, limit, nowMs, right);
        if (nowMs >= untilMs) {
          if (right) counted = [];
          else counted.push(nowMs);
          if (counted.filter((atMs) => atMs > nowMs - limit.withinMs).length >= limit.tries) {
            untilMs = nowMs + limit.blockedMs;
            counted = [];
          }
        }
        assert.equal(isBlocked(state, nowMs), nowMs < untilMs);
      }
    }),
    { seed: seedOf(t) },
  );
});
