import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { open } from 'lmdb';
import { Fault } from '../../src/errors.ts';
import { loadBackup } from '../../src/store/backup-load.ts';
import { migrations } from '../../src/store/migrations.ts';
import { prove } from '../../src/store/proof.ts';
import { databaseFile, openStore, schemaKey, schemaVersion } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { freshFolder } from '../support/store.ts';

/** Databases as the latchd of each version wrote them, kept as backups: each holds the same. */
const fixtures = fileURLToPath(new URL('../../../test/fixtures/', import.meta.url));
const versions = Array.from({ length: schemaVersion }, (_, index) => index + 1);

const defaults = {
  wiegand: { type: 'wiegand_26', representation: 'decimal' },
  openSeconds: { first: 5, second: 5 },
} as const;

async function loaded(t: TestContext, version: number): Promise<string> {
  const folder = join(freshFolder(t), 'data');
  mkdirSync(folder);
  const answer = await loadBackup(`${fixtures}schema-${version}.backup`, folder);
  assert.ok('header' in answer);
  assert.equal(answer.header.schema, version);
  return folder;
}

/** What stands in every fixture, as this version reads it. */
async function check(folder: string): Promise<void> {
  const store = openStore(folder, 'writer');
  const { identifiers, events, settings, accounts } = openStored(store, defaults);
  const all = identifiers.list(0, 10, false).map(({ uid, number, type, lock }) => {
    return [uid, type, number, lock];
  });
  assert.deepEqual(all, [
    [1, 'card', '7', 'first'],
    [2, 'inputCode', '1234', 'all'],
    [4, 'card', '9', 'second'],
  ]);
  assert.deepEqual(identifiers.find('card', '7')?.passes, { max: 5, left: 3 });
  assert.deepEqual(identifiers.get(2)?.window, { fromS: 1, toS: 2 });
  assert.deepEqual(identifiers.ownedBy('Ann'), [1, 4]);
  assert.equal(identifiers.ofType('card', 0, 10, false).total, 2);
  const query = { newestFirst: false, offset: 0, limit: 10 };
  assert.deepEqual(
    events.query({ ...query, category: 'access' }).events.map(({ seq }) => seq),
    [1, 3, 6],
  );
  assert.equal(events.query({ ...query, fromMs: 1_780_000_003_000 }).total, 4);
  assert.equal(settings.openSeconds('second'), 12);
  assert.deepEqual(settings.wiegand(), { type: 'wiegand_34', representation: 'hex' });
  assert.equal(accounts.get('admin')?.role, 'admin');
  assert.deepEqual(await prove(store), { identifiers: 3, events: 6, damaged: 0 });
  const owner = { name: 'Eve', type: 'owner' } as const;
  const created = await identifiers.create({ type: 'card', number: '10', owner, lock: 'all' });
  assert.deepEqual(created, { uid: 5 });
  await store.close();
}

for (const version of versions) {
  test(`a database of version ${version} is brought up to date`, async (t) => {
    const folder = await loaded(t, version);
    await check(folder);
    const kept = `${databaseFile(folder)}.schema-${version}`;
    assert.equal(existsSync(kept), version < schemaVersion);
  });
}

test('a step that is cut off has not happened, and is made by the next start', async (t) => {
  for (const version of versions.slice(0, -1)) {
    const folder = await loaded(t, version);
    const real = migrations.get(version + 1);
    assert.ok(real);
    const steps = migrations as Map<number, typeof real>;
    steps.set(version + 1, (store) => {
      real(store);
      throw new Error('cut off');
    });
    try {
      assert.throws(() => openStore(folder, 'writer'), /cannot be written/);
    } finally {
      steps.set(version + 1, real);
    }
    // The database that is still open belongs to a process that has ended, as it were.
    const copy = join(freshFolder(t), 'data');
    mkdirSync(copy);
    copyFileSync(databaseFile(folder), databaseFile(copy));
    const root = open({ path: databaseFile(copy), maxDbs: 64 });
    assert.equal(root.get(schemaKey), version);
    await root.close();
    await check(copy);
  }
});

test('what stood there before a step can be gone back to', async (t) => {
  const folder = await loaded(t, 1);
  const before = readFileSync(databaseFile(folder));
  await openStore(folder, 'writer').close();
  const kept = readFileSync(`${databaseFile(folder)}.schema-1`);
  assert.deepEqual(kept, before);
  writeFileSync(databaseFile(folder), kept);
  await check(folder);
});

test('a database of a newer version is refused, and left as it is', async (t) => {
  const folder = freshFolder(t);
  const root = open({ path: databaseFile(folder), maxDbs: 64 });
  await root.put(schemaKey, schemaVersion + 1);
  await root.close();
  assert.throws(
    () => openStore(folder, 'writer'),
    (error) =>
      error instanceof Fault &&
      error.code === 'store-newer' &&
      error.message ===
        `the database has layout ${schemaVersion + 1}, this latchd knows ${schemaVersion}` &&
      /install the version of latchd that wrote it/.test(error.remedy),
  );
});
