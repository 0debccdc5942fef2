import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { noSettings } from '../support/check-store.ts';
import { cardBody, Daemon, simConfig, startDaemon } from '../support/daemon.ts';
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

/** Where both first pages tell the last page that the database has taken. */
const lastPageAt = [144, 4096 + 144];

test('pages that were taken and never written are not missed; others are', async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder);
  for (let n = 1; n <= 60; n += 1) {
    const body = cardBody(String(n), {
      identifier_owner: { name: 'x'.repeat(900), type: 'owner' },
    });
    assert.equal((await daemon.api('POST', '/api/v1/access/identifier', body)).status, 200);
  }
  await daemon.kill();
  const file = join(folder, 'data/latchd.mdb');
  const good = readFileSync(file);
  for (const at of lastPageAt) good.writeBigUInt64LE(BigInt(good.length / 4096 + 1), at);
  const statuses: (number | string | null)[] = [];
  for (const missing of [0, 1, 2, 5, 20, 40]) {
    writeFileSync(file, good.subarray(0, good.length - missing * 4096));
    rmSync(`${file}-lock`, { force: true });
    const again = new Daemon(folder, simConfig);
    const began = await Promise.race([again.ended, again.ready().then(() => 'ready')]);
    statuses.push(began);
    if (began !== 'ready') continue;
    const list = '/api/v1/access/identifier/items?limit=100';
    const { json } = await again.api<{ list_items: object[] }>('GET', list);
    assert.equal(json.list_items.length, 60);
    assert.equal(
      (await again.api('POST', '/api/v1/access/identifier', cardBody('99'))).status,
      200,
    );
    await again.kill();
  }
  assert.equal(statuses[0], 'ready');
  assert.deepEqual([...new Set(statuses)], ['ready', 71]);
});
