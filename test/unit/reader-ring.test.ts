import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ring, ringCapacity } from '../../src/reader/ring.ts';

describe('Ring', () => {
  it('has room for the longest format', () => {
    assert.equal(ringCapacity, 256);
  });

  it('gives back bits and times as they came', () => {
    const ring = new Ring();
    // A monotonic clock after 100 days, which no 32 bits hold.
    const startUs = 8_640_000_000_123;
    for (const [index, bit] of ([1, 0, 1, 1] as const).entries()) {
      assert.equal(ring.push(bit, startUs + index * 1_000), true);
    }
    assert.equal(ring.length, 4);
    const bits = new Uint8Array(4);
    const afterUs = new Int32Array(4);
    ring.copyTo(bits, afterUs);
    assert.deepEqual([...bits], [1, 0, 1, 1]);
    assert.deepEqual([...afterUs], [0, 1_000, 2_000, 3_000]);
    assert.equal(ring.timeUsAt(3), 8_640_000_003_123);
    assert.equal(ring.toInteger(), 0b1011n);
  });

  it('counts what does not fit and keeps what is there', () => {
    const ring = new Ring();
    for (let index = 0; index < ringCapacity; index += 1) assert.equal(ring.push(1, index), true);
    for (let index = 0; index < 3; index += 1) assert.equal(ring.push(0, 1_000 + index), false);
    assert.equal(ring.length, ringCapacity);
    assert.equal(ring.refused, 3);
    assert.equal(ring.toInteger(), (1n << 256n) - 1n);
    assert.equal(ring.timeUsAt(255), 255);
    ring.clear();
    assert.deepEqual([ring.length, ring.refused, ring.toInteger()], [0, 0, 0n]);
    assert.equal(ring.push(0, 5), true);
  });

  it('refuses to invent a time', () => {
    const ring = new Ring();
    ring.push(1, 0);
    for (const index of [-1, 1, 0.5, Number.NaN]) {
      assert.throws(() => ring.timeUsAt(index), RangeError);
    }
  });
});
