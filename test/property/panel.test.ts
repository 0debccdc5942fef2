import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bitsOf, freshDoor } from '../support/door.ts';
import { seedOf } from '../support/seed.ts';

const number = 0x7b11d7;
const frame = bitsOf('2F623AE', 26);

/** What a line may carry: whole cards, cut, doubled and flipped ones, noise, lost edges. */
const traffic = fc.oneof(
  { arbitrary: fc.constant({ bits: frame }), weight: 2 },
  fc.record({ bits: fc.string({ unit: fc.constantFrom('0', '1'), minLength: 1, maxLength: 60 }) }),
  fc.nat(25).map((at) => ({ bits: frame.slice(0, at) + frame.slice(at + 1) })),
  fc.nat(25).map((at) => ({
    bits: frame.slice(0, at) + (frame[at] === '1' ? '0' : '1') + frame.slice(at + 1),
  })),
  fc.nat(25).map((at) => ({ bits: frame.slice(0, at) + frame[at] + frame.slice(at) })),
  fc.nat(300).map((lost) => ({ bits: frame, lost })),
  fc.constant({ bits: frame, intervalUs: 90 }),
);

test('whatever comes over the wires, a lock opens only where the log says granted', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create({
    type: 'card',
    number: String(number),
    owner: { name: 'Ann', type: 'owner' },
    lock: 'first',
  });
  const front = door.addReader({ formats: ['H10301'] });
  let opened = 0;
  let sent = 0;
  fc.assert(
    fc.property(traffic, fc.integer({ min: 30_000, max: 8_000_000 }), (presented, pauseUs) => {
      const { bits, lost, intervalUs }: { bits: string; lost?: number; intervalUs?: number } =
        presented;
      if (lost) front.overrun(lost);
      if (bits.length > 0) door.send(front, bits, intervalUs);
      sent += 1;
      // Each presentation stands alone: the lock is at rest before the next one.
      door.clock.advance(pauseUs + 6_000_000);
      const driven = door.relays.first.driven.length;
      const isCard = bits.startsWith(frame) && !lost && intervalUs === undefined;
      assert.equal(driven - opened, isCard ? 2 : 0, `${bits} lost ${lost}`);
      opened = driven;
    }),
    { seed: seedOf(t), numRuns: 3000 },
  );
  assert(opened > 0 && sent >= 3000);
  assert.deepEqual(door.relays.second.driven, []);
  const granted = door.log.entries.filter(({ text }) => text === 'granted').length;
  assert.equal(granted, opened / 2);
});
