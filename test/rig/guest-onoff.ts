/** Runs in the guest: the contract on sysfs by package onoff, and what only that driver has to do. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openDriver } from '../../src/io/gpio/driver.ts';
import { EdgeRecorder } from '../contract/edge-recorder.ts';
import { assertFault } from '../contract/gpio-bench.ts';
import { gpioContract } from '../contract/gpio-contract.ts';
import { memoryLog } from '../support/log.ts';
import { clock, lineLevel, makeChip, openPanel, play, until, watchLevels } from './guest.ts';
import { chip, first, hoggedLine, left, second } from './panel-lines.ts';
import { relayTests, withHolder } from './relay-tests.ts';

const log = memoryLog();
/** Before there is any chip: no character device, but sysfs. */
const auto = await openDriver('auto', { clock, log: memoryLog(), chips: [chip] });
const { panel, bench } = await openPanel(() => openDriver('onoff', { clock, log, chips: [chip] }));
const { driver } = bench;

function sysfs(line: number, name: string): string {
  return `/sys/class/gpio/gpio${panel.base + line}/${name}`;
}

/** Leaves a line as a process does that was killed. */
function leaveExported(line: number, files: Record<string, string>): void {
  if (!existsSync(sysfs(line, 'value'))) {
    writeFileSync('/sys/class/gpio/export', String(panel.base + line));
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(sysfs(line, name), text);
}

function unexport(line: number): void {
  writeFileSync('/sys/class/gpio/unexport', String(panel.base + line));
}

/** Process ids of the guards that wait now. */
function guards(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('latchd-rest-guard');
    } catch {
      // It ended between the listing and the reading.
      return false;
    }
  });
}

gpioContract('onoff', { queue: false }, async () => bench);

describe('relays of onoff', () => relayTests(async () => bench));

