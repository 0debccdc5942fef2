/** Records as the kernel writes them, byte by byte, to edges. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineEvents } from '../../src/io/gpio/line-events.ts';
import { seedOf } from '../support/seed.ts';
import { EdgeRecorder } from './edge-recorder.ts';

const d0 = 17;
const d1 = 27;

interface Event {
  readonly ns: bigint;
  readonly line: number;
  readonly seqno: number;
}

/** struct gpio_v2_line_event, written here from the header on its own. */
function records(events: readonly Event[]): Buffer {
  const buffer = Buffer.alloc(events.length * 48);
  for (const [index, { ns, line, seqno }] of events.entries()) {
    const at = index * 48;
    buffer.writeBigUInt64LE(ns, at);
    buffer.writeUInt32LE(2, at + 8);
    buffer.writeUInt32LE(line, at + 12);
    buffer.writeUInt32LE(seqno, at + 16);
    buffer.writeUInt32LE(99, at + 20);
  }
  return buffer;
}

/** Reads, and the one after them that finds the queue empty. */
function deliver(...batches: readonly (readonly Event[])[]): EdgeRecorder {
  const recorder = new EdgeRecorder();
  const events = new LineEvents(recorder, d1, 64);
  for (const batch of [...batches, []]) {
    const buffer = records(batch);
    events.deliver(buffer, buffer.length, () => true);
  }
  assert.equal(events.isHolding, false);
  return recorder;
}

test('line and time of a record', () => {
  const recorder = deliver([
    { ns: 1_234_567_891n, line: d0, seqno: 1 },
    // 200 days after boot: beyond what a double holds in nanoseconds.
    { ns: 17_280_000_000_123_456n, line: d1, seqno: 2 },
  ]);
  assert.deepEqual(recorder.edges, [
    { bit: 0, atUs: 1_234_567 },
    { bit: 1, atUs: 17_280_000_000_123 },
  ]);
  assert.deepEqual(recorder.overruns, []);
});

test('a jump of the sequence number is a loss just before that edge', () => {
  const recorder = deliver(
    [{ ns: 1000n, line: d0, seqno: 3 }],
    [
      { ns: 2000n, line: d0, seqno: 4 },
      { ns: 3000n, line: d1, seqno: 9 },
    ],
  );
  assert.deepEqual(recorder.overruns, [
    { lost: 2, before: 0 },
    { lost: 4, before: 2 },
  ]);
  assert.equal(recorder.bits, '001');
});

test('records that overtook one another come in the order of their numbers', () => {
  const recorder = deliver([
    { ns: 1000n, line: d0, seqno: 1 },
    { ns: 3000n, line: d1, seqno: 3 },
    { ns: 4000n, line: d1, seqno: 4 },
    { ns: 2000n, line: d0, seqno: 2 },
    { ns: 5000n, line: d0, seqno: 5 },
  ]);
  assert.equal(recorder.bits, '00110');
  assert.deepEqual(
    recorder.edges.map(({ atUs }) => atUs),
    [1, 2, 3, 4, 5],
  );
  assert.deepEqual(recorder.overruns, []);
});

test('a record that was overtaken may come with the next read', () => {
  const recorder = deliver(
    [{ ns: 3000n, line: d1, seqno: 2 }],
    [
      { ns: 1000n, line: d0, seqno: 1 },
      { ns: 4000n, line: d1, seqno: 3 },
    ],
  );
  assert.deepEqual(recorder.overruns, []);
  assert.equal(recorder.bits, '011');
});

test('a record that comes after it was told as lost stays lost', () => {
  for (const empty of [[], [{ ns: 4000n, line: d1, seqno: 3 }]]) {
    const recorder = deliver([{ ns: 3000n, line: d1, seqno: 2 }], empty, [
      { ns: 1000n, line: d0, seqno: 1 },
      { ns: 5000n, line: d0, seqno: empty.length + 3 },
    ]);
    assert.deepEqual(recorder.overruns, [{ lost: 1, before: 0 }]);
    assert.equal(recorder.bits, empty.length === 0 ? '10' : '110');
  }
});

