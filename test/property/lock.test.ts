import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type LockInput, lockAtRest, stepLock } from '../../src/door/lock.ts';
import { seedOf } from '../support/seed.ts';

test('a lock is released exactly while some release is running', (t) => {
  const step = fc.record({
    afterUs: fc.integer({ min: 0, max: 10_000_000 }),
    openUs: fc.option(fc.integer({ min: 1, max: 40_000_000 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let state = lockAtRest;
      let energised = false;
      let nowUs = 0;
      let wakeUs = Number.POSITIVE_INFINITY;
      const releases: number[] = [];
      const feed = (input: LockInput) => {
        const result = stepLock(state, input);
        state = result.state;
        for (const effect of result.effects) {
          if (effect.kind === 'wake') wakeUs = effect.atUs;
          else {
            assert.notEqual(energised, effect.kind === 'energise', 'driven to where it is');
            energised = effect.kind === 'energise';
          }
        }
      };
      for (const { afterUs, openUs } of steps) {
        const endUs = nowUs + afterUs;
        if (wakeUs <= endUs) {
          nowUs = wakeUs;
          wakeUs = Number.POSITIVE_INFINITY;
          feed({ kind: 'tick', nowUs });
        }
        nowUs = endUs;
        if (openUs !== undefined) {
          releases.push(nowUs + openUs);
          feed({ kind: 'release', nowUs, openUs });
        }
        const shouldBe = releases.some((untilUs) => untilUs > nowUs);
        assert.equal(energised, shouldBe, `at ${nowUs}`);
      }
    }),
    { seed: seedOf(t), numRuns: 2000 },
  );
});

test('a tick too early asks again and changes nothing', () => {
  const { state } = stepLock(lockAtRest, { kind: 'release', nowUs: 100, openUs: 50 });
  assert.deepEqual(stepLock(state, { kind: 'tick', nowUs: 149 }), {
    state,
    effects: [{ kind: 'wake', atUs: 150 }],
  });
  assert.deepEqual(stepLock(lockAtRest, { kind: 'tick', nowUs: 5 }), {
    state: lockAtRest,
    effects: [],
  });
});
