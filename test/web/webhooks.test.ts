import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { mostWebhooks } from '../../src/web/main-thread/commands-remote.ts';
import {
  asAdmin,
  asManager,
  type FreshWeb,
  freshWeb,
  type WebOptions,
} from '../support/web-app.ts';
import { allowLoopback, receiver, until } from '../support/web-receiver.ts';

const path = '/api/v1/webhooks';
const secret = 'a secret of some length';
const hook = {
  url: 'https://hooks.example/panel?token=s3cret',
  secret,
  status: 'disabled',
  timeout: 2500,
  headers: '{"X-Api-Key":"k3y","X-Site":"gate"}',
  description: 'The receiver of the caretaker',
  event_types: ['log.access_granted_by_valid_identifier', 'log.device_booted'],
  retries: 5,
};
const fewest = { url: '10.0.0.9/x', status: 'active', event_types: ['log.*'] };

/** A web where the event of the admin's login is in the log already. */
async function loggedIn(t: TestContext, options?: WebOptions): Promise<FreshWeb> {
  const web = await freshWeb(t, options);
  await web.call('GET', path, { auth: asAdmin });
  assert.equal((await web.recorded()).length, 1);
  return web;
}

function client(web: FreshWeb) {
  const call = (method: string, at: string, body?: unknown) =>
    web.call(method, `${path}${at}`, { auth: asAdmin, ...(body !== undefined && { body }) });
  return {
    create: (body: unknown) => call('POST', '', body),
    get: (uid: number | string) => call('GET', `/${uid}`),
    put: (uid: number | string, body: unknown) => call('PUT', `/${uid}`, body),
    remove: (uid: number | string) => call('DELETE', `/${uid}`),
    test: (uid: number | string) => call('POST', `/${uid}/test`),
    list: () => call('GET', ''),
  };
}

const idle = {
  last_status: null,
  last_error: null,
  failures_in_a_row: 0,
  last_sequence: 1,
  pending: 0,
  delivered: 0,
  given_up: 0,
  missed: 0,
};

test('a webhook is created, read, listed, changed and deleted', async (t) => {
  const web = await loggedIn(t);
  const { create, get, put, remove, list } = client(web);
  const created = await create(hook);
  assert.deepEqual([created.status, created.body], [200, { item_uid: 1 }]);
  assert.deepEqual((await create(fewest)).body, { item_uid: 2 });
  const { secret: _, headers: __, ...shown } = hook;
  const first = {
    item_uid: 1,
    ...shown,
    has_secret: true,
    header_names: ['X-Api-Key', 'X-Site'],
    delivery: idle,
  };
  assert.deepEqual((await get(1)).body, first);
  const second = {
    item_uid: 2,
    ...fewest,
    timeout: 10_000,
    description: '',
    retries: 3,
    has_secret: false,
    header_names: [],
    delivery: idle,
  };
  assert.deepEqual((await list()).body, { list_items: [first, second] });

  const change = { ...fewest, status: 'disabled', headers: '{}' };
  const changed = await put(1, change);
  assert.deepEqual([changed.status, changed.body], [200, {}]);
  // What cannot be read back stays unless it is given; everything else is replaced.
  const { headers: ___, ...rest } = change;
  assert.deepEqual((await get(1)).body, {
    ...second,
    ...rest,
    item_uid: 1,
    has_secret: true,
  });
  assert.equal(web.webhooks.get(1)?.secret, secret);
  await put(1, { ...change, secret: 'another secret, as long' });
  assert.equal(web.webhooks.get(1)?.secret, 'another secret, as long');

  const removed = await remove(1);
  assert.deepEqual([removed.status, removed.body], [200, {}]);
  assert.deepEqual((await list()).body, { list_items: [second] });
  assert.deepEqual((await create(hook)).body, { item_uid: 3 });
});

test('who may only look sees the machine of a URL, for the rest may be a secret', async (t) => {
  const web = await loggedIn(t);
  const { create, get, list } = client(web);
  for (const body of [hook, fewest]) await create(body);
  const look = async (at: string) =>
    (await web.call('GET', `${path}${at}`, { auth: asManager })).body;
  await look('');
  const [first, second] = (await list()).body.list_items;
  const seen = { ...first, url: 'https://hooks.example' };
  assert.deepEqual(await look(''), { list_items: [seen, { ...second, url: 'http://10.0.0.9' }] });
  assert.deepEqual(await look('/1'), seen);
  assert.equal((await get(1)).body.url, hook.url);
});