test('edges that wait for one that is lost are bounded: a whole read of them, no more', () => {
  const recorder = new EdgeRecorder();
  const events = new LineEvents(recorder, d1, 4);
  const read = (...seqnos: number[]) => {
    const buffer = records(seqnos.map((seqno) => ({ ns: BigInt(seqno) * 1000n, line: d1, seqno })));
    events.deliver(buffer, buffer.length, () => true);
  };
  read(3, 4, 5, 6);
  assert.equal(recorder.bits, '');
  // One of the two that are missing: the other may come yet, but there is no room to wait.
  read(1, 7, 8, 9);
  assert.deepEqual(recorder.overruns, [{ lost: 1, before: 1 }]);
  assert.equal(recorder.bits, '11111111');
  assert.equal(events.isHolding, false);
});

test('reads of a shuffled queue: nothing is lost that comes a read late, and a loss is told once', (t) => {
  const shuffles = fc.array(
    fc.record({
      line: fc.constantFrom(d0, d1),
      isLost: fc.nat(20).map((one) => one === 0),
      /** Whether it is overtaken by the next one, and whether a read falls between the two. */
      isLate: fc.nat(3).map((one) => one === 0),
      endsRead: fc.nat(4).map((one) => one === 0),
    }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(shuffles, (wire) => {
      const sent = wire.map(({ line }, index) => ({
        ns: BigInt(index + 1) * 1_000_000n,
        line,
        seqno: index + 1,
      }));
      const kept = sent.filter((_, index) => !wire[index]?.isLost);
      const queue = [...kept];
      for (let place = 0; place + 1 < queue.length; place += 1) {
        const [first, next] = [queue[place], queue[place + 1]];
        if (!first || !next || !wire[first.seqno - 1]?.isLate) continue;
        [queue[place], queue[place + 1]] = [next, first];
        place += 1;
      }
      const reads: (typeof queue)[] = [[]];
      for (const one of queue) {
        reads.at(-1)?.push(one);
        if (wire[one.seqno - 1]?.endsRead || reads.at(-1)?.length === 64) reads.push([]);
      }
      const recorder = deliver(...reads.filter((read) => read.length > 0));
      assert.deepEqual(
        recorder.edges.map(({ atUs }) => atUs),
        kept.map(({ seqno }) => seqno * 1000),
      );
      let seen = 0;
      const losses = kept.flatMap(({ seqno }, before) => {
        const lost = seqno - seen - 1;
        seen = seqno;
        return lost > 0 ? [{ lost, before }] : [];
      });
      assert.deepEqual(recorder.overruns, losses);
    }),
    { seed: seedOf(t), numRuns: 2000 },
  );
});

test('sequence numbers wrap around after 4,294,967,295', () => {
  const recorder = deliver(
    [{ ns: 1000n, line: d0, seqno: 0x7fff_ffff }],
    [{ ns: 2000n, line: d0, seqno: 0xffff_fffe }],
    [
      { ns: 3000n, line: d1, seqno: 0xffff_ffff },
      { ns: 4000n, line: d0, seqno: 0 },
      { ns: 5000n, line: d1, seqno: 2 },
    ],
  );
  assert.equal(recorder.bits, '00101');
  assert.deepEqual(recorder.overruns.at(-1), { lost: 1, before: 4 });
});

test('delivery stops when the sink has closed its input', () => {
  const recorder = new EdgeRecorder();
  const buffer = records([1, 2, 3].map((seqno) => ({ ns: 1000n, line: d1, seqno })));
  new LineEvents(recorder, d1, 64).deliver(buffer, buffer.length, () => recorder.edges.length < 2);
  assert.equal(recorder.bits, '11');
});
