import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carryPasses, freshPasses } from '../../src/door/passes.ts';

test('an update keeps what was used', () => {
  assert.deepEqual(carryPasses(undefined, 5), freshPasses(5));
  assert.deepEqual(carryPasses({ max: 5, left: 2 }, 5), { max: 5, left: 2 });
  assert.deepEqual(carryPasses({ max: 5, left: 2 }, 10), { max: 10, left: 7 });
  assert.deepEqual(carryPasses({ max: 5, left: 2 }, 2), { max: 2, left: 0 });
});
