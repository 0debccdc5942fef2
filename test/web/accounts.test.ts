import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asAdmin,
  asManager,
  basic,
  type FreshWeb,
  freshWeb,
  loginPath,
  passwords,
  serve,
} from '../support/web-app.ts';

const items = '/api/v1/access/identifier/items';
const android = '/api/v1/security/password';
const camdroid = '/api/v1/security/password/web';
const wrongLogin = [400, { error: 'Wrong login or password' }];
const missed = [400, { error: 'Required parameters missed' }];

async function outcome(answer: ReturnType<FreshWeb['call']>) {
  const { status, body } = await answer;
  return [status, body];
}

const change = (web: FreshWeb, path: string, body?: unknown, auth = asAdmin) =>
  outcome(web.call('POST', path, { auth, ...(body !== undefined && { body }) }));
const statusOf = async (web: FreshWeb, auth: string) =>
  (await web.call('GET', items, { auth })).status;

test('a password is changed at the paths of both families, in the query or in a body', async (t) => {
  const web = await freshWeb(t);
  let old: string = passwords.admin;
  const ways = [
    [`${android}/admin?oldPassword=`, 'first one'],
    [`${camdroid}/admin?oldPassword=`, 'sécond&one'],
  ] as const;
  for (const [path, fresh] of ways) {
    const query = `${encodeURIComponent(old)}&newPassword=${encodeURIComponent(fresh)}`;
    const auth = basic('admin', old);
    assert.deepEqual(await change(web, `${path}${query}`, undefined, auth), [200, {}]);
    assert.equal(await statusOf(web, auth), 401);
    assert.equal(await statusOf(web, basic('admin', fresh)), 200);
    assert.equal((await web.call('GET', loginPath('admin', fresh))).status, 200);
    old = fresh;
  }
  const body = { old_password: old, new_password: 'third one' };
  const auth = basic('admin', old);
  assert.deepEqual(await change(web, `${android}/admin`, body, auth), [200, {}]);
  assert.equal(await statusOf(web, basic('admin', 'third one')), 200);
});

test('all that proved the old password ends at once, and nothing of others', async (t) => {
  const web = await freshWeb(t);
  const tokens = [];
  for (const name of ['admin', 'manager'] as const) {
    const { body } = await web.call('GET', loginPath(name, passwords[name]));
    tokens.push(`Bearer ${body.token}`);
  }
  const [admin = '', manager = ''] = tokens;
  assert.deepEqual(
    await Promise.all([admin, manager, asAdmin].map((a) => statusOf(web, a))),
    [200, 200, 200],
  );
  const path = `${android}/admin?oldPassword=${passwords.admin}&newPassword=better one`;
  assert.deepEqual(await change(web, path, undefined, admin), [200, {}]);
  assert.deepEqual(
    await Promise.all([admin, manager, asAdmin].map((a) => statusOf(web, a))),
    [401, 200, 401],
  );
});

test('the event says who changed it; no password is in an event, the log or an answer', async (t) => {
  const web = await freshWeb(t);
  const secrets = [passwords.admin, 'brand new one', 'wrong guess'];
  const [old, fresh, guess] = secrets.map((text) => encodeURIComponent(text));
  const answers = [
    await change(web, `${android}/admin?oldPassword=${guess}&newPassword=${fresh}`),
    await change(web, `${android}/admin?oldPassword=${old}&newPassword=${fresh}`),
  ];
  assert.deepEqual(answers, [wrongLogin, [200, {}]]);
  const events = await web.recorded();
  const changed = events.filter(({ key }) => key === 'password_changed');
  assert.deepEqual(
    changed.map(({ text, category, model }) => [text, category, model]),
    [['admin changed the password of admin', 'system', { account: 'admin', by: 'admin' }]],
  );
  assert.equal(events.filter(({ key }) => key === 'incorrect_login_api_call').length, 1);
  const said = JSON.stringify([events, web.log.entries, answers]);
  for (const secret of secrets) assert.equal(said.includes(`${secret}`), false, secret);
});

test('a wrong old password is refused, and throttled as a login is', async (t) => {
  const web = await freshWeb(t);
  const guess = (old: string, name = 'admin') =>
    change(web, `${android}/${name}?oldPassword=${old}&newPassword=123456`);
  assert.deepEqual(await guess('nobody', 'nobody'), wrongLogin);
  for (let n = 0; n < 4; n += 1) assert.deepEqual(await guess(`guess${n}`), wrongLogin);
  const throttled = [429, { error: 'Too many attempts' }];
  assert.deepEqual(await guess(passwords.admin), throttled);
  const login = web.call('GET', loginPath('admin', passwords.admin));
  assert.deepEqual(await outcome(login), throttled, 'it is the same count');
  web.clock.advance(60e6);
  assert.deepEqual(await guess(passwords.admin), [200, {}]);
});

