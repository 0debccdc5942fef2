import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOfKey } from '../../src/web/access-keys/key-auth.ts';
import { withApiKey } from '../support/access-keys.ts';
import {
  asAdmin,
  asManager,
  type FreshWeb,
  freshWeb,
  loginPath,
  passwords,
} from '../support/web-app.ts';

const levels = '/v1/accesslevels/list';
const path = '/control/apikeys';
const unauthorized = { status: 401, body: { error: 'Unauthorized' } };

async function local(web: FreshWeb, method: string, rest = '', body?: unknown) {
  const answer = await web.call(method, `${path}${rest}`, { local: true, body });
  return { status: answer.status, body: answer.body };
}

async function ask(web: FreshWeb, auth?: string, remote?: string) {
  const answer = await web.call('POST', levels, {
    ...(auth !== undefined && { auth }),
    ...(remote !== undefined && { remote }),
  });
  return { status: answer.status, body: answer.body };
}

test('a key opens the access-key API until it is revoked', async (t) => {
  const web = await freshWeb(t);
  const made = await local(web, 'POST', '', { name: 'gym.1_A-b' });
  assert.equal(made.status, 200);
  const { key } = made.body;
  assert.deepEqual(made.body, { name: 'gym.1_A-b', key });
  assert.match(key, /^latchd_[A-Za-z0-9_-]{43}$/);
  const listed = { name: 'gym.1_A-b', created_ms: web.clock.wallMs() };
  assert.deepEqual((await local(web, 'GET')).body, { keys: [{ ...listed, last_used_ms: null }] });

  assert.deepEqual(await ask(web, `Bearer ${key}`), { status: 200, body: { levels: [] } });
  web.clock.advance(5e6);
  assert.equal((await ask(web, `bearer  ${key} `)).status, 200);
  const used = { ...listed, last_used_ms: web.clock.wallMs() };
  assert.deepEqual((await local(web, 'GET')).body, { keys: [used] });

  assert.deepEqual(await local(web, 'DELETE', '/gym.1_A-b'), { status: 200, body: {} });
  assert.deepEqual(await ask(web, `Bearer ${key}`), unauthorized);
  assert.deepEqual((await local(web, 'GET')).body, { keys: [] });
  // The same name again is another key, not used yet.
  const again = await local(web, 'POST', '', { name: 'gym.1_A-b' });
  assert.notEqual(again.body.key, key);
  assert.equal((await local(web, 'GET')).body.keys[0].last_used_ms, null);
  assert.deepEqual(await ask(web, `Bearer ${key}`), unauthorized);
});

test('an admin makes and revokes keys over the network; a manager does not', async (t) => {
  const web = await freshWeb(t);
  const network = '/api/v1/apikeys';
  const made = await web.call('POST', network, { auth: asAdmin, body: { name: 'gym' } });
  assert.equal(made.status, 200);
  const auth = `Bearer ${made.body.key}`;
  assert.deepEqual(await ask(web, auth), { status: 200, body: { levels: [] } });
  assert.equal((await web.call('GET', network, { auth: asManager })).status, 403);
  assert.equal((await web.call('DELETE', `${network}/gym`, { auth: asManager })).status, 403);
  assert.equal((await web.call('GET', network, { auth })).status, 401);
  const { body } = await web.call('GET', network, { auth: asAdmin });
  assert.deepEqual(
    body.keys.map(({ name }: { name: string }) => name),
    ['gym'],
  );
  assert.equal((await web.call('DELETE', `${network}/gym`, { auth: asAdmin })).status, 200);
  assert.deepEqual(await ask(web, auth), unauthorized);
});

test('a key is nowhere as it is sent: not in the store, an event or the log', async (t) => {
  const web = await freshWeb(t);
  const { key } = (await local(web, 'POST', '', { name: 'gym' })).body;
  await ask(web, `Bearer ${key}`);
  await ask(web, `Bearer ${key.slice(0, -1)}`);
  const stored = [...web.store.database<string>('api-keys', 'ordered-binary').getRange({})];
  assert.deepEqual(
    stored.map(({ key }) => key),
    [hashOfKey(key)],
  );
  assert.deepEqual(stored[0]?.value, { name: 'gym', createdMs: web.clock.wallMs() });
  const told = JSON.stringify([stored, await web.recorded(), web.log.entries]);
  assert.equal(told.includes(key.slice(7, 20)), false);
});

