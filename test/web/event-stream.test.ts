import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { streamsAtOnce, streamsPerAddress } from '../../src/web/log/stream-places.ts';
import { SentEvents } from '../support/sse.ts';
import { tokenFor } from '../support/walk.ts';
import { asAdmin, asManager, type FreshWeb, freshWeb, serve } from '../support/web-app.ts';

const path = '/api/v1/events/stream';

async function append(web: FreshWeb, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    web.eventLog.append({ category: 'info', priority: 'low', key: 'k', text: 't', model: {} });
  }
  await web.eventLog.settled();
}

interface OpenOptions {
  readonly headers?: Record<string, string>;
  readonly remote?: string;
  readonly local?: boolean;
}

async function ask(web: FreshWeb, query = '', { headers, remote, local }: OpenOptions = {}) {
  // A token: the first use of a password is an event.
  const authorization = await tokenFor(web, 'manager');
  const init = { headers: { authorization, ...headers } };
  const env = { remote: remote ?? '192.0.2.1', local: local ?? false };
  return web.app.request(`${path}${query}`, init, env);
}

async function open(t: TestContext, web: FreshWeb, query = '', options: OpenOptions = {}) {
  const stream = new SentEvents(await ask(web, query, options));
  t.after(() => stream.cancel());
  return stream;
}

async function sequences(stream: SentEvents, count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const { id, data } = await stream.nextOf('log');
    assert.equal(Number(id), data.sequence);
    found.push(data.sequence);
  }
  return found;
}

const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('a break loses no event and doubles none: by `after`, and by the header of the last id', async (t) => {
  const web = await freshWeb(t);
  await append(web, 250);
  const first = await open(t, web, '?after=0');
  assert.deepEqual(await sequences(first, 120), upTo(1, 120));
  await first.cancel();
  await append(web, 30);
  const second = await open(t, web, '?after=120');
  assert.deepEqual(await sequences(second, 100), upTo(121, 220));
  await second.cancel();
  // A browser comes again with the address that it first had.
  const third = await open(t, web, '?after=0', { headers: { 'Last-Event-ID': '220' } });
  assert.deepEqual(await sequences(third, 60), upTo(221, 280));
  await append(web, 3);
  assert.deepEqual(await sequences(third, 3), [281, 282, 283]);
});

test('an event is what the list of events shows, from now on where nobody says after which', async (t) => {
  const web = await freshWeb(t);
  await append(web, 5);
  const stream = await open(t, web);
  await append(web, 1);
  const { id, data } = await stream.nextOf('log');
  const auth = await tokenFor(web, 'admin');
  const { body } = await web.call('GET', '/api/v1/log/items?limit=1&sort_type=desc', { auth });
  assert.deepEqual([id, data], ['6', body.list_items[0]]);
  // A number beyond the newest, of a database that was replaced, means the newest.
  const ahead = await open(t, web, '?after=4000');
  await append(web, 1);
  assert.deepEqual(await sequences(ahead, 1), [7]);
});

test('`recent` begins with the newest; a number after which counts first', async (t) => {
  const web = await freshWeb(t);
  await append(web, 40);
  const stream = await open(t, web, '?recent=30');
  assert.deepEqual(await sequences(stream, 30), upTo(11, 40));
  await append(web, 1);
  assert.deepEqual(await sequences(stream, 1), [41]);
  const resumed = await open(t, web, '?recent=30&after=39');
  assert.deepEqual(await sequences(resumed, 2), [40, 41]);
  const all = await open(t, web, '?recent=1000');
  assert.deepEqual(await sequences(all, 41), upTo(1, 41));
});

test('events that are gone, and one that cannot be read, are told as gaps', async (t) => {
  const web = await freshWeb(t, { keep: 100 });
  await append(web, 150);
  await web.eventLog.settled();
  const oldest = web.events.firstSeq();
  assert.ok(oldest > 1);
  const stream = await open(t, web, '?after=0');
  const gap = await stream.next();
  assert.deepEqual([gap?.kind, gap?.data], ['gap', { from: 1, to: oldest - 1 }]);
  assert.equal(gap?.id, String(oldest - 1));
  assert.deepEqual(await sequences(stream, 2), [oldest, oldest + 1]);
  await stream.cancel();
  await web.store.database<number>('events', 'uint32').put(140, 'nonsense');
  const other = await open(t, web, '?after=138');
  const seen = [await other.next(), await other.next(), await other.next()];
  assert.deepEqual(
    seen.map((event) => [event?.kind, event?.id]),
    [
      ['log', '139'],
      ['gap', '140'],
      ['log', '141'],
    ],
  );
});

test('the status comes at once, after events, when something moves, and every five seconds', async (t) => {
  const web = await freshWeb(t);
  const stream = await open(t, web, '?status=1');
  const { data } = await stream.nextOf('status');
  const auth = await tokenFor(web, 'manager');
  const { body } = await web.call('GET', '/api/v1/panel/status', { auth });
  assert.deepEqual(data, body);
  const none = stream.nextOf('status');
  await append(web, 1);
  await turns();
  // Two are a tenth of a second apart.
  web.clock.advance(100_000);
  assert.equal((await none).data.events.last, 1);
  const moved = stream.nextOf('status');
  await turns();
  web.moves.event();
  await turns();
  web.clock.advance(100_000);
  await moved;
  const tick = stream.nextOf('status');
  await turns();
  web.clock.advance(5_000_000);
  await tick;
});

