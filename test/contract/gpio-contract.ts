/**
 * What every GPIO driver promises, as tests against an abstract bench: the same suite runs on the
 * simulated driver anywhere and on the others inside the rig, on a real kernel.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { restRelays } from '../../src/io/gpio/driver.ts';
import type { RelayLine } from '../../src/ports.ts';
import { captureTests, levelTests, mergingTests, queueTests } from './capture-contract.ts';
import { EdgeRecorder } from './edge-recorder.ts';
import { assertFault, type GpioBench, type OpenBench, restLevel } from './gpio-bench.ts';
import { inputTests } from './input-contract.ts';

/** What differs from driver to driver. */
export interface Promises {
  /**
   * True: edges wait in a queue with the kernel's time, and a loss is told. False: an edge is only
   * sure to arrive when nothing else happens.
   */
  readonly queue: boolean;
}

/** Registers the suite. `openBench` is called once, when the first test starts. */
export function gpioContract(
  name: string,
  promises: Promises,
  openBench: () => Promise<GpioBench>,
): void {
  let opened: Promise<GpioBench> | undefined;
  const bench = () => {
    opened ??= openBench();
    return opened;
  };
  describe(`GPIO contract: ${name}`, () => {
    captureTests(bench);
    levelTests(bench);
    if (promises.queue) queueTests(bench);
    else mergingTests(bench);
    inputTests(bench, promises);
    relayTests(bench);
    faultTests(bench);
  });
}

function relayTests(openBench: OpenBench): void {
  for (const name of ['first', 'second'] as const) {
    const polarity = name === 'first' ? 'high' : 'low';

    test(`a relay energised by ${polarity} opens at rest, follows set, closes at rest`, async () => {
      const bench = await openBench();
      const line = bench[name];
      const rest = restLevel(line);
      const relay = bench.driver.openRelay(line);
      assert.deepEqual([bench.level(line), relay.isEnergised()], [rest, false]);
      relay.set(true);
      assert.deepEqual([bench.level(line), relay.isEnergised()], [1 - rest, true]);
      relay.set(true);
      assert.deepEqual([bench.level(line), relay.isEnergised()], [1 - rest, true]);
      relay.set(false);
      assert.deepEqual([bench.level(line), relay.isEnergised()], [rest, false]);
      relay.set(true);
      relay.close();
      relay.close();
      assert.equal(bench.level(line), rest);
      assertFault(() => relay.set(true), 'gpio-lost', `relay ${name}`);
      assert.deepEqual([bench.level(line), relay.isEnergised()], [rest, false]);
    });
  }

  test('one relay leaves the other alone', async () => {
    const bench = await openBench();
    const first = bench.driver.openRelay(bench.first);
    const second = bench.driver.openRelay(bench.second);
    second.set(true);
    assert.deepEqual([first.isEnergised(), second.isEnergised()], [false, true]);
    first.set(true);
    second.set(false);
    assert.deepEqual([first.isEnergised(), second.isEnergised()], [true, false]);
    second.close();
    assert.deepEqual([bench.level(bench.first), bench.level(bench.second)], [1, 1]);
    first.close();
    assert.deepEqual([bench.level(bench.first), bench.level(bench.second)], [0, 1]);
  });

  test('restRelays rests the lines it gets and reports the one it does not', async () => {
    const bench = await openBench();
    const release = bench.occupy(bench.spareLine);
    const held: RelayLine = { ...bench.first, line: bench.spareLine };
    const results = restRelays(bench.driver, [held, bench.second]);
    release();
    assert.deepEqual(
      results.map(({ relay, fault }) => [relay, fault?.code]),
      [
        ['first', 'gpio-busy'],
        ['second', undefined],
      ],
    );
    assert.equal(bench.level(bench.second), restLevel(bench.second));
    bench.driver.openRelay(bench.second).close();
  });
}

const noSink = { changed: () => undefined, lost: () => undefined };

function faultTests(openBench: OpenBench): void {
  /** Tries a line of the bench in the place of a relay, of D0 and of D1. */
  const places = (bench: GpioBench, chip: string, line: number) => {
    const sink = new EdgeRecorder();
    return [
      () => bench.driver.openRelay({ ...bench.first, chip, line }),
      () => bench.driver.openReader({ ...bench.left, chip, d0: line }, sink),
      () => bench.driver.openReader({ ...bench.left, chip, d1: line }, sink),
      () => bench.driver.openInput({ ...bench.button, chip, line }, noSink),
    ];
  };

  test('a line that somebody else holds', async () => {
    const bench = await openBench();
    const release = bench.occupy(bench.spareLine);
    for (const open of places(bench, bench.first.chip, bench.spareLine)) {
      assertFault(open, 'gpio-busy', `line ${bench.spareLine} `);
    }
    release();
    // The other line of a reader that could not be opened is free again.
    bench.driver.openReader(bench.left, new EdgeRecorder()).close();
    bench.driver.openRelay({ ...bench.first, line: bench.spareLine }).close();
  });

  test('one line as D0 and D1', async () => {
    const bench = await openBench();
    const lines = { ...bench.left, d1: bench.left.d0 };
    const open = () => bench.driver.openReader(lines, new EdgeRecorder());
    assertFault(open, 'gpio-busy', `line ${lines.d0} `);
  });

  test('a line beyond the chip', async () => {
    const bench = await openBench();
    for (const open of places(bench, bench.first.chip, bench.beyondLine)) {
      assertFault(open, 'gpio-no-line', `line ${bench.beyondLine} `, `to ${bench.beyondLine - 1}`);
    }
  });

  test('a chip that is not there; the remedy lists those that are', async () => {
    const bench = await openBench();
    for (const chip of ['pinctrl-none', 'gpiochip77', '/dev/gpiochip77']) {
      for (const open of places(bench, chip, 4)) assertFault(open, 'gpio-no-chip', `'${chip}'`);
    }
    const [open] = places(bench, 'pinctrl-none', 4);
    assert.throws(open ?? assert.fail, (error) => {
      return error instanceof Fault && error.remedy.includes(`${bench.beyondLine} lines`);
    });
  });
}
