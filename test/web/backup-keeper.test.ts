import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { noBackups } from '../../bench/no-backups.ts';
import { Fault } from '../../src/errors.ts';
import type { BackupKind } from '../../src/ports/backup.ts';
import { BackupKeeper } from '../../src/web/backup-keeper.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';

const minuteUs = 60_000_000;

/** A keeper of backups that are only written down, and may fail. */
function keeper({ scheduledMs = 0, missedAfterMs = 24 * 3_600_000 } = {}) {
  const clock = new FakeClock();
  const state = { scheduledMs: clock.wallMs() + scheduledMs, fails: false, replaced: false };
  const done: string[] = [];
  const fails = () => {
    if (state.fails) throw new Fault('backup-failed', 'no backup could be made', 'make room');
  };
  const subject = new BackupKeeper({
    clock,
    log: memoryLog(),
    isMissed: (sinceMs) => clock.wallMs() - sinceMs > missedAfterMs,
    commands: {
      raiseFault: async ({ code, what, do: remedy }) =>
        void done.push(`${code}: ${what}; ${remedy}`),
      clearFault: async (code) => void done.push(`${code} is over`),
    },
    backups: {
      ...noBackups,
      scheduledMs: () => state.scheduledMs,
      async make(kind: BackupKind) {
        fails();
        done.push(`made ${kind}`);
        state.scheduledMs = clock.wallMs();
        const content = { identifiers: 0, events: 0, damaged: 0 };
        return { name: 'x', kind, bytes: 1, createdMs: clock.wallMs(), ...content };
      },
      async keepReplaced() {
        fails();
        return state.replaced;
      },
    },
  });
  /** What has been done since it was asked last. */
  const since = async () => {
    await turn();
    return done.splice(0);
  };
  return { subject, state, clock, since };
}

test('a start keeps what a restore has replaced at once, and looks for a missed backup a minute later', async () => {
  const { subject, state, clock, since } = keeper({ scheduledMs: -25 * 3_600_000 });
  state.replaced = true;
  subject.start();
  assert.deepEqual(await since(), ['backup-failed is over']);
  state.replaced = false;
  clock.advance(minuteUs - 1);
  assert.deepEqual(await since(), []);
  clock.advance(1);
  assert.deepEqual(await since(), ['made scheduled', 'backup-failed is over']);
  clock.advance(60 * minuteUs);
  assert.deepEqual(await since(), []);
  subject.close();
  assert.equal(clock.armed, 0);
});

test('nothing is made at a start that has missed nothing', async () => {
  const { subject, clock, since } = keeper({ scheduledMs: -3_600_000 });
  subject.start();
  clock.advance(2 * minuteUs);
  assert.deepEqual(await since(), []);
  subject.close();
});

test('a backup that fails is a fault with its remedy, tried again every hour until there is one', async () => {
  const { subject, state, clock, since } = keeper({ scheduledMs: -25 * 3_600_000 });
  state.fails = true;
  const fault = 'backup-failed: no backup could be made; make room';
  subject.start();
  assert.deepEqual(await since(), [fault]);
  clock.advance(minuteUs);
  // What was replaced, and what was missed.
  assert.deepEqual(await since(), [fault, fault]);
  for (let hour = 0; hour < 3; hour += 1) {
    clock.advance(60 * minuteUs);
    assert.deepEqual(await since(), [fault, fault]);
  }
  state.fails = false;
  clock.advance(60 * minuteUs);
  assert.deepEqual(await since(), ['made scheduled', 'backup-failed is over']);
  subject.close();
});

test('one by schedule says that it failed, and that the next did not', async () => {
  const { subject, state, since } = keeper();
  state.fails = true;
  await subject.run();
  state.fails = false;
  await subject.run();
  assert.deepEqual(await since(), [
    'backup-failed: no backup could be made; make room',
    'made scheduled',
    'backup-failed is over',
  ]);
});
