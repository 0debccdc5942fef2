/** The contract on the simulated driver, and what only that one does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimDriver } from '../../src/io/gpio/sim.ts';
import type { RelayLine } from '../../src/ports.ts';
import { FakeClock } from '../support/clock.ts';
import { EdgeRecorder } from './edge-recorder.ts';
import type { GpioBench, Played } from './gpio-bench.ts';
import { gpioContract } from './gpio-contract.ts';

const chip = 'gpiochip0';
const input = { chip, bias: 'none', debounceUs: 50_000 } as const;

/** Lets time pass until nothing is left to happen. */
function runAll(clock: FakeClock): void {
  while (clock.armed > 0) clock.advance(1000);
}

function simBench(): GpioBench {
  const clock = new FakeClock();
  const driver = new SimDriver(clock, [chip]);
  const schedule = (intervalUs: number, { left = [], right = [] }: Played) => {
    for (const frame of left) assert.ok(driver.play('left', frame, 50, intervalUs));
    for (const frame of right) assert.ok(driver.play('right', frame, 50, intervalUs));
  };
  return {
    driver,
    left: { name: 'left', chip, d0: 4, d1: 5 },
    right: { name: 'right', chip, d0: 6, d1: 7 },
    first: { name: 'first', chip, line: 20, activeLow: false },
    second: { name: 'second', chip, line: 21, activeLow: true },
    button: { ...input, name: 'button', line: 8, activeLow: false },
    contact: { ...input, name: 'contact', line: 9, activeLow: true },
    drive(line, level) {
      driver.setInput(line.name, (level === 1) !== line.activeLow);
    },
    holdLow: ({ name }, bit, held) => assert.ok(driver.holdLow(name, bit, held)),
    async pass(us) {
      clock.advance(us);
    },
    hold: (us) => clock.stall(us),
    spareLine: 30,
    beyondLine: 64,
    nowUs: () => clock.monoUs(),
    async play(intervalUs, played) {
      schedule(intervalUs, played);
      runAll(clock);
    },
    playHeld(intervalUs, played) {
      schedule(intervalUs, played);
      clock.stall(10_000_000);
    },
    async until(what, holds) {
      runAll(clock);
      assert.ok(holds(), what);
    },
    level: ({ name, activeLow }: RelayLine) => (driver.energised(name) === activeLow ? 0 : 1),
    occupy(line) {
      const other = driver.openReader(
        { name: 'other', chip, d0: line, d1: 31 },
        new EdgeRecorder(),
      );
      return () => other.close();
    },
  };
}

gpioContract('sim', { queue: true }, async () => simBench());

function openReader() {
  const clock = new FakeClock();
  const driver = new SimDriver(clock, [chip]);
  const recorder = new EdgeRecorder();
  const input = driver.openReader({ name: 'front', chip, d0: 17, d1: 27 }, recorder);
  return { clock, driver, recorder, input };
}

test('pulses carry their planned times and come when these have come', () => {
  const { clock, driver, recorder, input } = openReader();
  const startUs = clock.monoUs();
  driver.play('front', '101', 50, 2000);
  assert.equal(recorder.bits, '', 'play returns before the first pulse');
  clock.stall(1999);
  input.drain();
  assert.deepEqual(recorder.edges, [{ bit: 1, atUs: startUs }]);
  clock.stall(1);
  input.drain();
  assert.equal(recorder.bits, '10');
  runAll(clock);
  assert.deepEqual(recorder.edges.at(-1), { bit: 1, atUs: startUs + 4000 });
});

test('two plays on one reader come one after the other, 50 ms apart', () => {
  const { clock, driver, recorder } = openReader();
  const startUs = clock.monoUs();
  driver.play('front', '11', 50, 1000);
  driver.play('front', '00', 80, 3000);
  runAll(clock);
  const secondUs = startUs + 1000 + 50 + 50_000;
  assert.deepEqual(
    recorder.edges.map(({ bit, atUs }) => [bit, atUs]),
    [
      [1, startUs],
      [1, startUs + 1000],
      [0, secondUs],
      [0, secondUs + 3000],
    ],
  );
});

test('a loss over several plays drops the oldest of them', () => {
  const { clock, driver, recorder } = openReader();
  driver.play('front', '1'.repeat(600), 50, 1000);
  driver.play('front', '0'.repeat(600), 50, 1000);
  clock.stall(10_000_000);
  runAll(clock);
  assert.deepEqual(recorder.overruns, [{ lost: 176, before: 0 }]);
  assert.equal(recorder.bits, '1'.repeat(424) + '0'.repeat(600));
});

test('levels are those of the pulses that play; a line that is held has none', () => {
  const { clock, driver, recorder, input } = openReader();
  driver.play('front', '10', 50, 2000);
  assert.deepEqual(input.levels(), { d0Low: false, d1Low: true });
  clock.advance(50);
  assert.deepEqual(input.levels(), { d0Low: false, d1Low: false });
  clock.advance(1999);
  assert.deepEqual(input.levels(), { d0Low: true, d1Low: false });
  runAll(clock);
  driver.holdLow('front', 0, true);
  driver.play('front', '1010', 50, 2000);
  runAll(clock);
  assert.equal(recorder.bits, '10' + '0' + '11');
  assert.deepEqual(input.levels(), { d0Low: true, d1Low: false });
});

test('only open readers play, and only pulses that can be', () => {
  const { clock, driver, recorder, input } = openReader();
  assert.equal(driver.play('back', '1', 50, 1000), false);
  for (const bits of ['', '012', '1 0']) {
    assert.throws(() => driver.play('front', bits, 50, 1000), RangeError);
  }
  for (const [widthUs, intervalUs] of [
    [0, 1000],
    [1000, 1000],
    [50, Number.NaN],
    [50, Number.POSITIVE_INFINITY],
  ] as const) {
    assert.throws(() => driver.play('front', '1', widthUs, intervalUs), RangeError);
  }
  driver.play('front', '1', 50, 1000);
  input.close();
  assert.equal(driver.play('front', '1', 50, 1000), false);
  runAll(clock);
  assert.deepEqual(recorder.edges, []);
});

test('locks show as their relays stand, and at rest when these are closed', () => {
  const { driver } = openReader();
  const relay = driver.openRelay({ name: 'second', chip, line: 23, activeLow: true });
  relay.set(true);
  assert.deepEqual([driver.energised('first'), driver.energised('second')], [false, true]);
  relay.close();
  assert.equal(driver.energised('second'), false);
});
