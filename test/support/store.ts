import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
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
