/** Backups on a disk that has no room for them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs, { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { loadBackup } from '../../src/store/backup-load.ts';
import { openBackups } from '../../src/store/backups.ts';
import { freeBytes, reserveBytes } from '../../src/store/room.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';
import { mountSmallDisk, skipWithoutMount } from '../support/needs.ts';

const timeout = 300_000;

/** A panel's data with `mib` of it that no compression makes smaller, on a disk of its own. */
async function onSmallDisk(t: TestContext, mib: number) {
  const data = mkdtempSync(join(tmpdir(), 'latchd-'));
  const unmount = mountSmallDisk(data, '200m');
  t.after(async () => {
    await store.close();
    unmount();
    rmSync(data, { recursive: true });
  });
  const store: Store = openStore(data, 'writer');
  const stored = openStored(store, {
    wiegand: { type: 'wiegand_26', representation: 'decimal' },
    openSeconds: { first: 5, second: 5 },
  });
  await stored.accounts.set('admin', { role: 'admin', salt: 's', hash: 'h' });
  for (let n = 0; n < mib * 16; n += 1) {
    const owner = { name: randomBytes(32 * 1024).toString('hex'), type: 'owner' } as const;
    await stored.identifiers.create({ type: 'card', number: String(n + 1), owner, lock: 'all' });
  }
  const folder = join(data, 'backups');
  const clock = new FakeClock();
  const backups = openBackups({
    store,
    data,
    folder,
    keep: 3,
    version: '1',
    clock,
    log: memoryLog(),
  });
  /** Leaves so much room on the disk beyond what backups leave free. */
  const leave = (bytes: number) => {
    const used = 200 * 1024 * 1024 - freeBytes(data);
    const size = used + reserveBytes + bytes;
    execFileSync('mount', ['-o', `remount,size=${size}`, data]);
  };
  return { data, folder, store, stored, backups, leave };
}

function descriptorsOf(path: string): number {
  const folder = '/proc/self/fd';
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(join(folder, fd)) === path;
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}

const noRoom = (error: unknown) =>
  error instanceof Fault &&
  error.code === 'backup-failed' &&
  /less than 32 MiB is left on the disk/.test(error.message) &&
  error.remedy.includes('df -h');

test('a disk that fills up while a backup is made: it fails, leaves nothing, and the rest goes on', {
  skip: skipWithoutMount,
  timeout,
}, async (t) => {
  const { data, folder, stored, backups, leave } = await onSmallDisk(t, 4);
  // Enough to begin with, but not for all of it; then not even to begin with.
  for (const [bytes, round] of [
    [1024 * 1024, 1],
    [-1024 * 1024, 2],
  ] as const) {
    leave(bytes);
    await assert.rejects(backups.make('manual'), noRoom);
    assert.deepEqual(readdirSync(folder), []);
    assert.deepEqual(
      readdirSync(data).filter((name) => name.startsWith('.')),
      [],
    );
    // Whatever a backup takes, there is room for the door.
    const owner = { name: 'Ann', type: 'owner' } as const;
    const number = String(1000 + round);
    const made = await stored.identifiers.create({ type: 'card', number, owner, lock: 'all' });
    assert.ok('uid' in made);
    assert.equal(stored.identifiers.find('card', number)?.uid, made.uid);
    execFileSync('mount', ['-o', 'remount,size=200m', data]);
  }
  const { identifiers } = await backups.make('manual');
  assert.equal(identifiers, 66);
});

test('a backup that fails leaves nothing, however long the disk took to make its file', {
  skip: skipWithoutMount,
  timeout,
}, async (t) => {
  const { folder, backups, leave } = await onSmallDisk(t, 1);
  // By then everything that does not wait for the file has happened.
  const slowly = async <T>(open: () => T): Promise<T> => {
    for (let turn = 0; turn < 50_000; turn += 1) await new Promise(setImmediate);
    return open();
  };
  const { open } = fs;
  const { open: promised } = fs.promises;
  t.mock.method(fs, 'open', (...asked: Parameters<typeof open>) => slowly(() => open(...asked)));
  t.mock.method(fs.promises, 'open', (...asked: Parameters<typeof promised>) =>
    slowly(() => promised(...asked)),
  );
  leave(-1024 * 1024);
  await assert.rejects(backups.make('manual'), noRoom);
  await slowly(() => undefined);
  await slowly(() => undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('a backup that does not fit is let go of', { skip: skipWithoutMount, timeout }, async (t) => {
  const { data, folder, backups, leave } = await onSmallDisk(t, 4);
  const { name } = await backups.make('manual');
  const path = join(folder, name);
  leave(-1024 * 1024);
  const other = join(data, 'other');
  mkdirSync(other);
  await assert.rejects(loadBackup(path, other), { code: 'store-unwritable' });
  while (descriptorsOf(path) > 0) await new Promise(setImmediate);
});

test('a disk that fills up while a backup is taken in: refused, and nothing has changed', {
  skip: skipWithoutMount,
  timeout,
}, async (t) => {
  const { data, stored, backups, leave } = await onSmallDisk(t, 4);
  const upload = () => backups.prepare(new Blob([randomBytes(8 * 1024 * 1024)]).stream(), 'admin');
  leave(1024 * 1024);
  await assert.rejects(upload(), noRoom);
  assert.deepEqual(
    readdirSync(data).filter((name) => name.startsWith('.') || name === 'restore'),
    [],
  );
  assert.equal(stored.identifiers.count(), 64);
  execFileSync('mount', ['-o', 'remount,size=200m', data]);
  assert.deepEqual(await upload(), { refused: 'not-a-backup' });
});
