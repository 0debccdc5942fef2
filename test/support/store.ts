import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { openStore, type Store } from '../../src/store/store.ts';

type Ending = () => unknown;

const endings = new WeakMap<TestContext, Ending[]>();

/**
 * Runs `end` after the test, what was begun last first: the runner begins with what was begun first,
 * and would take a folder away from under a panel that still writes into it.
 */
export function atEnd(t: TestContext, end: Ending): void {
  const known = endings.get(t);
  if (known) return void known.push(end);
  const all = [end];
  endings.set(t, all);
  t.after(() => endAll(all));
}

async function endAll(all: Ending[]): Promise<void> {
  const failures: unknown[] = [];
  for (let end = all.pop(); end; end = all.pop()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** A fresh folder that is gone after the test. */
export function freshFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-'));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real database in a fresh folder, closed after the test. */
export function freshStore(t: TestContext): Store {
  const store = openStore(freshFolder(t), 'writer');
  atEnd(t, () => store.close());
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
