/** The part of the contract that is about inputs. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../src/errors.ts';
import type { InputLine, InputSink } from '../../src/ports.ts';
import type { GpioBench, OpenBench } from './gpio-bench.ts';
import type { Promises } from './gpio-contract.ts';

const ms = 1000;

/** A sink that keeps everything it is told. */
class ChangeRecorder implements InputSink {
  readonly changes: { readonly active: boolean; readonly atUs: number }[] = [];
  readonly faults: Fault[] = [];

  changed(active: boolean, atUs: number): void {
    this.changes.push({ active, atUs });
  }

  lost(fault: Fault): void {
    this.faults.push(fault);
  }

  get told(): boolean[] {
    return this.changes.map(({ active }) => active);
  }
}

/** What every driver promises of inputs. */
export function inputTests(openBench: OpenBench, { queue }: Promises): void {
  for (const name of ['button', 'contact'] as const) {
    const polarity = name === 'button' ? 'high' : 'low';

    test(`an input active by a ${polarity} level tells each change once`, async () => {
      const bench = await openBench();
      const line = bench[name];
      const active = line.activeLow ? 0 : 1;
      const inactive = line.activeLow ? 1 : 0;
      bench.drive(line, inactive);
      const recorder = new ChangeRecorder();
      const watch = bench.driver.openInput(line, recorder);
      assert.equal(watch.isActive(), false);
      const startUs = bench.nowUs();
      for (const count of [1, 3]) {
        bench.drive(line, active);
        await bench.until('active', () => recorder.changes.length === count);
        assert.equal(watch.isActive(), true);
        bench.drive(line, inactive);
        await bench.until('inactive', () => recorder.changes.length === count + 1);
        assert.equal(watch.isActive(), false);
      }
      watch.close();
      watch.close();
      assert.deepEqual(recorder.told, [true, false, true, false]);
      const times = recorder.changes.map(({ atUs }) => atUs);
      assert.deepEqual(
        [...times].sort((a, b) => a - b),
        times,
      );
      assert.ok((times[0] ?? 0) >= startUs && (times.at(-1) ?? 0) <= bench.nowUs());
      assert.deepEqual(recorder.faults, []);
    });
  }

  test('an input that is active from the start says so, and tells no change', async () => {
    const bench = await openBench();
    await withInput(bench, bench.button, async (recorder, watch, drive) => {
      watch.close();
      drive(1);
      const again = bench.driver.openInput(bench.button, recorder);
      assert.equal(again.isActive(), true);
      again.close();
      assert.deepEqual(recorder.told, []);
    });
  });

  test('a level that does not last is no change', async () => {
    const bench = await openBench();
    await withInput(bench, bench.button, async (recorder, _watch, drive) => {
      for (let bounce = 0; bounce < 5; bounce += 1) {
        drive(1);
        drive(0);
      }
      await bench.pass(100 * ms);
      drive(1);
      await bench.until('the change that lasts', () => recorder.changes.length > 0);
      assert.deepEqual(recorder.told, [true]);
    });
  });

  test('a pulse of 400 ms is never missed', async () => {
    const bench = await openBench();
    await withInput(bench, bench.button, async (recorder, _watch, drive) => {
      drive(1);
      await bench.pass(400 * ms);
      drive(0);
      await bench.until('its end', () => recorder.changes.length === 2);
      assert.deepEqual(recorder.told, [true, false]);
    });
  });

  if (queue) {
    test('a pulse of 400 ms is not missed while the main loop stands still', async () => {
      const bench = await openBench();
      await withInput(bench, bench.button, async (recorder, _watch, drive) => {
        drive(1);
        bench.hold(400 * ms);
        drive(0);
        bench.hold(100 * ms);
        await bench.until('both changes', () => recorder.changes.length === 2);
        assert.deepEqual(recorder.told, [true, false]);
      });
    });
  }
}

/** Opens an input at rest for the time of `use`. */
async function withInput(
  bench: GpioBench,
  line: InputLine,
  use: (
    recorder: ChangeRecorder,
    watch: ReturnType<GpioBench['driver']['openInput']>,
    drive: (level: 0 | 1) => void,
  ) => Promise<void>,
): Promise<void> {
  const drive = (level: 0 | 1) => bench.drive(line, level);
  drive(0);
  const recorder = new ChangeRecorder();
  const watch = bench.driver.openInput(line, recorder);
  try {
    await use(recorder, watch, drive);
  } finally {
    watch.close();
    drive(0);
  }
}