test('a new password has 6 to 128 characters, and none may be missing', async (t) => {
  const web = await freshWeb(t);
  const wrong = [400, { error: 'Wrong or missing parameters' }];
  const admin = `${android}/admin`;
  const set = (fresh: string) =>
    change(web, admin, { old_password: passwords.admin, new_password: fresh });
  assert.deepEqual(await set('12345'), wrong);
  assert.deepEqual(await set('x'.repeat(129)), wrong);
  assert.deepEqual(await set(''), missed);
  assert.deepEqual(await change(web, admin), missed);
  assert.deepEqual(await change(web, `${admin}?oldPassword=${passwords.admin}`), missed);
  assert.deepEqual(await change(web, `${admin}?newPassword=123456`), missed);
  assert.deepEqual(await change(web, `${android}/nobody?newPassword=123456`), missed);
  const bodies: [unknown, string][] = [
    ['not JSON', 'Wrong JSON body'],
    [{}, 'Wrong JSON body: no value for `new_password`'],
    [{ new_password: 123456 }, 'Wrong JSON body: value `new_password` was of the wrong type'],
  ];
  for (const [body, error] of bodies) {
    assert.deepEqual(await change(web, admin, body), [400, { error }]);
  }
  assert.equal(await statusOf(web, asAdmin), 200);
  assert.deepEqual(await set('x'.repeat(128)), [200, {}]);
});

test('an admin sets the password of a manager without the old one, not that of an admin', async (t) => {
  const web = await freshWeb(t);
  const account = web.accounts.get('admin');
  assert.ok(account);
  await web.accounts.add('second', account);
  assert.deepEqual(await change(web, `${android}/second?newPassword=123456`), missed);
  assert.deepEqual(
    await change(web, `${android}/manager?oldPassword=wrong&newPassword=123456`),
    wrongLogin,
  );
  assert.equal(await statusOf(web, asManager), 200);
  assert.deepEqual(await change(web, `${android}/manager?newPassword=123456`), [200, {}]);
  assert.equal(await statusOf(web, asManager), 401);
  assert.equal(await statusOf(web, basic('manager', '123456')), 200);
  const { body } = await web.call('GET', loginPath('manager', '123456'));
  assert.equal(body.account_type, 'manager');
  const own = await change(web, `${android}/manager?newPassword=654321`, undefined, asManager);
  assert.equal(own[0], 401);
  const asNew = basic('manager', '123456');
  const path = `${android}/manager?oldPassword=123456&newPassword=654321`;
  assert.deepEqual(await change(web, path, undefined, asNew), [
    403,
    { error: 'Administrator rights required' },
  ]);
});

test('a login that was verified before the password changed gets no session after', async (t) => {
  const web = await freshWeb(t, {
    commands: {
      // The password changes between the check and the session.
      addSession: async (tokenHash, session, nowMs, verified) => {
        await web.accounts.set('admin', { ...verified, salt: 'bmV3' });
        return web.accounts.addSession(tokenHash, session, nowMs, verified);
      },
    },
  });
  const login = web.call('GET', loginPath('admin', passwords.admin));
  assert.deepEqual(await outcome(login), wrongLogin);
  const sessions = web.store.database<string>('sessions', 'ordered-binary');
  assert.deepEqual([...sessions.getKeys({})], []);
});

test('Basic with the old password is not remembered when it changes during the check', async (t) => {
  const web = await freshWeb(t);
  const account = web.accounts.get('manager');
  assert.ok(account);
  const underWay = web.call('GET', items, { auth: asAdmin });
  await web.accounts.set('admin', { ...account, role: 'admin' });
  await underWay;
  assert.equal(await statusOf(web, asAdmin), 401);
  assert.equal(await statusOf(web, basic('admin', passwords.manager)), 200);
});

test('an admin keeps accounts over the network, but sets nobody’s password unasked', async (t) => {
  const web = await freshWeb(t);
  const network = '/api/v1/accounts';
  const guard = { name: 'guard', role: 'manager', password: 'open sesame' };
  const asGuard = basic(guard.name, guard.password);
  const add = (auth: string) => outcome(web.call('POST', network, { auth, body: guard }));
  assert.deepEqual(await add(asManager), [403, { error: 'Administrator rights required' }]);
  assert.deepEqual(await add(asAdmin), [200, {}]);
  assert.equal(await statusOf(web, asGuard), 200);
  const { body } = await web.call('GET', network, { auth: asAdmin });
  assert.deepEqual(body.users.at(1), { name: 'guard', role: 'manager' });
  const reset = { auth: asAdmin, body: { password: 'another one' } };
  assert.equal((await web.call('POST', `${network}/admin/password`, reset)).status, 404);
  const last = await outcome(web.call('DELETE', `${network}/admin`, { auth: asAdmin }));
  assert.deepEqual(last, [400, { error: 'The last admin cannot be removed' }]);
  assert.deepEqual(await outcome(web.call('DELETE', `${network}/guard`, { auth: asAdmin })), [
    200,
    {},
  ]);
  assert.equal(await statusOf(web, asGuard), 401);
});

