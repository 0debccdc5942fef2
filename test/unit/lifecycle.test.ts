import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { exitCode, Fault } from '../../src/errors.ts';
import { type Running, runUntilStopped } from '../../src/start/lifecycle.ts';
import { memoryLog } from '../support/log.ts';

/** A process whose starts the test carries out; what happens is told in order. */
function life(t: TestContext) {
  const told: string[] = [];
  const starts: {
    startAgain: () => void;
    restable: (rest: () => void) => void;
    done: (running: Running) => void;
    failed: (error: unknown) => void;
  }[] = [];
  const names = ['uncaughtException', 'unhandledRejection', 'SIGTERM', 'SIGINT'];
  names.push('SIGHUP', 'SIGQUIT');
  const others = process.listeners('uncaughtException');
  const before = new Map(names.map((name) => [name, process.listeners(name as 'SIGTERM')]));
  t.after(() => {
    for (const name of names) {
      for (const listener of process.listeners(name as 'SIGTERM')) {
        if (!before.get(name)?.includes(listener)) process.off(name, listener);
      }
    }
  });
  const ended = runUntilStopped({
    start: (startAgain, restable) =>
      new Promise((done, failed) => {
        starts.push({ startAgain, restable, done, failed });
      }),
    log: memoryLog(),
    stopping: () => told.push('stopping'),
    end: (status) => told.push(`end ${status}`),
  });
  const running = (name: string): Running => ({
    rest: () => told.push(`rest ${name}`),
    stop: async () => void told.push(`stop ${name}`),
  });
  /** As an error that nobody caught; the test runner listens too, and is not to hear of it. */
  const raise = (error: Error) => {
    for (const listener of process.listeners('uncaughtException')) {
      if (!others.includes(listener)) listener(error, 'uncaughtException');
    }
  };
  return { told, starts, ended, running, raise };
}

/** Lets all promises that are settled go on. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a signal during the start rests what is open before any word, and ends well', async (t) => {
  const { told, starts, ended } = life(t);
  starts[0]?.restable(() => told.push('rest the start'));
  process.emit('SIGTERM', 'SIGTERM');
  assert.deepEqual(told, ['rest the start', 'stopping']);
  await turn();
  assert.deepEqual(told, ['rest the start', 'stopping', `end ${exitCode.ok}`]);
  starts[0]?.failed(new Fault('gpio-lost', 'let go meanwhile', 'start again'));
  await ended;
});

test('a start that opens relays after the signal rests them at once', async (t) => {
  const { told, starts } = life(t);
  process.emit('SIGTERM', 'SIGTERM');
  starts[0]?.restable(() => told.push('rest the start'));
  assert.deepEqual(told, ['stopping', 'rest the start']);
});

test('a bug during the start rests what is open, then ends the process', async (t) => {
  const { told, starts, raise } = life(t);
  starts[0]?.restable(() => told.push('rest the start'));
  raise(new Error('a bug'));
  assert.deepEqual(told, ['rest the start', `end ${exitCode.bug}`]);
});

test('a start that fails by itself is told to whoever started it', async (t) => {
  const { told, starts, ended } = life(t);
  starts[0]?.failed(new Fault('gpio-busy', 'held by somebody', 'end that'));
  await assert.rejects(ended, { code: 'gpio-busy' });
  assert.deepEqual(told, []);
});

test('what runs is rested by a bug and stopped by a signal', async (t) => {
  const { told, starts, ended, running, raise } = life(t);
  starts[0]?.restable(() => told.push('rest the start'));
  starts[0]?.done(running('one'));
  await ended;
  raise(new Error('a bug'));
  process.emit('SIGTERM', 'SIGTERM');
  await turn();
  assert.deepEqual(told, [
    ...['rest one', `end ${exitCode.bug}`],
    ...['stop one', 'stopping', `end ${exitCode.ok}`],
  ]);
});

test('a second start: a bug and a signal find what is open by then', async (t) => {
  const { told, starts, ended, running, raise } = life(t);
  starts[0]?.done(running('one'));
  await ended;
  starts[0]?.startAgain();
  await turn();
  starts[1]?.restable(() => told.push('rest the second start'));
  raise(new Error('a bug'));
  process.emit('SIGTERM', 'SIGTERM');
  starts[1]?.done(running('two'));
  await turn();
  assert.deepEqual(told, [
    ...['stop one', 'rest the second start', `end ${exitCode.bug}`],
    ...['rest the second start', 'stopping', 'stop two', `end ${exitCode.ok}`],
  ]);
});

test('a second start that fails ends the process, at rest', async (t) => {
  const { told, starts, ended, running } = life(t);
  starts[0]?.done(running('one'));
  await ended;
  starts[0]?.startAgain();
  await turn();
  starts[1]?.restable(() => told.push('rest the second start'));
  starts[1]?.failed(new Fault('gpio-busy', 'held by somebody', 'end that'));
  await turn();
  assert.deepEqual(told, ['stop one', 'rest the second start', `end ${exitCode.fault}`]);
});
