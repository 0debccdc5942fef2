import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { noSettings } from '../support/check-store.ts';
import { Daemon, simConfig, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

/** What may have become of the file. */
const damages: readonly (readonly [title: string, damage: (file: string) => void])[] = [
  ['garbage', (file) => writeFileSync(file, Buffer.alloc(65_536, 'no database'))],
  ['a first page of zeros', (file) => overwrite(file, 0, 4096)],
  ['a second page of zeros', (file) => overwrite(file, 4096, 8192)],
  ['half of it', (file) => truncateSync(file, readFileSync(file).length / 2)],
  ['a few bytes of it', (file) => truncateSync(file, 100)],
  ['zeros behind the first pages', (file) => overwrite(file, 8192, readFileSync(file).length)],
];

function overwrite(file: string, from: number, to: number): void {
  writeFileSync(file, readFileSync(file).fill(0, from, to));
}

test('a file that is no database any more is a fault, said in a sentence', async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder);
  await daemon.kill();
  const file = join(folder, 'data/latchd.mdb');
  copyFileSync(file, `${file}.good`);
  for (const [title, damage] of damages) {
    copyFileSync(`${file}.good`, file);
    damage(file);
    const again = new Daemon(folder, simConfig);
    assert.equal(await again.ended, 71, title);
    assert.match(again.lines.join('\n'), /latchd: .*restore a backup/, title);
  }
  copyFileSync(`${file}.good`, file);
  await (await new Daemon(folder, simConfig).ready()).kill();
});

test('an empty file is a database that has not begun', async (t) => {
  const folder = freshFolder(t);
  writeFileSync(join(folder, 'latchd.mdb'), '');
  const store = openStore(folder, 'writer');
  assert.equal(openStored(store, noSettings).identifiers.count(), 0);
  await store.close();
});
