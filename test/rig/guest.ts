/** What tests need inside the guest: the chip, the pulses, the levels, the patience. */

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { after } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/io/clock.ts';
import { ChardevDriver } from '../../src/io/gpio/chardev.ts';
import type { GpioDriver } from '../../src/ports.ts';
import type { GpioBench, Played } from '../contract/gpio-bench.ts';
import {
  button,
  chip,
  chipSettings,
  contact,
  first,
  left,
  lineCount,
  right,
  second,
  spareLine,
} from './panel-lines.ts';

/** Where a chip of the rig is. */
export interface SimChip {
  /** Its directory in sysfs, with sim_gpioN/pull and sim_gpioN/value. */
  readonly sim: string;
  /** Its name under /dev. */
  readonly name: string;
  /** The number of its line 0 in /sys/class/gpio. */
  readonly base: number;
}

/** Makes a chip; once for each label. */
export function makeChip(label: string, lines: number, settings: readonly string[]): SimChip {
  const text = execFileSync('sim-chip', [label, String(lines), ...settings], { encoding: 'utf8' });
  const found = /^export SIM=(\S+) CHIP=(\S+) BASE=(\d+)$/.exec(text.trim());
  assert.ok(found, `sim-chip said ${text}`);
  const [, sim = '', name = '', base = ''] = found;
  return { sim, name, base: Number(base) };
}

/** The level on a line's wire. */
export function lineLevel({ sim }: SimChip, line: number): 0 | 1 {
  return readFileSync(`${sim}/sim_gpio${line}/value`, 'utf8').trim() === '1' ? 1 : 0;
}

/** Puts a level on a line's wire. */
export function setLevel({ sim }: SimChip, line: number, level: 0 | 1): void {
  writeFileSync(`${sim}/sim_gpio${line}/pull`, level === 1 ? 'pull-up' : 'pull-down');
}

export const clock = systemClock();

/** Long enough for a process to start in a guest whose machine is busy with something else. */
const patienceMs = 180_000;

/**
 * Longest time from one look to the next that counts, milliseconds. The guest's processor is shared out
 * in slices of some milliseconds: what keeps a process that sleeps 2 ms away for longer is that the
 * machine did not run the guest at all, which no panel can help.
 */
const longestLookMs = 250;

/**
 * Polls until something holds; rejects after 180 s.
 * @returns how long it took of the time in which the guest ran, in milliseconds.
 */
export async function until(what: string, holds: () => boolean): Promise<number> {
  const startMs = performance.now();
  let tookMs = 0;
  for (let lookedMs = startMs; !holds(); ) {
    assert.ok(lookedMs - startMs < patienceMs, `waited in vain for ${what}`);
    await delay(2);
    const nowMs = performance.now();
    tookMs += Math.min(nowMs - lookedMs, longestLookMs);
    lookedMs = nowMs;
  }
  return tookMs;
}

function pulseArguments(intervalUs: number, { left: onLeft, right: onRight }: Played): string[] {
  const onReaders = [
    onLeft && `${left.d0},${left.d1}=${onLeft.join(',')}`,
    onRight && `${right.d0},${right.d1}=${onRight.join(',')}`,
  ];
  return ['-i', String(intervalUs), ...onReaders.filter((reader) => reader !== undefined)];
}

/** Plays pulses while the main loop turns; `gapUs` between two frames. */
export async function play(intervalUs: number, played: Played, gapUs = 50_000): Promise<void> {
  const gap = ['-g', String(gapUs)];
  const sender = spawn('wiegand-pulse', [...gap, ...pulseArguments(intervalUs, played)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  sender.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [status] = await once(sender, 'close');
  assert.equal(status, 0, said);
}

/** Plays pulses while the main loop stands still. */
export function playHeld(intervalUs: number, played: Played, widthUs = 50): void {
  const pulses = ['-w', String(widthUs), ...pulseArguments(intervalUs, played)];
  const sender = spawnSync('wiegand-pulse', pulses);
  assert.equal(sender.status, 0, String(sender.stderr));
}

/**
 * After the last test this process has to end by itself. When a line was left open it would not, and
 * the guest would wait for its time to be up.
 */
function endWhenTested(): void {
  after(() => {
    setTimeout(() => process.exit(1), 5000).unref();
  });
}

/** Makes the panel's chip and gives it to a driver. */
export async function openPanel(
  openDriver: () => Promise<GpioDriver>,
): Promise<{ panel: SimChip; bench: GpioBench }> {
  endWhenTested();
  const panel = makeChip(chip, lineCount, chipSettings);
  process.env.SIM = panel.sim;
  const driver = await openDriver();
  const bench: GpioBench = {
    driver,
    left,
    right,
    first,
    second,
    button,
    contact,
    holdLow: (reader, bit, held) =>
      setLevel(panel, bit === 0 ? reader.d0 : reader.d1, held ? 0 : 1),
    drive: ({ line }, level) => setLevel(panel, line, level),
    pass: async (us) => {
      await delay(us / 1000);
    },
    hold: (us) => {
      spawnSync('sleep', [String(us / 1e6)]);
    },
    spareLine,
    beyondLine: lineCount,
    nowUs: () => clock.monoUs(),
    play,
    playHeld,
    until: async (what, holds) => {
      await until(what, holds);
    },
    level: ({ line }) => lineLevel(panel, line),
    occupy(line) {
      // Whatever the driver under test: this is how a kernel driver or another program holds a line.
      const other = new ChardevDriver(clock).openRelay({
        name: 'first',
        chip,
        line,
        activeLow: false,
      });
      return () => other.close();
    },
  };
  return { panel, bench };
}

/**
 * Watches lines from outside while this thread does something: they are looked at before and after
 * every system call it makes.
 * @returns for each line the levels it had, in order: `01` rose once.
 */
export async function watchLevels(lines: readonly number[], action: () => void): Promise<string[]> {
  const watch = ['-p', String(process.pid), ...lines.map(String)];
  const watcher = spawn('line-watch', watch, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  watcher.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = once(watcher, 'close');
  await until('line-watch', () => said.includes('ready\n'));
  action();
  watcher.stdin.end();
  assert.deepEqual(await closed, [0, null]);
  assert.match(said, /^looks [1-9]\d+$/m, 'more than ten looks');
  return lines.map((line) => {
    const changes = [...said.matchAll(/^(\d+) ([01])$/gm)].filter(([, of]) => Number(of) === line);
    return changes.map(([, , level]) => level).join('');
  });
}
