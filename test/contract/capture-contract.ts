/** The part of the contract that is about readers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EdgeRecorder } from './edge-recorder.ts';
import { type OpenBench, withReader } from './gpio-bench.ts';

const pulseUs = 1000;
const leftFrames = ['10110011100011110000111110', '00000000000000000000000001'];
const rightFrames = ['0110', '1111111111111111111111111111111111', '01010101010101010101010101'];
/** As the kernel has it, and asked for by the driver. */
const queueEdges = 1024;

/** What every driver promises. */
export function captureTests(openBench: OpenBench): void {
  test('a pulse on D0 is one 0 and on D1 one 1, on the reader it came from', async () => {
    const bench = await openBench();
    await withReader(bench, bench.left, async (left) => {
      await withReader(bench, bench.right, async (right) => {
        for (const [index, bit] of [...'0110'].entries()) {
          const startUs = bench.nowUs();
          await bench.play(pulseUs, { left: [bit] });
          await bench.until('an edge on the left', () => left.edges.length > index);
          const edge = left.edges[index];
          assert.ok(edge && edge.atUs >= startUs && edge.atUs <= bench.nowUs(), 'monotonic clock');
          assert.equal(right.edges.length, index);
          await bench.play(pulseUs, { right: [bit] });
          await bench.until('an edge on the right', () => right.edges.length > index);
        }
        assert.equal(left.bits, '0110');
        assert.equal(right.bits, '0110');
        assert.deepEqual([left.overruns, left.faults], [[], []]);
      });
    });
  });

  test('a closed reader hears nothing, closes twice, and its lines are free', async () => {
    const bench = await openBench();
    const before = new EdgeRecorder();
    const input = bench.driver.openReader(bench.left, before);
    input.close();
    input.close();
    await withReader(bench, bench.left, async (after) => {
      await bench.play(pulseUs, { left: ['1'] });
      await bench.until('an edge', () => after.edges.length > 0);
      assert.equal(after.bits, '1');
      input.drain();
      assert.deepEqual([before.edges, before.faults], [[], []]);
    });
  });
}

/** What every driver promises of levels. */
export function levelTests(openBench: OpenBench): void {
  test('levels tell which line of which reader is low, and take no edge away', async () => {
    const bench = await openBench();
    const both = [bench.left, bench.right];
    await withReader(bench, bench.left, async (recorder, input) => {
      await withReader(bench, bench.right, async (_, other) => {
        assert.deepEqual(input.levels(), { d0Low: false, d1Low: false });
        bench.holdLow(bench.left, 1, true);
        assert.deepEqual(input.levels(), { d0Low: false, d1Low: true });
        bench.holdLow(bench.left, 0, true);
        assert.deepEqual(input.levels(), { d0Low: true, d1Low: true });
        assert.deepEqual(other.levels(), { d0Low: false, d1Low: false });
        for (const reader of both) bench.holdLow(reader, 1, false);
        assert.deepEqual(input.levels(), { d0Low: true, d1Low: false });
        bench.holdLow(bench.left, 0, false);
        await bench.until('both edges', () => recorder.edges.length === 2);
        input.close();
        assert.equal(input.levels(), undefined);
      });
    });
  });
}