test('an unknown webhook is refused by every call', async (t) => {
  const { get, put, remove, test: tryOut } = client(await loggedIn(t));
  for (const call of [get(7), put(7, hook), remove(7), tryOut(7)]) {
    const { status, body } = await call;
    assert.deepEqual([status, body], [400, { error: 'Wrong Webhook uid' }]);
  }
  for (const uid of ['0', '-1', 'x', '1.5', '2147483648', '99999999999999999999']) {
    assert.deepEqual((await get(uid)).body, { error: 'Wrong Webhook uid' });
  }
});

test('bodies that the page does not allow are refused in its words', async (t) => {
  const web = await loggedIn(t);
  const { create, put, get } = client(web);
  await create(hook);
  const before = (await get(1)).body;
  const noValue = (name: string) => `Wrong JSON body: no value for \`${name}\``;
  const wrongType = (name: string) => `Wrong JSON body: value \`${name}\` was of the wrong type`;
  const wrong = 'Wrong JSON body';
  const cases: [object | string, string][] = [
    ['nonsense', wrong],
    [{ ...hook, url: undefined }, noValue('url')],
    [{ ...hook, status: undefined }, noValue('status')],
    [{ ...hook, event_types: undefined }, noValue('event_types')],
    [{ ...hook, url: 7 }, wrongType('url')],
    [{ ...hook, secret: 7 }, wrongType('secret')],
    [{ ...hook, status: true }, wrongType('status')],
    [{ ...hook, timeout: '1000' }, wrongType('timeout')],
    [{ ...hook, headers: { 'X-A': 'b' } }, wrongType('headers')],
    [{ ...hook, event_types: 'log.*' }, wrongType('event_types')],
    [{ ...hook, url: 'a.b' }, wrong],
    [{ ...hook, url: 'gopher://x/' }, wrong],
    [{ ...hook, url: `http://x/${'y'.repeat(1992)}` }, wrong],
    [{ ...hook, secret: 'x'.repeat(15) }, wrong],
    [{ ...hook, secret: 'x'.repeat(129) }, wrong],
    [{ ...hook, status: 'paused' }, wrong],
    [{ ...hook, timeout: 999 }, wrong],
    [{ ...hook, timeout: 30_001 }, wrong],
    [{ ...hook, description: 'x'.repeat(1001) }, wrong],
    [{ ...hook, event_types: [] }, wrong],
    [{ ...hook, event_types: ['access_granted_by_api_call'] }, wrong],
    [{ ...hook, event_types: ['log.'] }, wrong],
    [{ ...hook, retries: 6 }, wrong],
    [{ ...hook, retries: -1 }, wrong],
  ];
  for (const [body, error] of cases) {
    for (const answer of [await create(body), await put(1, body)]) {
      assert.deepEqual([answer.status, answer.body], [400, { error }], JSON.stringify(body));
    }
  }
  assert.deepEqual((await get(1)).body, before);
  assert.equal((await create({ ...hook, url: `http://x/${'y'.repeat(1991)}` })).status, 200);
});

test('headers are texts, few, and none that is the business of the panel', async (t) => {
  const { create } = client(await loggedIn(t));
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`x-${n}`, '']));
  const bad = [
    ...['', 'x', 'null', '[]', '"X-A: b"', '{"X-A":1}', '{"X-A":null}', '{"":"b"}', '{"X A":"b"}'],
    ...['{"X-A":"b\\r\\nHost: x"}', '{"X-A":"ä"}', '{"X-A":"1","x-a":"2"}', JSON.stringify(many)],
    ...['Host', 'connection', 'Keep-Alive', 'Transfer-Encoding', 'upgrade', 'TE', 'trailer'].map(
      (name) => JSON.stringify({ [name]: 'x' }),
    ),
    ...['Content-Length', 'Content-Type', 'CONTENT-ENCODING', 'Authorization', 'Expect'].map(
      (name) => JSON.stringify({ [name]: 'x' }),
    ),
    ...['Proxy-Authorization', 'X-Forwarded-For', 'User-Agent', 'X-Latchd-Signature'].map((name) =>
      JSON.stringify({ [name]: 'x' }),
    ),
  ];
  const error = 'Wrong JSON body: value `headers` was of the wrong type';
  for (const headers of bad) {
    const { status, body } = await create({ ...hook, headers });
    assert.deepEqual([status, body], [400, { error }], headers);
  }
  assert.equal(
    (await create({ ...hook, headers: '{"X-A":"\\t b~","__proto__":"c"}' })).status,
    200,
  );
});

