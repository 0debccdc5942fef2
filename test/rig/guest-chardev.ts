/** Runs in the guest: the contract on the character device, and what only that driver promises. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ChardevDriver } from '../../src/io/gpio/chardev.ts';
import { openDriver } from '../../src/io/gpio/driver.ts';
import { EdgeRecorder } from '../contract/edge-recorder.ts';
import { assertFault } from '../contract/gpio-bench.ts';
import { gpioContract } from '../contract/gpio-contract.ts';
import { memoryLog } from '../support/log.ts';
import { clock, makeChip, openPanel, play, playHeld, until } from './guest.ts';
import { chip, first, hoggedLine, left } from './panel-lines.ts';
import { relayTests } from './relay-tests.ts';

const log = memoryLog();
const { panel, bench } = await openPanel(() => openDriver('auto', { clock, log, chips: [chip] }));
const { driver } = bench;
const frame = '10110011100011110000111110';

gpioContract('chardev', { queue: true }, async () => bench);

describe('relays of chardev', () => relayTests(async () => bench));

describe('chardev only', () => {
  test('auto takes it, and says why', () => {
    assert.ok(driver instanceof ChardevDriver);
    const [{ level, text, fields } = assert.fail('nothing logged'), ...caveats] = log.entries;
    assert.deepEqual([level, text, fields.driver], ['info', 'GPIO driver chosen', 'chardev']);
    assert.match(String(fields.why), new RegExp(`version 2 answers on ${panel.name} `));
    assert.deepEqual(caveats, []);
  });

  test('a chip by its label, its name and its path', async () => {
    for (const named of [chip, panel.name, `/dev/${panel.name}`]) {
      const recorder = new EdgeRecorder();
      const input = driver.openReader({ ...left, chip: named }, recorder);
      await play(1000, { left: ['01'] });
      await until('the edges', () => recorder.edges.length === 2);
      input.close();
      assert.equal(recorder.bits, '01');
    }
    assertFault(() => driver.openRelay({ ...first, chip: '/dev/null' }), 'gpio-no-chip', 'ENOTTY');
  });

  test('an edge is the start of its pulse', () => {
    const widthUs = 300_000;
    const recorder = new EdgeRecorder();
    const input = driver.openReader(left, recorder);
    playHeld(1000, { left: ['1'] }, widthUs);
    const endUs = clock.monoUs();
    input.drain();
    input.close();
    const [edge = assert.fail('no edge')] = recorder.edges;
    assert.ok(edge.atUs <= endUs - widthUs, `${endUs - edge.atUs} us before the end`);
  });

  test('a busy line names who holds it', () => {
    assertFault(() => driver.openRelay({ ...first, line: hoggedLine }), 'gpio-busy', "'hog'");
    const reader = driver.openReader(left, new EdgeRecorder());
    assertFault(() => driver.openRelay({ ...first, line: left.d1 }), 'gpio-busy', "'latchd:left'");
    reader.close();
  });

  test('a loop that is held 200 ms at a time loses nothing of 40 frames', async () => {
    const recorder = new EdgeRecorder();
    const input = driver.openReader(left, recorder);
    let isOver = false;
    const playing = play(1000, { left: Array.from({ length: 40 }, () => frame) }).finally(() => {
      isOver = true;
    });
    const cell = new Int32Array(new SharedArrayBuffer(4));
    while (!isOver) {
      Atomics.wait(cell, 0, 0, 200);
      await turn();
    }
    await playing;
    input.drain();
    input.close();
    assert.equal(recorder.bits, frame.repeat(40));
    assert.deepEqual(recorder.overruns, []);
  });

  test('promises that a sink settles go on before the next edge', async () => {
    const recorder = new EdgeRecorder();
    const input = driver.openReader(left, recorder);
    const heard = new Promise<void>((resolve) => {
      recorder.onEdge = resolve;
    });
    // Far enough apart for a machine that is busy with something else.
    const playing = play(1000, { left: ['1', '0'] }, 3_000_000);
    await heard;
    const bits = recorder.bits;
    await playing;
    input.close();
    assert.equal(bits, '1', 'the second pulse comes three seconds later');
  });

  test('an error in a sink reaches the process as an uncaught exception', async () => {
    const recorder = new EdgeRecorder();
    const input = driver.openReader(left, recorder);
    recorder.onEdge = () => {
      throw new Error('a bug in the panel');
    };
    // The runner listens too, and would count the error as a failure of this test.
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const caught = once(process, 'uncaughtException');
    await play(1000, { left: ['1'] });
    const [error] = await caught;
    for (const listener of listeners) process.on('uncaughtException', listener);
    input.close();
    assert.equal(error.message, 'a bug in the panel');
  });

  test('a chip that is unplugged: readers say so once, relays when they are driven', () => {
    const spare = makeChip('spare', 4, ['0-1=up']);
    const recorder = new EdgeRecorder();
    const input = driver.openReader({ name: 'gone', chip: 'spare', d0: 0, d1: 1 }, recorder);
    const relay = driver.openRelay({ ...first, chip: 'spare', line: 2 });
    writeFileSync('/sys/kernel/config/gpio-sim/spare/live', '0');
    for (let times = 0; times < 2; times++) input.drain();
    assert.deepEqual(
      recorder.faults.map(({ code }) => code),
      ['gpio-lost'],
    );
    assert.match(recorder.faults[0]?.message ?? '', /reader gone/);
    assertFault(() => relay.set(true), 'gpio-lost', 'relay first');
    input.close();
    assertFault(() => relay.close(), 'gpio-lost', 'relay first');
    relay.close();
    assertFault(() => driver.openRelay({ ...first, chip: spare.name }), 'gpio-no-chip', spare.name);
  });
});
