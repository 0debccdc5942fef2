import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { streamsPerAddress } from '../../src/web/log/stream-places.ts';
import { type Limits, Listener } from '../../src/web/server.ts';
import { SentEvents } from '../support/sse.ts';
import { tokenFor } from '../support/walk.ts';
import { type FreshWeb, freshWeb, loginPath, passwords } from '../support/web-app.ts';

const limits = { timeout: 120_000 };
const long = { headersMs: 60_000, bodyMs: 60_000, idleMs: 60_000, silenceMs: 60_000 };
const streamPath = '/api/v1/events/stream';

async function listen(t: TestContext, web: FreshWeb, change: Partial<Limits>): Promise<number> {
  const url = await new Promise<string>((resolve) => {
    const parts = { app: web.app, log: web.log, clock: systemClock(), limits: change };
    const place = { kind: 'network', host: '127.0.0.1', port: 0 } as const;
    const listener = new Listener(parts, place, resolve);
    t.after(() => listener.close());
  });
  return Number(new URL(url).port);
}

function client(t: TestContext, port: number, host: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${host}` });
  t.after(() => socket.destroy());
  return socket.setEncoding('latin1').on('error', () => undefined);
}

/** Sends a whole request. @returns the status of the answer; 0: the connection was closed. */
async function ask(socket: Socket, path: string, headers = ''): Promise<number> {
  const closed = new Promise<string[]>((resolve) => socket.once('close', () => resolve([])));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
  const [head = ''] = await Promise.race([once(socket, 'data').catch(() => []), closed]);
  return Number(String(head).split(' ')[1] ?? 0);
}

test(
  'a stream that nobody reads is dropped after its bound; little was made for it, its place is free',
  limits,
  async (t) => {
    const web = await freshWeb(t);
    const textBytes = 16_384;
    const count = 4000;
    let madeBytes = 0;
    let begun: () => void = () => undefined;
    const begins = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const get = web.events.get.bind(web.events);
    Object.assign(web.events, {
      get(seq: number) {
        madeBytes += textBytes;
        begun();
        return get(seq);
      },
    });
    const authorization = await tokenFor(web, 'manager');
    const port = await listen(t, web, { ...long, silenceMs: 500 });
    const url = `http://127.0.0.1:${port}${streamPath}`;
    const text = 'x'.repeat(textBytes);
    for (let n = 0; n < count; n += 1) {
      web.eventLog.append({ category: 'info', priority: 'low', key: 'k', text, model: {} });
      if (n % 200 === 0) await web.eventLog.settled();
    }
    await web.eventLog.settled();
    const readers = await Promise.all(
      Array.from({ length: streamsPerAddress - 1 }, () =>
        fetch(url, { headers: { authorization } }),
      ),
    );
    // Their clients read, though nothing comes: they stay.
    const honest = readers.map((response) => new SentEvents(response));
    t.after(() => Promise.all(honest.map((one) => one.cancel())));
    const hog = client(t, port, 1);
    hog.pause();
    hog.write(
      `GET ${streamPath}?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`,
    );
    await begins;
    // It has the last place of its address: there is another one only when it was dropped.
    for (let status = 429; status !== 200; ) {
      const answer = await fetch(url, { headers: { authorization } });
      status = answer.status;
      await answer.body?.cancel();
    }
    assert(
      madeBytes < (count * textBytes) / 2,
      `${madeBytes} bytes were made for who reads nothing`,
    );
    web.eventLog.append({ category: 'info', priority: 'low', key: 'last', text: 't', model: {} });
    for (const one of honest) {
      const { data } = await one.nextOf('log');
      assert.equal(data.sequence, count + 1);
    }
  },
);

test(
  'many addresses together hold so many connections and no more; who lets go makes room',
  limits,
  async (t) => {
    const web = await freshWeb(t);
    const port = await listen(t, web, { ...long, connections: 20, connectionsPerAddress: 5 });
    const crowd = Array.from({ length: 40 }, (_, index) => client(t, port, 10 + index));
    const heard = await Promise.all(crowd.map((socket) => ask(socket, '/api/info')));
    assert.deepEqual(
      [200, 0].map((status) => heard.filter((one) => one === status).length),
      [20, 20],
    );
    assert.equal(await ask(client(t, port, 200), '/api/info'), 0);
    crowd[heard.indexOf(200)]?.destroy();
    // The server learns of it a moment later.
    while ((await ask(client(t, port, 200), '/api/info')) !== 200);
  },
);

test(
  'a login storm is answered 429; the right password from elsewhere and sessions go on',
  limits,
  async (t) => {
    const web = await freshWeb(t);
    const port = await listen(t, web, long);
    const session = `Authorization: ${await tokenFor(web, 'admin')}\r\n`;
    const answers: number[] = [];
    for (let n = 0; n < 60; n += 1) {
      const socket = client(t, port, 2);
      answers.push(await ask(socket, loginPath(`user${n}`, 'guess')));
      socket.destroy();
    }
    assert.deepEqual(answers.slice(0, 5), Array(5).fill(400));
    assert.deepEqual(answers.slice(5), Array(55).fill(429));
    const right = loginPath('admin', passwords.admin);
    assert.equal(await ask(client(t, port, 2), right), 429);
    assert.equal(await ask(client(t, port, 3), right), 200);
    assert.equal(await ask(client(t, port, 2), '/api/v1/panel/status', session), 200);
    // Few events, however many tries.
    const wrong = (await web.recorded()).filter(({ text }) => /login|logged|wrong/i.test(text));
    assert(wrong.length <= 10, `${wrong.length} events`);
  },
);
