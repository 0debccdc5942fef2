import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { firstSettings, parseConfig } from '../../src/config.ts';
import { firstStart } from '../../src/start/first-start.ts';
import { openStore } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { digestOf, matchesDigest } from '../../src/web/accounts/password.ts';
import { memoryLog } from '../support/log.ts';
import { freshFolder } from '../support/store.ts';

/** The first start with a data folder. @returns the file of the password, and how to check one. */
function beginIn(t: TestContext, data: string) {
  const before = process.env.LATCHD_ADMIN_PASSWORD;
  delete process.env.LATCHD_ADMIN_PASSWORD;
  t.after(() => {
    if (before !== undefined) process.env.LATCHD_ADMIN_PASSWORD = before;
  });
  const config = { ...parseConfig('locks: { first: { line: 22 } }'), data };
  const store = openStore(data, 'writer');
  t.after(() => store.close());
  const stored = openStored(store, firstSettings(config));
  return {
    file: join(data, 'initial-password'),
    start: () => firstStart(config, stored, memoryLog()),
    async isRight(password: string) {
      const account = stored.accounts.get('admin');
      return account !== undefined && matchesDigest(account, digestOf(password));
    },
  };
}

test('the first password is written to a new file, which only its owner may ever read', async (t) => {
  const { file, start, isRight } = beginIn(t, freshFolder(t));
  // Left behind by somebody, and open to others.
  writeFileSync(file, 'left behind', { mode: 0o644 });
  const held = openSync(file, 'r');
  t.after(() => closeSync(held));
  await start();
  assert.equal(readFileSync(held, 'utf8'), 'left behind');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const password = readFileSync(file, 'utf8').trim();
  assert.match(password, /^[\w-]{16}$/);
  assert.equal(await isRight(password), true);
});

test('a link in its place leads the first password nowhere', async (t) => {
  const data = freshFolder(t);
  const { file, start, isRight } = beginIn(t, data);
  const elsewhere = join(data, 'elsewhere');
  writeFileSync(elsewhere, 'as it was');
  symlinkSync(elsewhere, file);
  await start();
  assert.equal(readFileSync(elsewhere, 'utf8'), 'as it was');
  assert.equal(await isRight(readFileSync(file, 'utf8').trim()), true);
});
