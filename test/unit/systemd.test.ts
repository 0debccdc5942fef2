import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openJournal } from '../../src/io/journal.ts';
import { openServiceManager } from '../../src/io/systemd.ts';
import { receiveDatagrams } from '../support/datagrams.ts';
import { freshFolder } from '../support/store.ts';

test('systemd is told of the start, of life and of the end', async (t) => {
  const path = join(freshFolder(t), 'notify');
  const next = receiveDatagrams(t, path);
  const env = { NOTIFY_SOCKET: path, WATCHDOG_USEC: '3000000', WATCHDOG_PID: '12' };
  const manager = await openServiceManager(env, 12);
  assert.equal(manager.watchdogUs, 3_000_000);
  manager.ready('2 readers');
  manager.alive();
  manager.stopping();
  assert.equal(next(), 'READY=1\nSTATUS=2 readers');
  assert.equal(next(), 'WATCHDOG=1');
  assert.match(next() ?? '', /^STOPPING=1\n/);
  assert.equal(next(), undefined);
});

test('an abstract socket; a watchdog meant for another process', async (t) => {
  const name = `@latchd-test-${process.pid}`;
  const next = receiveDatagrams(t, name);
  const env = { NOTIFY_SOCKET: name, WATCHDOG_USEC: '3000000', WATCHDOG_PID: '13' };
  const manager = await openServiceManager(env, 12);
  assert.equal(manager.watchdogUs, undefined);
  manager.alive();
  assert.equal(next(), 'WATCHDOG=1');
});

test('without systemd nobody is told; a start that cannot be told fails', async (t) => {
  const alone = await openServiceManager({}, 12);
  assert.equal(alone.watchdogUs, undefined);
  alone.ready('');
  const gone = await openServiceManager({ NOTIFY_SOCKET: join(freshFolder(t), 'none') }, 12);
  assert.throws(() => gone.ready(''), /^Error: ENOENT: systemd could not be told/);
});

test('a receiver whose queue is full holds nobody up', async (t) => {
  const path = join(freshFolder(t), 'notify');
  const next = receiveDatagrams(t, path);
  const manager = await openServiceManager({ NOTIFY_SOCKET: path }, 12);
  for (let n = 0; n < 10_000; n += 1) manager.alive();
  assert.throws(() => manager.ready(''), /EAGAIN/);
  while (next() !== undefined);
  manager.ready('');
  assert.match(next() ?? '', /^READY=1/);
});

test('an entry of the journal has its fields, and is refused when there is no journal', (t) => {
  const path = join(freshFolder(t), 'journal');
  const next = receiveDatagrams(t, path);
  const journal = openJournal(path);
  const fields = { reader: 'front', delay_ms: 5, uid: 3n, why: undefined };
  assert.equal(journal(6, 'granted reader=front', fields), true);
  assert.equal(
    next(),
    'MESSAGE=granted reader=front\nPRIORITY=6\nSYSLOG_IDENTIFIER=latchd\n' +
      'LATCHD_READER=front\nLATCHD_DELAY_MS=5\nLATCHD_UID=3\n',
  );
  assert.equal(journal(6, 'x'.repeat(8_000_000), {}), false);
  rmSync(path);
  assert.equal(journal(6, 'again', {}), false);
});
