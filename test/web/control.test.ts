import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { Listener } from '../../src/web/server.ts';
import { freshFolder } from '../support/store.ts';
import { type FreshWeb, freshWeb } from '../support/web-app.ts';
import { send } from '../support/web-http.ts';

function append(web: FreshWeb, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    web.eventLog.append({ category: 'info', priority: 'low', key: 'test', text: 'x', model: {} });
  }
  return web.eventLog.settled();
}

/** Sequences of the lines that a stream without `follow` holds. */
async function streamed(web: FreshWeb, query: string): Promise<number[]> {
  const env = { remote: '', local: true };
  const response = await web.app.request(`/control/events?${query}`, {}, env);
  assert.equal(response.status, 200);
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line).sequence);
}

function upTo(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

test('status is what the panel says, with the version', async (t) => {
  const web = await freshWeb(t);
  const { body } = await web.call('GET', '/control/status', { local: true });
  assert.deepEqual(body, {
    ...(await web.commands.status()),
    version: '1.2.3',
    commit: 'abc',
    deviceName: 'gate',
  });
});

test('events are streamed from where one likes', async (t) => {
  const web = await freshWeb(t);
  assert.deepEqual(await streamed(web, ''), []);
  await append(web, 250);
  assert.deepEqual(await streamed(web, ''), upTo(241, 250));
  assert.deepEqual(await streamed(web, 'limit=3'), upTo(248, 250));
  assert.deepEqual(await streamed(web, 'after=0'), upTo(1, 250));
  assert.deepEqual(await streamed(web, 'after=100&limit=120'), upTo(101, 220));
  assert.deepEqual(await streamed(web, 'after=250'), []);
  assert.deepEqual(await streamed(web, 'after=9999'), []);
  const wrong = await web.call('GET', '/control/events?follow=yes', { local: true });
  assert.equal(wrong.status, 400);
});

test('who follows gets each new event once, and leaves nothing behind', async (t) => {
  const web = await freshWeb(t);
  await append(web, 3);
  const socketPath = join(freshFolder(t), 'control.sock');
  const listener = await new Promise<Listener>((resolve) => {
    const parts = { app: web.app, log: web.log, clock: systemClock() };
    const made: Listener = new Listener(parts, { kind: 'socket', path: socketPath }, () =>
      resolve(made),
    );
  });
  const path = '/control/events?follow=1&limit=2';
  const response = await send({ socketPath, path });
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value).sequence;
  assert.deepEqual([await next(), await next()], [2, 3]);
  for (let seq = 4; seq < 20; seq += 1) {
    await append(web, 1);
    assert.equal(await next(), seq);
  }
  const other = await send({ socketPath, path });
  response.destroy();
  await append(web, 150);
  const others = createInterface({ input: other })[Symbol.asyncIterator]();
  for (const seq of upTo(18, 169)) {
    assert.equal(JSON.parse((await others.next()).value).sequence, seq);
  }
  // The worker stops: whoever follows is let go at once.
  web.notices.end();
  assert.equal((await others.next()).done, true);
  await listener.close();
});

test('a follower that does not read costs nothing but its place', async (t) => {
  const web = await freshWeb(t);
  const env = { remote: '', local: true };
  const response = await web.app.request('/control/events?follow=1&after=0', {}, env);
  let renderings = 0;
  const get = web.events.get.bind(web.events);
  Object.assign(web.events, {
    get: (seq: number) => {
      renderings += 1;
      return get(seq);
    },
  });
  await append(web, 5000);
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  assert.ok(renderings <= 300, `${renderings} events were made`);
  await append(web, 1);
});

test('a technician opens locks', async (t) => {
  const web = await freshWeb(t, { locks: ['first'] });
  const open = (body: unknown) => web.call('POST', '/control/open', { local: true, body });
  for (const body of [{ lock: 'first' }, { lock: 'all', seconds: 2.5 }]) {
    const answer = await open(body);
    assert.deepEqual([answer.status, answer.body], [200, {}]);
  }
  assert.deepEqual(web.opened, [
    { locks: ['first'], by: 'local' },
    { locks: ['first'], by: 'local', seconds: 2.5 },
  ]);
  const none = await open({ lock: 'second' });
  assert.deepEqual([none.status, none.body], [400, { error: 'This panel has no lock second' }]);
  for (const body of [{}, { lock: 1 }, { lock: 'third' }, { lock: 'first', seconds: 0 }]) {
    assert.equal((await open(body)).status, 400);
  }
  assert.equal(web.opened.length, 2);
});

test('a technician closes locks', async (t) => {
  const web = await freshWeb(t, { locks: ['first'] });
  const close = (body: unknown) => web.call('POST', '/control/close', { local: true, body });
  for (const lock of ['first', 'all']) {
    const answer = await close({ lock });
    assert.deepEqual([answer.status, answer.body], [200, {}]);
  }
  const expected = { locks: ['first'], by: 'local' };
  assert.deepEqual(web.closed, [expected, expected]);
  const none = await close({ lock: 'second' });
  assert.deepEqual([none.status, none.body], [400, { error: 'This panel has no lock second' }]);
  for (const body of [{}, { lock: 1 }]) assert.equal((await close(body)).status, 400);
  assert.equal(web.closed.length, 2);
});