test('the technician lists, adds and removes accounts and sets their passwords', async (t) => {
  const web = await freshWeb(t);
  const ask = (method: string, path: string, body?: unknown) =>
    outcome(
      web.call(method, `/control/users${path}`, {
        local: true,
        ...(body !== undefined && { body }),
      }),
    );
  const users = (list: [string, string][]) => [
    200,
    { users: list.map(([name, role]) => ({ name, role })) },
  ];
  assert.deepEqual(
    await ask('GET', ''),
    users([
      ['admin', 'admin'],
      ['manager', 'manager'],
    ]),
  );
  const guard = { name: 'night.guard-1_x', role: 'manager', password: 'open sesame' };
  assert.deepEqual(await ask('POST', '', guard), [200, {}]);
  const asGuard = basic(guard.name, guard.password);
  assert.equal(await statusOf(web, asGuard), 200);
  assert.deepEqual(await ask('POST', '', guard), [
    400,
    { error: 'There is an account of this name' },
  ]);
  const fresh = { password: 'another one' };
  assert.deepEqual(await ask('POST', `/${guard.name}/password`, fresh), [200, {}]);
  assert.equal(await statusOf(web, asGuard), 401);
  const asFresh = basic(guard.name, fresh.password);
  assert.equal(await statusOf(web, asFresh), 200);
  assert.deepEqual(await ask('DELETE', `/${guard.name}`), [200, {}]);
  assert.equal(await statusOf(web, asFresh), 401);
  const none = { error: 'There is no account of this name' };
  assert.deepEqual(await ask('DELETE', `/${guard.name}`), [400, none]);
  assert.deepEqual(await ask('POST', `/${guard.name}/password`, fresh), [400, none]);
  assert.deepEqual(await ask('DELETE', '/admin'), [
    400,
    { error: 'The last admin cannot be removed' },
  ]);
  const events = (await web.recorded()).filter(({ category }) => category === 'system');
  const told = events.filter(({ key }) => !key.includes('login'));
  assert.deepEqual(
    told.map(({ key, model }) => [key, model]),
    [
      ['account_added', { account: guard.name, role: 'manager', by: 'local' }],
      ['password_changed', { account: guard.name, by: 'local' }],
      ['account_removed', { account: guard.name, by: 'local' }],
    ],
  );
  const said = JSON.stringify([events, web.log.entries]);
  assert.doesNotMatch(said, /open sesame|another one/);
});

test('names and passwords that cannot be are refused in words', async (t) => {
  const web = await freshWeb(t);
  const add = (rest: object) =>
    outcome(
      web.call('POST', '/control/users', {
        local: true,
        body: { name: 'bob', role: 'manager', password: '123456', ...rest },
      }),
    );
  const names = ['', '.', '..', 'a b', 'é', 'x'.repeat(65), 'a/b', 'a\n'];
  for (const name of names) {
    const error = 'A name has 1 to 64 letters, digits, dots, dashes and underscores';
    assert.deepEqual(await add({ name }), [400, { error }], name);
  }
  for (const password of ['', '12345', 'x'.repeat(129)]) {
    const error = 'A password has 6 to 128 characters';
    assert.deepEqual(await add({ password }), [400, { error }]);
  }
  assert.deepEqual(await add({ role: 'root' }), [400, { error: 'Wrong JSON body' }]);
  assert.deepEqual(await add({ name: 'x'.repeat(64) }), [200, {}]);
});

test('a name too long for any account is refused before anybody looks for it', async (t) => {
  const web = await freshWeb(t);
  const wrong = [400, { error: 'Wrong or missing parameters' }];
  const long = 'x'.repeat(5000);
  const query = '?oldPassword=123456&newPassword=123456';
  assert.deepEqual(await change(web, `${android}/${long}${query}`), wrong);
  const local = (method: string, path: string, body?: object) =>
    outcome(web.call(method, path, { local: true, ...(body && { body }) }));
  assert.deepEqual(await local('DELETE', `/control/users/${long}`), wrong);
  const password = { password: '123456' };
  assert.deepEqual(await local('POST', `/control/users/${long}/password`, password), wrong);
});

test('a damaged account is listed as such and can be removed', async (t) => {
  const web = await freshWeb(t);
  await web.store.durably(() => {
    web.store.database<string>('accounts', 'ordered-binary').putSync('bob', { role: 'root' });
  });
  const { body } = await web.call('GET', '/control/users', { local: true });
  assert.deepEqual(body.users[1], { name: 'bob', role: 'damaged' });
  const removed = await web.call('DELETE', '/control/users/bob', { local: true });
  assert.equal(removed.status, 200);
});

test('a password changes over a socket without a body and without a length', async (t) => {
  const web = await freshWeb(t);
  const url = await serve(t, web);
  const path = `${android}/admin?oldPassword=${passwords.admin}&newPassword=123456`;
  const headers = { authorization: asAdmin };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers });
  assert.deepEqual([answer.status, await answer.json()], [200, {}]);
  assert.equal(await statusOf(web, basic('admin', '123456')), 200);
});
