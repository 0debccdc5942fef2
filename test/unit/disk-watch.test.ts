import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import { watchDisk } from '../../src/panel/disk-watch.ts';
import { Faults } from '../../src/panel/faults.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';

const mib = 1024 * 1024;
const tenSeconds = 10_000_000;

function watched(freeMib: number) {
  const [clock, log] = [new FakeClock(), memoryLog()];
  const events: PanelEvent[] = [];
  const faults = new Faults({ clock, log, record: (event) => events.push(event) });
  let disk = { freeBytes: freeMib * mib, totalBytes: 1000 * mib, readOnly: false };
  const look = watchDisk(faults, () => disk);
  const lookLater = () => {
    clock.advance(tenSeconds);
    look();
  };
  return {
    clock,
    look,
    lookLater,
    faults,
    events,
    log,
    codes: () => faults.list().map(({ code }) => code),
    set: (free: number, readOnly = false) => {
      disk = { ...disk, freeBytes: free * mib, readOnly };
    },
  };
}

test('room goes and comes: one fault at a time, over only with clearly more room', () => {
  const { lookLater, codes, set } = watched(500);
  const steps: readonly (readonly [freeMib: number, code: string | undefined])[] = [
    [100, undefined],
    [99.9, 'disk-low'],
    [100.1, 'disk-low'],
    [124.9, 'disk-low'],
    [125, undefined],
    [124.9, undefined],
    [1, 'disk-low'],
    [0.99, 'disk-full'],
    [1.24, 'disk-full'],
    [1.25, 'disk-low'],
    [0, 'disk-full'],
    [124.9, 'disk-low'],
    [0, 'disk-full'],
    [500, undefined],
  ];
  for (const [free, code] of steps) {
    set(free);
    lookLater();
    assert.deepEqual(codes(), code === undefined ? [] : [code], `${free} MiB`);
  }
});

test('read-only goes before room, and what remains is told when it is over', () => {
  const { clock, lookLater, codes, set, faults } = watched(50);
  assert.deepEqual(codes(), ['disk-low']);
  set(50, true);
  lookLater();
  assert.deepEqual(codes(), ['disk-read-only']);
  assert.equal(faults.list()[0]?.sinceMs, clock.wallMs());
  set(50);
  lookLater();
  assert.deepEqual(codes(), ['disk-low']);
});

test('each fault is told once when it begins and once when it is over', () => {
  const { clock, lookLater, set, events, log } = watched(50);
  for (let n = 0; n < 100; n += 1) {
    set(50 + (n % 7));
    lookLater();
  }
  set(500);
  lookLater();
  assert.deepEqual(
    events.map(({ key, model }) => [key, model.code]),
    [
      ['fault_raised', 'disk-low'],
      ['fault_cleared', 'disk-low'],
    ],
  );
  assert.equal(log.entries.length, 2);
  assert.equal(clock.armed, 0);
});

test('whoever asks has it looked at now', () => {
  const { codes, set, look } = watched(500);
  set(0.5);
  assert.deepEqual(codes(), []);
  look();
  assert.deepEqual(codes(), ['disk-full']);
});