/** What a driver without a queue promises besides. */
export function mergingTests(openBench: OpenBench): void {
  test('pulses far apart may be lost in an idle process, but never change order', async (t) => {
    const bench = await openBench();
    const played = leftFrames.join('');
    await withReader(bench, bench.left, async (left) => {
      await bench.play(20_000, { left: [played] });
      await bench.until('edges', () => left.edges.length > 0);
      t.diagnostic(`${left.edges.length} of ${played.length} pulses arrived`);
      assert.ok(isSubsequence(left.bits, played), `${left.bits} is no part of ${played}`);
    });
  });
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** What a driver with a queue promises besides. */
export function queueTests(openBench: OpenBench): void {
  test('two readers at once: every bit, in order, and none crosses over', async () => {
    const bench = await openBench();
    await withReader(bench, bench.left, async (left) => {
      await withReader(bench, bench.right, async (right) => {
        const wanted = [leftFrames.join(''), rightFrames.join('')];
        await bench.play(pulseUs, { left: leftFrames, right: rightFrames });
        await bench.until('the last edges', () => {
          return left.bits.length + right.bits.length >= wanted.join('').length;
        });
        assert.deepEqual([left.bits, right.bits], wanted);
        assert.deepEqual([left.overruns, right.overruns], [[], []]);
      });
    });
  });

  test('a held main loop loses nothing, and the times are those of the wire', async () => {
    const bench = await openBench();
    const frames = Array.from({ length: 6 }, () => leftFrames[0] ?? '');
    await withReader(bench, bench.left, async (left) => {
      const startUs = bench.nowUs();
      bench.playHeld(pulseUs, { left: frames });
      const endUs = bench.nowUs();
      assert.ok(endUs - startUs >= 200_000, 'held for 200 ms at least');
      assert.equal(left.edges.length, 0, 'nothing is delivered while the loop stands still');
      await bench.until('the edges', () => left.edges.length >= frames.join('').length);
      assert.equal(left.bits, frames.join(''));
      assert.deepEqual(left.overruns, []);
      assertTimesOfWire(left, frames[0]?.length ?? 0, startUs, endUs);
    });
  });

  test('drain delivers all that waits before it returns, once', async () => {
    const bench = await openBench();
    await withReader(bench, bench.left, async (left, input) => {
      bench.playHeld(pulseUs, { left: leftFrames });
      input.drain();
      assert.equal(left.bits, leftFrames.join(''));
      input.drain();
      await bench.play(pulseUs, { left: ['1'] });
      await bench.until('one more', () => left.bits.length > leftFrames.join('').length);
      assert.equal(left.bits, `${leftFrames.join('')}1`);
    });
  });

  test('a sink may drain or close from inside edge()', async () => {
    const bench = await openBench();
    const played = leftFrames.join('').repeat(4);
    await withReader(bench, bench.left, async (left, input) => {
      left.onEdge = () => {
        input.drain();
        if (left.edges.length === 150) input.close();
      };
      bench.playHeld(pulseUs, { left: [played] });
      input.drain();
      assert.equal(left.bits, played.slice(0, 150));
    });
  });

  test('edges that the queue could not hold are told before the next edge', async () => {
    const bench = await openBench();
    const lost = 26;
    const played = (leftFrames[0] ?? '').repeat(41).slice(0, queueEdges + lost);
    await withReader(bench, bench.left, async (left, input) => {
      bench.playHeld(500, { left: [played] });
      input.drain();
      assert.deepEqual(left.overruns, [{ lost, before: 0 }]);
      assert.equal(left.bits, played.slice(lost), 'the newest are kept');
      bench.playHeld(pulseUs, { left: ['0110'] });
      input.drain();
      assert.equal(left.overruns.length, 1, 'nothing was lost after that');
      assert.equal(left.bits, `${played.slice(lost)}0110`);
    });
  });
}

/**
 * The time is the kernel's, not that of a callback: edges that were delivered in one go are apart as
 * the pulses were. The rig sends none closer than asked, but may send it later.
 */
function assertTimesOfWire(
  recorder: EdgeRecorder,
  frameBits: number,
  startUs: number,
  endUs: number,
): void {
  for (const [index, { atUs }] of recorder.edges.entries()) {
    const previousUs = recorder.edges[index - 1]?.atUs ?? startUs;
    const leastUs = index % frameBits === 0 ? (index === 0 ? 0 : 45_000) : pulseUs * 0.8;
    const apartUs = atUs - previousUs;
    assert.ok(apartUs >= leastUs, `edge ${index} came ${apartUs} us after the one before`);
    assert.ok(atUs <= endUs, `edge ${index} is later than the end of the play`);
  }
}
