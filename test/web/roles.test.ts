import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../src/web/docs/openapi-document.ts';
import { withApiKey } from '../support/access-keys.ts';
import { ask, describeAll, sampleOf, tokenFor } from '../support/walk.ts';
import {
  asAdmin,
  asManager,
  type FreshWeb,
  freshWeb,
  loginPath,
  passwords,
} from '../support/web-app.ts';

/** Status by which a call refuses somebody; 0: it lets them in. By the access it declares. */
type Refusals = { readonly [access in Caller]: number };

const strangers: Refusals = { open: 0, read: 401, admin: 401, key: 401, local: 404 };
const managers: Refusals = { open: 0, read: 0, admin: 403, key: 401, local: 404 };
const admins: Refusals = { open: 0, read: 0, admin: 0, key: 401, local: 404 };
const integrations: Refusals = { ...strangers, key: 0 };
const locals: Refusals = { open: 0, read: 0, admin: 0, key: 0, local: 0 };

/** Everybody who may come: the header that they send, and how they are refused. */
async function callersOf(web: FreshWeb) {
  return [
    { who: 'nobody', auth: null, refusals: strangers },
    { who: 'a wrong token', auth: 'Bearer 0000', refusals: strangers },
    { who: 'a scheme that nobody knows', auth: 'Digest a=b', refusals: strangers },
    { who: 'an expired token', auth: await tokenFor(web, 'admin', -1), refusals: strangers },
    {
      who: 'the token of an account that is gone',
      auth: await tokenFor(web, 'gone'),
      refusals: strangers,
    },
    { who: 'a manager’s token', auth: await tokenFor(web, 'manager'), refusals: managers },
    { who: 'an admin’s token', auth: await tokenFor(web, 'admin'), refusals: admins },
    { who: 'an integration', auth: 'Bearer latchd_test', refusals: integrations },
    { who: 'the socket', auth: null, local: true, refusals: locals },
    { who: 'the socket, with a wrong token', auth: 'Bearer 0', local: true, refusals: locals },
  ];
}

/** What they are told. */
function said(status: number, access: Caller): string {
  if (status === 401) return access === 'key' ? 'Unauthorized' : 'Log In';
  return status === 403 ? 'Administrator rights required' : 'Not found';
}

