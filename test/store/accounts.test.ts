import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredAccount } from '../../src/ports/accounts.ts';
import { openAccounts } from '../../src/store/accounts.ts';
import { freshStore } from '../support/store.ts';

function account(role: StoredAccount['role'], salt = 'c2FsdA=='): StoredAccount {
  return { role, salt, hash: 'aGFzaA==' };
}
const later = Number.MAX_SAFE_INTEGER;

test('an account is added once', async (t) => {
  const accounts = openAccounts(freshStore(t));
  assert.equal(await accounts.add('ann', account('manager')), true);
  assert.equal(await accounts.add('ann', account('admin')), false);
  assert.deepEqual(accounts.get('ann'), account('manager'));
  assert.deepEqual(accounts.names(), ['ann']);
});

test('a new password keeps the role and ends the sessions of this account only', async (t) => {
  const accounts = openAccounts(freshStore(t));
  for (const name of ['ann', 'bob']) {
    await accounts.add(name, account('manager'));
    const session = { account: name, expiresMs: later };
    assert.equal(await accounts.addSession(name, session, 0, account('manager')), true);
  }
  const password = { salt: 'bmV3', hash: 'bmV3' };
  assert.equal(await accounts.setPassword('ann', password, account('manager')), true);
  assert.deepEqual(accounts.get('ann'), { role: 'manager', ...password });
  assert.equal(accounts.session('ann'), undefined);
  assert.equal(accounts.session('bob')?.account, 'bob');
});

test('what was decided about another state of an account is not done', async (t) => {
  const accounts = openAccounts(freshStore(t));
  await accounts.add('ann', account('manager'));
  const password = { salt: 'bmV3', hash: 'bmV3' };
  const session = { account: 'ann', expiresMs: later };
  for (const seen of [account('admin'), account('manager', 'b3RoZXI=')]) {
    assert.equal(await accounts.setPassword('ann', password, seen), false);
    assert.equal(await accounts.addSession('token', session, 0, seen), false);
  }
  assert.equal(await accounts.setPassword('bob', password, account('manager')), false);
  assert.deepEqual(accounts.get('ann'), account('manager'));
  assert.equal(accounts.get('bob'), undefined);
  assert.equal(accounts.session('token'), undefined);
});

test('an account goes with its sessions, but the last admin stays', async (t) => {
  const accounts = openAccounts(freshStore(t));
  await accounts.add('root', account('admin'));
  await accounts.add('ann', account('admin'));
  await accounts.add('bob', account('manager'));
  await accounts.addSession('token', { account: 'ann', expiresMs: later }, 0, account('admin'));
  assert.equal(await accounts.remove('nobody'), 'unknown');
  assert.equal(await accounts.remove('ann'), undefined);
  assert.equal(accounts.session('token'), undefined);
  assert.equal(await accounts.remove('root'), 'last-admin');
  assert.equal(await accounts.remove('bob'), undefined);
  assert.deepEqual(accounts.names(), ['root']);
});

test('of two admins that remove each other, one stays', async (t) => {
  const accounts = openAccounts(freshStore(t));
  await accounts.add('a', account('admin'));
  await accounts.add('b', account('admin'));
  const results = await Promise.all([accounts.remove('a'), accounts.remove('b')]);
  assert.deepEqual(results, [undefined, 'last-admin']);
});

test('a damaged account can be removed, and is not the admin that stays', async (t) => {
  const store = freshStore(t);
  const accounts = openAccounts(store);
  await accounts.add('root', account('admin'));
  await store.durably(() => {
    store.database<string>('accounts', 'ordered-binary').putSync('ann', { role: 'admin' });
  });
  assert.throws(() => accounts.get('ann'), /the account ann is damaged/);
  assert.equal(await accounts.remove('root'), 'last-admin');
  assert.equal(await accounts.remove('ann'), undefined);
});

test('an account has fifty sessions at the most; those that are over make room first', async (t) => {
  const accounts = openAccounts(freshStore(t));
  await accounts.add('ann', account('admin'));
  const add = (token: string, expiresMs: number, nowMs: number) =>
    accounts.addSession(token, { account: 'ann', expiresMs }, nowMs, account('admin'));
  for (let n = 0; n < 50; n += 1) await add(`t${n}`, 1000 + n, 0);
  await add('one more', 5000, 0);
  assert.equal(accounts.session('t0'), undefined);
  assert.equal(accounts.session('t1')?.expiresMs, 1001);
  await add('much later', 9000, 2000);
  assert.equal(accounts.session('t49'), undefined);
  assert.equal(accounts.session('one more')?.expiresMs, 5000);
});