describe('onoff only', () => {
  test('a chip by its label, its names and its paths', () => {
    const sysfsName = `gpiochip${panel.base}`;
    const names = [
      chip,
      panel.name,
      `/dev/${panel.name}`,
      sysfsName,
      `/sys/class/gpio/${sysfsName}`,
    ];
    for (const named of names) {
      const relay = driver.openRelay({ ...first, chip: named });
      relay.set(true);
      assert.equal(lineLevel(panel, first.line), 1, named);
      relay.close();
    }
    assertFault(() => driver.openRelay({ ...first, chip: '/dev/null' }), 'gpio-no-chip', 'null');
  });

  test('auto takes it where sysfs is all there is', () => {
    assert.equal(auto.name, 'onoff');
  });

  test('it says what it cannot promise', () => {
    const warned = log.entries.filter(({ level }) => level === 'warn').map(({ text }) => text);
    assert.deepEqual(warned, [...driver.caveats]);
    assert.match(warned.join(' '), /no queue/);
  });

  test('a line that the kernel holds', () => {
    const line = hoggedLine;
    assertFault(() => driver.openRelay({ ...first, line }), 'gpio-busy', `line ${line} `);
  });

  test('relays left energised by a killed process go to rest in one step', async () => {
    leaveExported(first.line, { direction: 'high' });
    leaveExported(second.line, { direction: 'low' });
    const levels = await watchLevels([first.line, second.line], () => {
      for (const relay of [driver.openRelay(first), driver.openRelay(second)]) relay.close();
    });
    assert.deepEqual(levels, ['10', '01']);
  });

  test('relays left at rest, inverted, or as an input give no pulse', async () => {
    const levels = await watchLevels([first.line, second.line], () => {
      leaveExported(first.line, { direction: 'low', active_low: '1' });
      leaveExported(second.line, { direction: 'high', active_low: '1' });
      for (const relay of [driver.openRelay(first), driver.openRelay(second)]) relay.close();
      leaveExported(first.line, { direction: 'in', edge: 'rising' });
      leaveExported(second.line, { direction: 'in', edge: 'both', active_low: '1' });
      for (const relay of [driver.openRelay(first), driver.openRelay(second)]) relay.close();
    });
    assert.deepEqual(levels, ['0', '1']);
  });

  test('a reader whose lines were left as outputs, inverted', async () => {
    leaveExported(left.d0, { direction: 'high', active_low: '1' });
    leaveExported(left.d1, { direction: 'in', edge: 'falling' });
    const recorder = new EdgeRecorder();
    const input = driver.openReader(left, recorder);
    for (const [index, bit] of [...'01'].entries()) {
      await play(1000, { left: [bit] });
      await until('an edge', () => recorder.edges.length > index);
    }
    input.close();
    assert.equal(recorder.bits, '01');
  });

  test('lines are given back to sysfs', () => {
    driver.openReader(left, new EdgeRecorder()).close();
    driver.openRelay(first).close();
    for (const line of [left.d0, left.d1, first.line]) {
      assert.equal(existsSync(sysfs(line, 'value')), false, `line ${line}`);
    }
  });

  test('one guard for both relays, which ends with the last and touches nothing then', async () => {
    await until('no guard', () => guards().length === 0);
    const relays = [driver.openRelay(first), driver.openRelay(second)];
    await until('a guard', () => guards().length > 0);
    assert.equal(guards().length, 1);
    relays[0]?.close();
    relays[1]?.close();
    leaveExported(first.line, { direction: 'high' });
    await until('the guard to end', () => guards().length === 0);
    assert.equal(lineLevel(panel, first.line), 1, 'whoever has the line now keeps it as it is');
    unexport(first.line);
  });

  test('the guard outlives the signals that end everybody at a stop of the unit', async () => {
    await until('no guard', () => guards().length === 0);
    await withHolder('onoff', async (holder) => {
      const [guard = assert.fail('no guard')] = guards();
      // Bits for signals 1, 2 and 15, which it ignores from its first line on.
      const ignored = () =>
        /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${guard}/status`, 'utf8'));
      await until(
        'its traps',
        () => (Number.parseInt(ignored()?.[1] ?? '', 16) & 0x4003) === 0x4003,
      );
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(guard, signal);
      holder.kill('SIGKILL');
      await until('both relays at rest', () => {
        return lineLevel(panel, first.line) === 0 && lineLevel(panel, second.line) === 1;
      });
    });
    for (const line of [first, second]) driver.openRelay(line).close();
    driver.openReader(left, new EdgeRecorder()).close();
  });

  test('a guard that is killed is missed', async () => {
    const relay = driver.openRelay(first);
    await until('a guard', () => guards().length > 0);
    for (const pid of guards()) process.kill(pid, 'SIGKILL');
    await until('an error', () => log.entries.some(({ level }) => level === 'error'));
    relay.set(true);
    relay.close();
    assert.equal(lineLevel(panel, first.line), 0);
  });

  test('a line that cannot be read any more: the reader says so, once', async () => {
    const { Gpio } = await import('onoff');
    const { readSync } = Gpio.prototype;
    let isBroken = false;
    Gpio.prototype.readSync = function read(this: typeof Gpio.prototype) {
      if (isBroken) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
      return readSync.call(this);
    };
    const recorder = new EdgeRecorder();
    const input = driver.openReader(left, recorder);
    isBroken = true;
    await play(1000, { left: ['0110'] });
    await until('the loss', () => recorder.faults.length > 0);
    input.close();
    Gpio.prototype.readSync = readSync;
    assert.deepEqual(
      recorder.faults.map(({ code }) => code),
      ['gpio-lost'],
    );
    assert.match(recorder.faults[0]?.message ?? '', /reader left/);
    assert.equal(recorder.bits, '');
  });

  test('a chip that is unplugged: relays say so when they are driven', () => {
    makeChip('spare', 4, []);
    const relay = driver.openRelay({ ...first, chip: 'spare', line: 2 });
    writeFileSync('/sys/kernel/config/gpio-sim/spare/live', '0');
    assertFault(() => relay.set(true), 'gpio-lost', 'relay first');
    assertFault(() => relay.close(), 'gpio-lost', 'relay first');
    relay.close();
  });
});
