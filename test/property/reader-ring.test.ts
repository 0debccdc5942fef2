import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { Ring, ringCapacity } from '../../src/reader/ring.ts';
import { seedOf } from '../support/seed.ts';

it('a ring is an array that stops at its capacity', (t) => {
  const seed = seedOf(t);
  const step = fc.oneof(
    { weight: 9, arbitrary: fc.array(fc.constantFrom(0, 1), { maxLength: 150 }) },
    { weight: 2, arbitrary: fc.constant('clear') },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const ring = new Ring();
      const bitsKept = new Uint8Array(ringCapacity);
      const afterUs = new Int32Array(ringCapacity);
      let model: { bit: 0 | 1; atUs: number }[] = [];
      let refused = 0;
      let atUs = 0;
      for (const bits of steps) {
        if (typeof bits === 'string') {
          ring.clear();
          model = [];
          refused = 0;
          continue;
        }
        for (const bit of bits) {
          atUs += 300;
          const fits = model.length < ringCapacity;
          assert.equal(ring.push(bit, atUs), fits);
          if (fits) model.push({ bit, atUs });
          else refused += 1;
        }
        assert.equal(ring.length, model.length);
        assert.equal(ring.refused, refused);
        ring.copyTo(bitsKept, afterUs);
        assert.deepEqual(
          model.map((_, index) => ({ bit: bitsKept[index], atUs: ring.timeUsAt(index) })),
          model,
        );
        assert.equal(ring.toInteger(), BigInt(`0b0${model.map(({ bit }) => bit).join('')}`));
      }
    }),
    { seed, numRuns: 300 },
  );
});
