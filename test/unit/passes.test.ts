import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterPass, carryPasses, freshPasses } from '../../src/door/passes.ts';

test('an update keeps what was used', () => {
  assert.deepEqual(carryPasses(undefined, 5), freshPasses(5));
  assert.deepEqual(carryPasses({ max: 5, left: 2 }, 5), { max: 5, left: 2 });
  assert.deepEqual(carryPasses({ max: 5, left: 2 }, 10), { max: 10, left: 7 });
  assert.deepEqual(carryPasses({ max: 5, left: 2 }, 2), { max: 2, left: 0 });
});

test('none is taken below zero, none is given back beyond all', () => {
  assert.deepEqual(afterPass({ max: 2, left: 1 }, -1), { max: 2, left: 0 });
  assert.equal(afterPass({ max: 2, left: 0 }, -1), undefined);
  assert.deepEqual(afterPass({ max: 2, left: 1 }, 1), freshPasses(2));
  assert.equal(afterPass(freshPasses(2), 1), undefined);
});