test('names are unique and of few characters; keys come in the order of their names', async (t) => {
  const web = await freshWeb(t);
  for (const name of ['b', 'a', 'x'.repeat(64)]) {
    assert.equal((await local(web, 'POST', '', { name })).status, 200, name);
  }
  const taken = { status: 400, body: { error: 'There is an API key of this name' } };
  assert.deepEqual(await local(web, 'POST', '', { name: 'a' }), taken);
  for (const name of ['', 'x'.repeat(65), 'a b', 'é', '../a', 'a/b', 'a\n']) {
    assert.equal((await local(web, 'POST', '', { name })).status, 400, name);
  }
  const { keys } = (await local(web, 'GET')).body;
  assert.deepEqual(
    keys.map(({ name }: { name: string }) => name),
    ['a', 'b', 'x'.repeat(64)],
  );
  const unknown = { status: 400, body: { error: 'There is no API key of this name' } };
  assert.deepEqual(await local(web, 'DELETE', '/c'), unknown);
  assert.equal((await local(web, 'DELETE', '/%00')).status, 400);
});

test('an API key opens nothing else, and nothing else opens what it opens', async (t) => {
  const web = await freshWeb(t);
  await withApiKey(web, 'latchd_test');
  const key = 'Bearer latchd_test';
  const logIn = { error: 'Log In' };
  for (const [method, other] of [
    ['GET', '/api/v1/access/identifier/items'],
    ['GET', '/api/v1/log/items'],
    ['POST', '/api/v1/access/identifier'],
    ['GET', '/api/v1/logout'],
    ['GET', '/api/v1/access/level/items'],
  ] as const) {
    const { status, body } = await web.call(method, other, { auth: key });
    assert.deepEqual([status, body], [401, logIn], other);
  }
  assert.equal((await web.call('POST', path, { auth: key, body: { name: 'x' } })).status, 404);
  const { body: session } = await web.call('GET', loginPath('admin', passwords.admin));
  for (const auth of [
    undefined,
    '',
    'Bearer',
    'latchd_test',
    `Basic ${Buffer.from('latchd_test:').toString('base64')}`,
    asAdmin,
    asManager,
    `Bearer ${session.token}`,
  ]) {
    assert.deepEqual(await ask(web, auth), unauthorized, auth);
  }
  const { headers } = await web.call('POST', levels);
  assert.equal(headers.get('www-authenticate'), 'Bearer');
});

test('wrong keys from everywhere are a few events a minute, and a network of IPv6 is one client', async (t) => {
  const web = await freshWeb(t);
  for (let n = 0; n < 300; n += 1) {
    const { status } = await ask(web, `Bearer wrong${n}`, `10.2.${n >> 8}.${n & 255}`);
    assert.equal(status, 401);
  }
  web.clock.advance(60e6);
  const events = await web.recorded();
  assert.equal(events.length, 6);
  assert.equal(events[5]?.text, '295 more wrong API keys from other addresses within a minute');
  for (let n = 1; n <= 6; n += 1) {
    const { status } = await ask(web, 'Bearer wrong', `2001:db8:0:7::${n}`);
    assert.equal(status, n <= 5 ? 401 : 429);
  }
  assert.equal((await ask(web, 'Bearer wrong', '2001:db8:0:8::1')).status, 401);
});

test('an address that sends wrong keys is refused for a minute; a right key is heard', async (t) => {
  const web = await freshWeb(t);
  await withApiKey(web, 'latchd_test');
  for (let tries = 0; tries < 5; tries += 1) {
    assert.deepEqual(await ask(web, `Bearer wrong${tries}`), unauthorized);
  }
  const refused = await web.call('POST', levels, { auth: 'Bearer wrong' });
  assert.deepEqual([refused.status, refused.body], [429, { error: 'Too many attempts' }]);
  assert.equal(refused.headers.get('retry-after'), '60');
  assert.equal((await ask(web, 'Bearer latchd_test')).status, 200);
  assert.equal((await ask(web, 'Bearer wrong', '192.0.2.2')).status, 401);
  // Logins from there go on: these were no passwords.
  assert.equal((await web.call('GET', '/api/v1/log/items', { auth: asAdmin })).status, 200);
  web.clock.advance(61e6);
  assert.deepEqual(await ask(web, 'Bearer wrong'), unauthorized);

  const events = (await web.recorded()).filter(({ key }) => key === 'incorrect_login_api_call');
  assert.deepEqual(
    events.map(({ text, priority }) => [text, priority]),
    [
      ['Wrong API key from 192.0.2.1', 'medium'],
      ['Wrong API key from 192.0.2.1; too many, refused for a minute', 'high'],
      ['Wrong API key from 192.0.2.2', 'medium'],
      ['3 more wrong API keys from 192.0.2.1 within a minute', 'medium'],
      ['Wrong API key from 192.0.2.1', 'medium'],
    ],
  );
  assert.deepEqual(events[1]?.model, { address: '192.0.2.1', throttled: true });
});
