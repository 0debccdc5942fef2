import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { parseConfig } from '../../src/config.ts';
import type { RemoteVerdict } from '../../src/door/remote.ts';
import { errnoOf } from '../../src/errors.ts';
import { systemClock } from '../../src/io/clock.ts';
import { RemoteQuestions } from '../../src/web/main-thread/remote-questions.ts';
import { startWeb } from '../../src/web/main-thread/supervisor.ts';
import { FakeClock, slowed } from '../support/clock.ts';
import { atEnd, freshFolder } from '../support/store.ts';
import { asAdmin, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';
import { send, textOf } from '../support/web-http.ts';
import { watchedLog } from '../support/web-watch.ts';
import { deeds, type FixtureData } from '../support/web-worker-fixture.ts';

const fixtureUrl = new URL('../support/web-worker-fixture.js', import.meta.url);
const workerUrl = new URL('../../src/web/worker.js', import.meta.url);

/** A supervised fixture; its restarts wait for the test's clock. @param prepare before it is started. */
async function supervised(
  t: TestContext,
  data: FixtureData = {},
  prepare: (settings: FreshWeb['settings']) => Promise<unknown> = async () => undefined,
) {
  const { commands, settings } = await freshWeb(t);
  await prepare(settings);
  const clock = new FakeClock();
  const watch = watchedLog();
  const questions = new RemoteQuestions({ clock, settings, log: watch.log, record: () => {} });
  const web = startWeb({
    workerUrl: fixtureUrl,
    workerData: data,
    commands,
    clock,
    questions,
    log: watch.log,
    memoryMb: 32,
  });
  return { web, clock, questions, ...watch };
}

const died = 'the web worker died';

test('whatever kills the worker, it comes back, at the same address', async (t) => {
  const { web, clock, next } = await supervised(t);
  assert.equal(await web.url, 'http://127.0.0.1:4242');
  await next('listens');
  const deaths = [
    [deeds.throw, /^an uncaught one \(at .*web-worker-fixture/],
    [deeds.fillMemory, /memory limit/],
    [deeds.exit, /^it ended by itself, code 7/],
    [deeds.reject, /^a rejection/],
  ] as const;
  for (const [index, [deed, why]] of deaths.entries()) {
    web.notify(deed);
    const { level, fields } = await next(died);
    assert.equal(level, 'error');
    assert.match(String(fields.why), why);
    assert.equal(fields.deaths, index + 1);
    clock.advance(1e6);
    assert.equal((await next('listens')).fields.url, 'http://127.0.0.1:4242');
  }
  await web.stop();
});

test('a worker that keeps dying is started ever later, up to a second', async (t) => {
  const { web, clock, next, entries } = await supervised(t, { failsAtStart: true });
  const delays: unknown[] = [];
  for (let n = 0; n < 7; n += 1) {
    const { fields } = await next(died);
    delays.push(fields.delay_ms);
    clock.advance(1e6);
  }
  assert.deepEqual(delays, [0, 100, 200, 400, 800, 1000, 1000]);
  await next(died);
  await web.stop();
  clock.advance(1e7);
  await turn();
  assert.equal(entries.filter(({ text }) => text.includes(died)).length, 8);
});

test('a life of ten seconds is proof: the next start is at once again', async (t) => {
  const { web, clock, next } = await supervised(t);
  for (const delay of [0, 100, 200]) {
    await next('listens');
    web.notify(deeds.exit);
    assert.equal((await next(died)).fields.delay_ms, delay);
    clock.advance(1e6);
  }
  await next('listens');
  clock.advance(1e7);
  web.notify(deeds.exit);
  assert.equal((await next(died)).fields.delay_ms, 0);
  await web.stop();
});

test('a worker that hangs is ended and started again; one that answers is not', async (t) => {
  const { web, clock, next, entries } = await supervised(t);
  await next('listens');
  // The fixture answers what was asked before, and then no more.
  for (let n = 0; n < 20; n += 1) {
    clock.advance(5e6);
    web.notify(deeds.askStatus);
    await next('listens');
  }
  assert.equal(entries.filter(({ text }) => text.includes(died)).length, 0);
  // So long is one kept waiting that gets little of its machine.
  clock.advance(55e6);
  web.notify(deeds.askStatus);
  await next('listens');
  assert.equal(entries.filter(({ text }) => text.includes(died)).length, 0);
  web.notify(deeds.hang);
  clock.advance(66e6);
  assert.equal((await next(died)).fields.why, 'it did not answer any more');
  clock.advance(1e6);
  await next('listens');
  await web.stop();
});

test('commands of the worker are carried out; nonsense is a warning', async (t) => {
  const { web, next } = await supervised(t);
  await next('listens');
  web.notify(deeds.nonsense);
  assert.equal((await next('unknown')).level, 'warn');
  web.notify(deeds.askStatus);
  await next('listens');
  await web.stop();
});

test("the worker is asked while it lives; when it dies, its questions are nobody's", async (t) => {
  const { web, clock, next, questions } = await supervised(t, {}, (settings) =>
    settings.setRemoteServer({ enabled: true, customServerEnabled: true, url: 'x' }),
  );
  const ask = (number: string) =>
    new Promise<RemoteVerdict | 'not asked'>((resolve) => {
      if (!questions.ask({ type: 'card', number }, resolve)) resolve('not asked');
    });
  const asReady = async () => {
    for (;;) {
      const verdict = await ask('1');
      if (verdict !== 'not asked') return verdict;
      await turn();
    }
  };
  // Before it has said that it is ready, nobody waits for it. No turn of the loop has passed since it
  // was started, so it has not.
  assert.equal(await ask('1'), 'not asked');
  await next('listens');
  const granted = { handled: true, granted: true, lockNumber: 1 };
  assert.deepEqual(await asReady(), granted);
  const waiting = ask('0');
  assert.deepEqual(await ask('1'), granted);
  // The fixture dies of this one.
  assert.deepEqual(await ask('2'), { handled: false });
  assert.deepEqual(await waiting, { handled: false });
  assert.equal(await ask('1'), 'not asked');
  await next(died);
  clock.advance(1e6);
  await next('listens');
  assert.deepEqual(await asReady(), granted);
  await web.stop();
  assert.equal(await ask('1'), 'not asked');
});

test('a worker that does not stop is stopped; stopping twice is stopping', async (t) => {
  const { web, clock, next, entries } = await supervised(t, { deaf: true });
  await next('listens');
  const stopped = web.stop();
  clock.advance(3e6);
  await stopped;
  await web.stop();
  assert.equal(clock.armed, 0);
  assert.equal(entries.filter(({ level }) => level === 'error').length, 0);
});

/** The real worker over the real store. */
async function realWorker(t: TestContext, http = 'port: 0', clock = systemClock()) {
  const data = freshFolder(t);
  const main = await freshWeb(t, { folder: data });
  const watch = watchedLog();
  const text = `data: ${data}
http: { ${http} }
gpio: { driver: sim }
locks: { first: { line: 1 } }
log: { level: error }`;
  const { settings } = main;
  const questions = new RemoteQuestions({ clock, settings, log: watch.log, record: () => {} });
  const web = startWeb({
    workerUrl,
    workerData: { config: parseConfig(text), version: '9.9.9', driver: 'sim' },
    commands: main.commands,
    clock,
    questions,
    log: watch.log,
    memoryMb: 64,
  });
  atEnd(t, () => web.stop());
  return { main, web, data, ...watch };
}

test('the real worker dies of memory and of a bug, and is back at once; the door goes on', async (t) => {
  const { main, web, next } = await realWorker(t);
  const url = await web.url;
  await next('listens');
  const headers = { authorization: asAdmin };
  const create = (number: string) =>
    fetch(`${url}/api/v1/access/identifier`, {
      method: 'POST',
      headers,
      body: JSON.stringify(cardBody(number)),
    });
  assert.equal(await (await create('1')).text(), '{"uid":1}');
  for (const [index, how] of (['memory', 'exception'] as const).entries()) {
    const body = JSON.stringify({ how });
    assert.equal((await fetch(`${url}/sim/web/crash`, { method: 'POST', body })).status, 202);
    // The door goes on meanwhile: it writes, and takes passes.
    const door = main.identifiers.create({
      type: 'card',
      number: `${index}00`,
      lock: 'first',
      owner: { name: 'Bob', type: 'guest' },
      passes: { max: 1, left: 1 },
    });
    await next(died);
    const diedAtMs = performance.now();
    assert.equal((await next('listens')).fields.url, url);
    t.diagnostic(`after ${how}: back in ${Math.round(performance.now() - diedAtMs)} ms`);
    const created = await door;
    assert.ok('uid' in created);
    assert.equal(main.identifiers.takePass(created.uid), 0);
    const read = await fetch(`${url}/api/v1/access/identifier/item/${created.uid}`, { headers });
    assert.match(await read.text(), /"passes_left":0/);
  }
  assert.equal((await create('2')).status, 200);
});

test('what the worker has answered is what the door sees, and the reverse', async (t) => {
  const { main, web } = await realWorker(t);
  const url = `${await web.url}/api/v1/access/identifier`;
  const headers = { authorization: asAdmin };
  for (let n = 1; n <= 30; n += 1) {
    const body = JSON.stringify(cardBody(String(n)));
    await (await fetch(url, { method: 'POST', headers, body })).text();
    main.store.refresh();
    assert.equal(main.identifiers.find('card', String(n))?.uid, n);
    await (await fetch(`${url}/item/${n}`, { method: 'DELETE', headers })).text();
    main.store.refresh();
    assert.equal(main.identifiers.find('card', String(n)), undefined);
    await main.settings.setOpenSeconds('first', n);
    const timeout = url.replace('identifier', 'general/lock/timeout/1');
    assert.deepEqual(await (await fetch(timeout, { headers })).json(), { lock_timeout: n });
  }
});

test('the control socket follows events, and is there without the network too', async (t) => {
  // It is to end by itself, however long it is kept from that: what is ended by force removes no socket.
  const { main, web, data } = await realWorker(t, 'enabled: false', slowed(systemClock(), 20));
  const socketPath = `${data}/control.sock`;
  assert.equal(await web.url, `unix:${socketPath}`);
  const info = await send({ socketPath, path: '/api/info' });
  assert.equal(JSON.parse(await textOf(info)).firmware_version, '9.9.9');
  const stream = await send({ socketPath, path: '/control/events?follow=1' });
  const chunks = stream.setEncoding('utf8')[Symbol.asyncIterator]();
  main.eventLog.append({ category: 'info', priority: 'low', key: 'k', text: 't', model: {} });
  await main.eventLog.settled();
  web.notify(1);
  assert.match(String((await chunks.next()).value), /^\{"sequence":1,/);
  const stopped = web.stop();
  assert.equal((await chunks.next()).done, true);
  await stopped;
  assert.equal(existsSync(socketPath), false);
});

/** A request to a socket that comes to be there, and a moment later listens. */
async function sendOnceItListens(socketPath: string, path: string) {
  for (;;) {
    try {
      return await send({ socketPath, path });
    } catch (error) {
      assert.ok(['ENOENT', 'ECONNREFUSED'].includes(errnoOf(error) ?? ''), String(error));
    }
  }
}

test('a port in use keeps the network away, and nothing else', async (t) => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;
  const { web, data } = await realWorker(t, `port: ${port}`);
  const freed = web.url.then(() => true);
  // The socket works at once; where it does, the first try at the port has failed.
  const socketPath = `${data}/control.sock`;
  assert.equal((await sendOnceItListens(socketPath, '/control/status')).statusCode, 200);
  await new Promise((resolve) => blocker.close(resolve));
  assert.equal(await freed, true);
  assert.equal((await fetch(`http://127.0.0.1:${port}/api/info`)).status, 200);
});
