import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { openStore } from '../../src/store/store.ts';
import { mountSmallDisk, skipWithoutMount } from '../support/needs.ts';

test('a disk that is nearly full is not written to, and is as soon as there is room', {
  skip: skipWithoutMount,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-'));
  const unmount = mountSmallDisk(folder, '3m');
  t.after(() => {
    unmount();
    rmSync(folder, { recursive: true });
  });
  const store = openStore(folder, 'writer');
  const numbers = store.database<number>('numbers', 'uint32');
  await store.durably(() => numbers.putSync(1, 'one'));
  const filler = `${folder}/filler`;
  writeFileSync(filler, Buffer.alloc(2.2 * 1024 * 1024));
  let tried = 0;
  const put = () => {
    tried += 1;
    numbers.putSync(2, 'two');
  };
  const isFull = (error: unknown) =>
    error instanceof Fault &&
    error.code === 'store-unwritable' &&
    /less than 1 MiB is left/.test(error.message);
  await assert.rejects(store.durably(put), isFull);
  assert.throws(() => store.now(put), isFull);
  assert.equal(tried, 0);
  assert.equal(numbers.get(1), 'one');
  unlinkSync(filler);
  await store.durably(put);
  assert.equal(numbers.get(2), 'two');
  await store.close();
});
