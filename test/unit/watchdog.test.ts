import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { longestWriteUs, startWatchdog } from '../../src/start/watchdog.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';

function watched(watchdogUs: number | undefined = 3_000_000) {
  const clock = new FakeClock();
  const log = memoryLog();
  const state = { fed: 0, writingUs: 0, store: undefined as unknown, line: undefined as unknown };
  const manager = {
    watchdogUs,
    ready: () => undefined,
    alive: () => {
      state.fed += 1;
    },
    stopping: () => undefined,
  };
  const unless = (error: unknown) => {
    if (error !== undefined) throw error;
  };
  const vitals = {
    readStore: () => unless(state.store),
    writingUs: () => state.writingUs,
    lookAtLines: () => unless(state.line),
  };
  const stop = startWatchdog(manager, vitals, { clock, log });
  const fedIn = (us: number) => {
    const before = state.fed;
    clock.advance(us);
    return state.fed - before;
  };
  return { state, fedIn, stop, told: () => log.entries.map(({ text }) => text) };
}

test('it is fed six times in its time while all is well, and not after the stop', () => {
  const { fedIn, stop, told } = watched();
  fedIn(0);
  assert.equal(fedIn(3e6), 6);
  stop();
  assert.equal(fedIn(3e6), 0);
  assert.deepEqual(told(), []);
});

test('without a watchdog nothing is tried', () => {
  const { state, fedIn } = watched(0);
  state.store = new Error('not to be asked');
  assert.equal(fedIn(3e6), 0);
});

test('a store that does not answer starves it, and so does a write that hangs', () => {
  const { state, fedIn, told } = watched();
  fedIn(0);
  state.store = new Error('MDB_PANIC');
  assert.equal(fedIn(3e6), 0);
  state.store = undefined;
  assert.equal(fedIn(3e6), 6);
  state.writingUs = longestWriteUs;
  assert.equal(fedIn(3e6), 6);
  state.writingUs = longestWriteUs + 1;
  assert.equal(fedIn(3e6), 0);
  const starving = 'the watchdog is not fed: latchd will be started again';
  assert.deepEqual(told(), [starving, 'all is well again: the watchdog is fed', starving]);
});

test('a line known to be gone is told once and starves nobody; an unknown failure does', () => {
  const { state, fedIn, told } = watched();
  state.line = new Fault('gpio-lost', 'relay first is gone', 'check the wires');
  assert.equal(fedIn(3e6), 7);
  state.line = undefined;
  assert.equal(fedIn(3e6), 6);
  assert.deepEqual(told(), ['a line is gone', 'every line is there again']);
  state.line = new TypeError('a bug');
  assert.equal(fedIn(3e6), 0);
});