test('there are only so many webhooks', async (t) => {
  const { create, remove } = client(await loggedIn(t));
  for (let n = 0; n < mostWebhooks; n += 1) assert.equal((await create(hook)).status, 200);
  const { status, body } = await create(hook);
  assert.deepEqual([status, body], [400, { error: 'Number of webhooks exceeded: 16' }]);
  await remove(3);
  assert.equal((await create(hook)).status, 200);
});

test('no secret and no value of a header is in any answer, log line or event', async (t) => {
  const server = await receiver(t, () => 400);
  const web = await loggedIn(t, { allow: allowLoopback });
  const { create, get, put, list, test: tryOut, remove } = client(web);
  const own = { ...hook, url: `${server.url}/s3cret`, status: 'active', retries: 0 };
  const answers = [
    await create({ ...own, event_types: ['log.*'] }),
    await create({ ...hook, secret: 'k3y' }),
    await create({ ...hook, headers: '{"Host":"k3y"}' }),
  ];
  web.queues.start();
  web.eventLog.append({ category: 'info', priority: 'low', key: 'k', text: 't', model: {} });
  await server.received(1);
  await until(() => web.queues.state(1).givenUp === 1);
  answers.push(await get(1), await list(), await tryOut(1), await put(1, own), await remove(1));
  const text = JSON.stringify(answers.map(({ body }) => body));
  assert.doesNotMatch(text, /a secret of some length|k3y/);
  assert.doesNotMatch(JSON.stringify([web.log.entries, await web.recorded()]), /secret|k3y|s3cret/);
  assert.equal(server.got[0]?.headers['x-api-key'], 'k3y');
});

test('a test is sent at once, signed, also by a disabled webhook', async (t) => {
  let status = 204;
  const server = await receiver(t, () => status);
  const web = await loggedIn(t, { allow: allowLoopback });
  const { create, test: tryOut, get } = client(web);
  await create({ ...hook, url: server.url });
  assert.deepEqual((await tryOut(1)).body, { success: true, status: 204, reason: null });
  const [{ body, headers } = assert.fail()] = server.got;
  assert.deepEqual(JSON.parse(body), {
    webhook: 1,
    sequence: 0,
    timestamp: web.clock.wallMs(),
    event: 'webhook.test',
    data: { text: 'A test of this webhook; nothing has happened' },
  });
  assert.equal(headers['x-latchd-event'], 'webhook.test');
  assert.match(String(headers['x-latchd-signature']), /^sha256=[0-9a-f]{64}$/);
  status = 404;
  assert.deepEqual((await tryOut(1)).body, { success: false, status: 404, reason: 'HTTP 404' });
  assert.deepEqual((await get(1)).body.delivery, idle);
  await create({ ...hook, url: 'http://169.254.169.254/' });
  const forbidden = { success: false, status: null, reason: 'address-not-allowed' };
  assert.deepEqual((await tryOut(2)).body, forbidden);
});

test('of many tests only two are under way', async (t) => {
  const server = await receiver(t, () => undefined);
  const web = await loggedIn(t, { allow: allowLoopback });
  const { create, test: tryOut } = client(web);
  await create({ ...hook, url: server.url });
  const underWay = [tryOut(1), tryOut(1)];
  await server.received(2);
  assert.equal((await tryOut(1)).status, 429);
  web.clock.advance(2_500_000);
  const timeout = { success: false, status: null, reason: 'timeout' };
  for (const answer of await Promise.all(underWay)) assert.deepEqual(answer.body, timeout);
});
