import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { openStore } from '../../src/store/store.ts';

const isRoot = process.getuid?.() === 0;

test('a disk that becomes read-only under a database is a fault, and nothing of it is lost', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-'));
  const [image, mount] = [join(folder, 'image'), join(folder, 'mount')];
  execFileSync('mkdir', [mount]);
  execFileSync('truncate', ['-s', '16M', image]);
  const known = new Set(isRoot ? readdirSync('/sys/fs/ext4') : []);
  const isMounted =
    isRoot &&
    spawnSync('mkfs.ext4', ['-q', '-F', image]).status === 0 &&
    spawnSync('mount', ['-o', 'loop,errors=remount-ro', image, mount]).status === 0;
  if (!isMounted) return t.skip('NOT RUN: an image has to be mounted by root');
  t.after(() => {
    execFileSync('umount', ['--lazy', mount]);
    rmSync(folder, { recursive: true });
  });
  const disk = readdirSync('/sys/fs/ext4').find((name) => !known.has(name));
  const store = openStore(mount, 'writer');
  const numbers = store.database<number>('numbers', 'uint32');
  await store.durably(() => numbers.putSync(1, 'one'));
  // As the kernel does by itself when the disk answers nonsense.
  writeFileSync(`/sys/fs/ext4/${disk}/trigger_fs_error`, 'test');
  const isUnwritable = (error: unknown) =>
    error instanceof Fault && error.code === 'store-unwritable';
  for (let round = 0; round < 3; round += 1) {
    await assert.rejects(
      store.durably(() => numbers.putSync(2, 'two')),
      isUnwritable,
    );
    assert.throws(() => store.now(() => numbers.putSync(3, 'three')), isUnwritable);
  }
  assert.deepEqual([numbers.get(1), numbers.get(2), numbers.get(3)], ['one', undefined, undefined]);
});
