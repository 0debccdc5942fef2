/** Records as the kernel writes them, byte by byte, to edges. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineEvents } from '../../src/io/gpio/line-events.ts';
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

function deliver(...batches: readonly (readonly Event[])[]): EdgeRecorder {
  const recorder = new EdgeRecorder();
  const events = new LineEvents(recorder, d1, 64);
  for (const batch of batches) {
    const buffer = records(batch);
    events.deliver(buffer, buffer.length, () => true);
  }
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

test('a record that comes after it was told as lost stays lost', () => {
  const recorder = deliver(
    [{ ns: 3000n, line: d1, seqno: 2 }],
    [
      { ns: 1000n, line: d0, seqno: 1 },
      { ns: 4000n, line: d1, seqno: 3 },
    ],
  );
  assert.deepEqual(recorder.overruns, [{ lost: 1, before: 0 }]);
  assert.equal(recorder.bits, '11');
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