test('whoever hears nothing else hears a comment every 15 seconds', async (t) => {
  const web = await freshWeb(t);
  const stream = await open(t, web);
  const comment = stream.next();
  for (let second = 0; second < 15; second += 1) {
    await turns();
    web.clock.advance(1_000_000);
  }
  assert.equal((await comment)?.kind, '');
});

test('it ends with its session, its password, and with the worker', async (t) => {
  const ends: { readonly [why: string]: (web: FreshWeb) => unknown } = {
    'the session is over': ({ clock }) => clock.setWall(clock.wallMs() + 7_200_001),
    'the session was ended': async (web) =>
      web.call('GET', '/api/v1/logout', { auth: await tokenFor(web, 'manager') }),
    'the password was changed': (web) =>
      web.accounts.set('manager', { role: 'manager', salt: 'x', hash: 'y' }),
    'the account is gone': (web) => web.accounts.remove('manager'),
    'the role is another': ({ accounts }) => {
      const { salt = '', hash = '' } = accounts.get('manager') ?? {};
      return accounts.set('manager', { role: 'admin', salt, hash });
    },
  };
  for (const [why, end] of Object.entries(ends)) {
    const web = await freshWeb(t);
    const session = await open(t, web);
    const headers = { authorization: asManager };
    await (await open(t, web, '', { headers })).cancel();
    await web.recorded();
    await session.nextOf('log');
    const basic = await open(t, web, '', { headers });
    const [first, second] = [session.next(), basic.next()];
    await turns();
    await end(web);
    web.clock.advance(5_000_000);
    assert.equal(await first, undefined, why);
    if (!why.includes('session')) assert.equal(await second, undefined, why);
  }
  const web = await freshWeb(t);
  const stream = await open(t, web);
  const last = stream.next();
  await turns();
  web.notices.end();
  assert.equal(await last, undefined);
});

test('nothing is told to whom the session was taken from, not even at once', async (t) => {
  const web = await freshWeb(t);
  const stream = await open(t, web);
  await web.accounts.remove('manager');
  await append(web, 1);
  assert.equal(await stream.next(), undefined);
});

test('a client that does not read costs nothing but its place', async (t) => {
  const web = await freshWeb(t);
  const stream = await open(t, web, '?after=0');
  let made = 0;
  const get = web.events.get.bind(web.events);
  Object.assign(web.events, {
    get(seq: number) {
      made += 1;
      return get(seq);
    },
  });
  await append(web, 5000);
  await turns();
  assert.ok(made <= 300, `${made} events were made`);
  assert.deepEqual(await sequences(stream, 5000), upTo(1, 5000));
});

test('no address holds all places, and whoever goes gives his back', async (t) => {
  const web = await freshWeb(t);
  const one = await open(t, web);
  for (let n = 1; n < streamsPerAddress; n += 1) await open(t, web);
  const refused = await ask(web);
  assert.equal(refused.status, 429);
  assert.deepEqual(await refused.json(), { error: 'Too many attempts' });
  for (let n = streamsPerAddress; n < streamsAtOnce; n += 1) {
    await open(t, web, '', { remote: `192.0.2.${2 + (n >> 3)}` });
  }
  assert.equal((await ask(web, '', { remote: '192.0.2.250' })).status, 429);
  await one.cancel();
  await open(t, web, '', { remote: '192.0.2.250' });
});

test('numbers that are none are refused; HEAD is no way in', async (t) => {
  const web = await freshWeb(t);
  for (const query of ['?after=-1', '?after=x', '?status=2']) {
    assert.equal((await ask(web, query)).status, 400, query);
  }
  assert.equal((await ask(web, '', { headers: { 'Last-Event-ID': 'x' } })).status, 400);
  assert.equal((await web.call('HEAD', path, { auth: asAdmin })).status, 405);
});

test('over a real connection each event arrives by itself, and a client that goes frees its place', async (t) => {
  const web = await freshWeb(t);
  const url = await serve(t, web);
  const stop = new AbortController();
  const headers = { authorization: await tokenFor(web, 'admin') };
  const response = await fetch(`${url}${path}`, { headers, signal: stop.signal });
  const stream = new SentEvents(response);
  for (let seq = 1; seq <= 20; seq += 1) {
    await append(web, 1);
    assert.deepEqual(await sequences(stream, 1), [seq]);
  }
  for (let n = 1; n < streamsPerAddress; n += 1) {
    await fetch(`${url}${path}`, { headers, signal: stop.signal });
  }
  assert.equal((await fetch(`${url}${path}`, { headers })).status, 429);
  stop.abort();
  for (;;) {
    const again = await fetch(`${url}${path}`, { headers });
    await again.body?.cancel();
    if (again.status === 200) break;
  }
});

/** Lets everything go on that waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
}