/** A body that nobody could accept, and that tells whether anybody looked at it. */
function watchedBody() {
  const watched = { read: false, body: new ReadableStream<Uint8Array>() };
  watched.body = new ReadableStream(
    {
      pull(controller) {
        watched.read = true;
        controller.enqueue(new TextEncoder().encode('not JSON'));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return watched;
}

test('every call lets in whom it should, and nobody else, before it looks at anything', async (t) => {
  for (const { method, path, access, body } of (await freshWeb(t)).routes) {
    const web = await freshWeb(t);
    await withApiKey(web, 'latchd_test');
    const route = web.routes.find((one) => one.method === method && one.path === path);
    assert.ok(route);
    const { target } = sampleOf(describeAll(web), route);
    let isDeleted = false;
    for (const { who, auth, local = false, refusals } of await callersOf(web)) {
      const watched = watchedBody();
      const sent = method === 'GET' ? {} : { body: watched.body };
      const { status, headers, text } = await ask(web, method, target, { auth, local, ...sent });
      const title = `${method} ${target} by ${who}: ${status} ${text.slice(0, 200)}`;
      const refused = refusals[access];
      if (refused === 0) {
        assert.ok(![401, 403, 500].includes(status), title);
        // What the caller before has deleted is there no more.
        assert.ok(status !== 404 || isDeleted, title);
        isDeleted ||= method === 'DELETE' && status === 200;
        if (body) assert.equal(status, 400, title);
        continue;
      }
      assert.deepEqual(
        [status, JSON.parse(text)],
        [refused, { error: said(refused, access) }],
        title,
      );
      assert.equal(watched.read, false, `${title}: the body was read`);
      assert.equal(headers.get('www-authenticate'), refused === 401 ? 'Bearer' : null, title);
    }
  }
});

test('with HTTP Basic the rights are those of the account', async (t) => {
  const web = await freshWeb(t);
  const api = describeAll(web);
  for (const [auth, refusals] of [[asManager, managers] as const, [asAdmin, admins] as const]) {
    for (const route of web.routes.filter(({ body, access }) => body && access !== 'open')) {
      const { target } = sampleOf(api, route);
      const { status } = await ask(web, route.method, target, { auth, body: 'not JSON' });
      assert.equal(status, refusals[route.access] || 400, `${route.method} ${target}`);
    }
  }
});

test('a refused call does nothing', async (t) => {
  const web = await freshWeb(t);
  const api = describeAll(web);
  const manager = await tokenFor(web, 'manager');
  for (const route of web.routes.filter(({ access }) => access === 'admin')) {
    const { target, body } = sampleOf(api, route);
    for (const auth of [manager, null]) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const { status } = await ask(web, route.method, target, { auth, ...sent });
      assert.ok(status === 401 || status === 403, `${route.method} ${target}: ${status}`);
    }
  }
  assert.equal(web.identifiers.count(), 0);
  assert.deepEqual(web.opened, []);
  assert.deepEqual(await web.recorded(), []);
});

test('what a manager may do changes nothing', async (t) => {
  const web = await freshWeb(t);
  const changing = web.routes.filter(
    ({ method, path, access }) => access === 'read' && method !== 'GET' && !path.endsWith('logout'),
  );
  assert.deepEqual(changing, []);
});

test('a manager may read all but what opens, what is presented, accounts, keys and whole lists', async (t) => {
  const web = await freshWeb(t);
  const closed = web.routes.filter(({ method, access }) => method === 'GET' && access === 'admin');
  assert.deepEqual(closed.map(({ path }) => path.replace('/api/v1/', '')).sort(), [
    'access/enrolment',
    'access/general/lock/open/remote/accepted/{lock}',
    'access/general/lock/open/remote/control/accepted/{lock}',
    'access/general/lock/open/remote/control/denied',
    'access/identifiers/export',
    'accounts',
    'apikeys',
    'backups',
    'backups/items/{name}',
    'readers/{name}/frames',
    'readers/{name}/frames/stream',
  ]);
});

test('no two calls are the same, and each says what it does', async (t) => {
  const web = await freshWeb(t);
  const names = web.routes.map(({ method, path }) => `${method} ${path}`);
  assert.equal(new Set(names).size, names.length);
  assert.ok(web.routes.every(({ summary }) => summary.length > 10));
});

test('an unknown path is 404, a known one with another method 405', async (t) => {
  const web = await freshWeb(t);
  for (const path of ['/', '/api', '/api/v1/nothing', '/api/v1/access/identifier/', '/api//info']) {
    const { status, body } = await web.call('GET', path);
    assert.deepEqual([status, body], [404, { error: 'Not found' }], path);
  }
  const item = await web.call('PUT', '/api/v1/access/identifier/item/1');
  assert.deepEqual([item.status, item.body], [405, { error: 'Method not allowed' }]);
  assert.equal(item.headers.get('allow'), 'GET, PATCH, DELETE, HEAD');
  assert.equal((await web.call('OPTIONS', '/api/info')).status, 405);
  // What is only for the socket does not even exist for others.
  assert.equal((await web.call('DELETE', '/control/status')).status, 404);
  assert.equal((await web.call('DELETE', '/control/status', { local: true })).status, 405);
});

test('HEAD reads, and never does what a GET does', async (t) => {
  const web = await freshWeb(t);
  assert.equal((await web.call('HEAD', '/api/info')).status, 200);
  const open = '/api/v1/access/general/lock/open/remote/accepted/1';
  assert.equal((await web.call('HEAD', open, { auth: asAdmin })).status, 405);
  assert.deepEqual(web.opened, []);
  assert.equal((await web.call('HEAD', '/control/events?follow=1', { local: true })).status, 405);
  const auth = await tokenFor(web, 'manager');
  assert.equal((await web.call('HEAD', '/api/v1/logout', { auth })).status, 405);
  assert.equal(
    (await web.call('HEAD', '/api/v1/log/items', { auth })).status,
    200,
    'not logged out',
  );
  assert.equal((await web.call('HEAD', loginPath('admin', passwords.admin))).status, 405);
});

test('no answer is cached, sniffed, framed, or readable from another origin', async (t) => {
  const web = await freshWeb(t);
  const answers = [
    await web.call('GET', '/api/info'),
    await web.call('GET', '/nothing'),
    await web.call('GET', '/api/v1/log/items'),
    await web.call('GET', '/control/events?limit=0', { local: true }),
  ];
  for (const { headers } of answers) {
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.equal(headers.get('access-control-allow-origin'), null);
  }
});
