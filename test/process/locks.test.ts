import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weekdays } from '../../src/door/model.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

async function energised(daemon: Daemon): Promise<boolean[]> {
  type Locks = Record<'first' | 'second', { energised: boolean }>;
  const { json } = await daemon.api<Locks>('GET', '/sim/locks');
  return [json.first.energised, json.second.energised];
}

test('free access comes back after a stop and after a crash, an emergency does not', async (t) => {
  const folder = freshFolder(t);
  const before = await startDaemon(t, folder);
  const days = weekdays.map((day) => ({
    day,
    enable: true,
    lock: 'first',
    time_from: 0,
    time_to: 86_340,
  }));
  const set = await before.api('POST', '/api/v1/access/freeaccess', { enable: true, days });
  assert.equal(set.status, 200);
  const opened = await before.api('POST', '/api/v1/access/general/lock/open/emergency', {
    locks: [{ lock_number: 2, unlock_time: 1000 }],
  });
  assert.equal(opened.status, 200);
  assert.deepEqual(await energised(before), [true, true]);
  before.process.kill('SIGTERM');
  assert.equal(await before.ended, 0);
  assert.match(before.lines.at(-1) ?? '', /locks are at rest/);

  const after = await startDaemon(t, folder);
  assert.deepEqual(await energised(after), [true, false]);
  await after.kill();
  const again = await startDaemon(t, folder);
  assert.deepEqual(await energised(again), [true, false]);
  const closed = await again.api('POST', '/api/v1/access/general/lock/close/emergency', {
    locks: [0],
  });
  assert.equal(closed.status, 200);
  assert.deepEqual(await energised(again), [false, false]);
});
