import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { openStore, type Store } from '../../src/store/store.ts';

/** A fresh folder that is gone after the test. */
export function freshFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real database in a fresh folder, closed after the test. */
export function freshStore(t: TestContext): Store {
  const store = openStore(freshFolder(t), 'writer');
  t.after(() => store.close());
  return store;
}

/** `store` on a disk that takes nothing more while `disk.isFull` is set. */
export function flakyStore(store: Store): { flaky: Store; disk: { isFull: boolean } } {
  const disk = { isFull: false };
  const flaky: Store = {
    ...store,
    durably: (work) =>
      disk.isFull
        ? Promise.reject(new Fault('store-unwritable', 'full', 'make room'))
        : store.durably(work),
  };
  return { flaky, disk };
}
