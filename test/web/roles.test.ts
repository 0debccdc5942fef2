import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from '../../src/web/route.ts';
import { withApiKey } from '../support/access-keys.ts';
import { asAdmin, asManager, type CallOptions, freshWeb } from '../support/web-app.ts';

/** A path of this route with a value for each parameter. */
function pathOf({ path }: Route): string {
  return path
    .replace(/\{\w*[uU]id\}/g, '1')
    .replace('{lock}', '1')
    .replace(/\{(name|account)\}/, 'front');
}

const integration = 'Bearer latchd_test';

/** Who a caller is for the matrix: how they ask, and which access each call may have for them. */
const callers: Record<string, { options: CallOptions; refusals: Record<Route['access'], number> }> =
  {
    nobody: { options: {}, refusals: { open: 0, read: 401, admin: 401, local: 404, key: 401 } },
    'a wrong token': {
      options: { auth: 'Bearer 0000' },
      refusals: { open: 0, read: 401, admin: 401, local: 404, key: 401 },
    },
    'a manager': {
      options: { auth: asManager },
      refusals: { open: 0, read: 0, admin: 403, local: 404, key: 401 },
    },
    'an admin': {
      options: { auth: asAdmin },
      refusals: { open: 0, read: 0, admin: 0, local: 404, key: 401 },
    },
    'an integration': {
      options: { auth: integration },
      refusals: { open: 0, read: 401, admin: 401, local: 404, key: 0 },
    },
    'the local administrator': {
      options: { local: true },
      refusals: { open: 0, read: 0, admin: 0, local: 0, key: 0 },
    },
  };

const said = {
  401: 'Log In',
  403: 'Administrator rights required',
  404: 'Not found',
} as const;

test('every call lets in whom it should, and nobody else, before it looks at anything', async (t) => {
  const web = await freshWeb(t);
  await withApiKey(web, integration.slice('Bearer '.length));
  assert.ok(web.routes.length >= 20);
  for (const route of web.routes) {
    for (const [who, { options, refusals }] of Object.entries(callers)) {
      const title = `${route.method} ${route.path} by ${who}`;
      const refused = refusals[route.access];
      // A body that nobody could accept: rights come first.
      const body = route.body && 'not JSON';
      const path = route.path.endsWith('/events') ? `${pathOf(route)}?limit=0` : pathOf(route);
      const { status, body: answer } = await web.call(route.method, path, { ...options, body });
      if (refused === 0) {
        assert.ok(![401, 403, 404, 500].includes(status), `${title}: ${status}`);
      } else {
        const isKeyCall = route.access === 'key';
        const error = isKeyCall ? 'Unauthorized' : said[refused as keyof typeof said];
        assert.deepEqual([status, answer], [refused, { error }], title);
      }
    }
  }
});

test('what a manager may do changes nothing', async (t) => {
  const web = await freshWeb(t);
  const changing = web.routes.filter(
    ({ method, path, access }) => access === 'read' && method !== 'GET' && !path.endsWith('logout'),
  );
  assert.deepEqual(changing, []);
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
