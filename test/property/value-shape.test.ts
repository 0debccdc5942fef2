/** What is decoded of a backup is what its bytes can hold; what the store writes is always taken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asBinary } from 'lmdb';
import { openStore } from '../../src/store/store.ts';
import { isStoredValue } from '../../src/store/value-shape.ts';
import { randomOf } from '../support/random.ts';
import { seedOf } from '../support/seed.ts';
import { freshFolder } from '../support/store.ts';

/** Any value that could be stored. */
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, undefined, true, false, 2 ** 53, -(2 ** 53), 2 ** 32, 0.1),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ minLength: 250, maxLength: 70_000, size: 'max' }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('any'), { maxLength: 40 }),
    fc.dictionary(fc.string({ maxLength: 40 }), tie('any'), { maxKeys: 20 }),
  ),
})).any;

test('every value that is stored is taken, and nothing shorter or longer', async (t) => {
  const store = openStore(freshFolder(t), 'writer');
  t.after(() => store.close());
  const database = store.database<number>('counters', 'ordered-binary');
  const seed = seedOf(t);
  const values = fc.sample(value, { seed, numRuns: 300 });
  await store.durably(() => values.forEach((one, key) => void database.putSync(key, one)));
  const snapshot = store.snapshot();
  const written = snapshot.entries('counters', undefined, 1000).map((entry) => entry.value);
  snapshot.end();
  assert.ok(written.length > 250);
  for (const bytes of written) {
    const hex = bytes.subarray(0, 50).toString('hex');
    assert.ok(isStoredValue(bytes), hex);
    assert.ok(!isStoredValue(bytes.subarray(0, -1)), hex);
    assert.ok(!isStoredValue(Buffer.concat([bytes, Buffer.of(0xc0)])), hex);
  }
  // What is taken of changed ones decodes, into no more than there are bytes.
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const changed = written.flatMap((bytes) =>
    Array.from({ length: 10 }, () => {
      const copy = Buffer.from(bytes);
      copy.writeUInt8(below(2) === 0 ? below(256) : 0x90 + below(0x50), below(copy.length));
      return copy;
    }),
  );
  const taken = changed.filter(isStoredValue);
  assert.ok(taken.length > 100 && taken.length < changed.length, `${taken.length}`);
  const raw = store.database<number>('settings', 'ordered-binary');
  await store.durably(() => taken.forEach((one, key) => void raw.putSync(key, asBinary(one))));
  for (const [key, bytes] of taken.entries()) {
    assert.ok(partsOf(raw.get(key)) <= bytes.length);
  }
});

function partsOf(one: unknown): number {
  if (typeof one !== 'object' || one === null || ArrayBuffer.isView(one)) return 1;
  return Object.values(one).reduce((sum: number, part) => sum + partsOf(part), 1);
}

test('heads that speak of more than there is are not believed', () => {
  const bomb = Buffer.of(0xdd, 0x01, 0xff, 0xff, 0xff);
  const bombs: readonly Buffer[] = [
    Buffer.alloc(0),
    bomb,
    Buffer.concat(Array.from({ length: 60 }, () => bomb)),
    // As many bytes as it says, but they are heads of their own.
    Buffer.concat([Buffer.of(0xdc, 0x00, 0x14), ...Array.from({ length: 4 }, () => bomb)]),
    Buffer.of(0xdf, 0xff, 0xff, 0xff, 0xff),
    Buffer.of(0xdb, 0x7f, 0xff, 0xff, 0xff, 0x41),
    Buffer.of(0xc6, 0x7f, 0xff, 0xff, 0xff, 0x41),
    Buffer.of(0xc9, 0x7f, 0xff, 0xff, 0xff, 0x72, 0x41),
    // Extensions: definitions of records, typed arrays, errors, regular expressions.
    Buffer.of(0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01),
    Buffer.of(0xc7, 0x04, 0x74, 0x09, 1, 2, 3, 4),
    Buffer.of(0xd6, 0x65, 1, 2, 3, 4),
    Buffer.of(0xc1),
    Buffer.of(0xd4, 0x00),
    Buffer.concat([Buffer.alloc(65, 0x91), Buffer.of(0xc0)]),
    Buffer.concat([Buffer.of(0xdd, 0x00, 0x04, 0x00, 0x01), Buffer.alloc(0x40001)]),
  ];
  for (const bytes of bombs)
    assert.equal(isStoredValue(bytes), false, bytes.toString('hex', 0, 20));
  for (const bytes of [
    Buffer.concat([Buffer.alloc(64, 0x91), Buffer.of(0xc0)]),
    Buffer.concat([Buffer.of(0xdd, 0x00, 0x04, 0x00, 0x00), Buffer.alloc(0x40000)]),
    Buffer.of(0xd4, 0x00, 0x00),
  ]) {
    assert.equal(isStoredValue(bytes), true, bytes.toString('hex', 0, 20));
  }
});
