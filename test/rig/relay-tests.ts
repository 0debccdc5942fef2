/** What becomes of relays at opening, at closing and at death, seen from outside the process. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EdgeRecorder } from '../contract/edge-recorder.ts';
import { assertFault, type OpenBench, restLevel } from '../contract/gpio-bench.ts';
import { until, watchLevels } from './guest.ts';
import { first, left, second } from './panel-lines.ts';

/** "When the process dies, by SIGKILL too, both locks must be at rest within a second." */
const atRestWithinMs = 1000;
const nobody = 65_534;

const lines = [first.line, second.line];

/** Has a child process hold the relays energised for the time of `use`. */
export async function withHolder(driver: string, use: (holder: ChildProcess) => Promise<void>) {
  const script = fileURLToPath(new URL('./hold-relays.js', import.meta.url));
  const holder = spawn(process.execPath, [script, driver], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  holder.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  try {
    await until('a process that holds the relays', () => said === 'held\n');
    await use(holder);
  } finally {
    holder.kill('SIGKILL');
  }
}

/** Registers the tests that every driver for real lines has to pass. */
export function relayTests(openBench: OpenBench): void {
  test('opening and closing relays gives no pulse', async () => {
    const { driver } = await openBench();
    const levels = await watchLevels(lines, () => {
      for (const relay of [driver.openRelay(first), driver.openRelay(second)]) relay.close();
    });
    assert.deepEqual(levels, ['0', '1']);
  });

  test('a pulse as short as two calls would have been seen', async () => {
    const { driver } = await openBench();
    const relays = [driver.openRelay(first), driver.openRelay(second)];
    const levels = await watchLevels(lines, () => {
      for (const relay of relays) {
        relay.set(true);
        relay.set(false);
      }
    });
    for (const relay of relays) relay.close();
    assert.deepEqual(levels, ['010', '101']);
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`${signal} to a process that holds both relays energised`, async (t) => {
      const bench = await openBench();
      const isAtRest = () => {
        return [first, second].every((line) => bench.level(line) === restLevel(line));
      };
      await withHolder(bench.driver.name, async (holder) => {
        assert.deepEqual([bench.level(first), bench.level(second)], [1, 0], 'both energised');
        const ended = once(holder, 'exit');
        holder.kill(signal);
        const restMs = await until('both relays at rest', isAtRest);
        t.diagnostic(`at rest ${restMs.toFixed(0)} ms after ${signal}`);
        assert.ok(restMs < atRestWithinMs, `at rest only after ${restMs} ms`);
        const [status, endedBy] = await ended;
        assert.deepEqual([status, endedBy], signal === 'SIGTERM' ? [0, null] : [null, 'SIGKILL']);
      });
      assert.ok(isAtRest(), 'and it stays there');
      // The next process gets the lines, whatever the dead one left behind.
      for (const line of [first, second]) bench.driver.openRelay(line).close();
      bench.driver.openReader(left, new EdgeRecorder()).close();
    });
  }

  test('a user without permission', async () => {
    const { driver } = await openBench();
    assert.ok(process.seteuid && process.setegid, 'not on this system');
    process.setegid(nobody);
    process.seteuid(nobody);
    try {
      assertFault(() => driver.openRelay(first), 'gpio-denied', '/');
      assertFault(() => driver.openReader(left, new EdgeRecorder()), 'gpio-denied', '/');
    } finally {
      process.seteuid(0);
      process.setegid(0);
    }
    driver.openRelay(first).close();
  });
}
