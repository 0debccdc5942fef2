/** Clients that do not read their answers: what they cost, and how long. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { type Limits, Listener } from '../../src/web/server.ts';
import { Waiting } from '../../src/web/waiting.ts';
import { FakeClock } from '../support/clock.ts';
import { type FreshWeb, freshWeb } from '../support/web-app.ts';

const mib = 2 ** 20;
const request = 'GET /x HTTP/1.1\r\nHost: x\r\n\r\n';

/** A server whose every answer is `bytes` long. */
async function serveLong(t: TestContext, limits: Partial<Limits>, bytes: number) {
  const web = await freshWeb(t);
  const text = 'x'.repeat(bytes);
  const begun = new EventEmitter();
  let count = 0;
  const fetch = () => {
    count += 1;
    begun.emit('one');
    return new Response(text);
  };
  const app: FreshWeb['app'] = Object.assign(Object.create(web.app), { fetch });
  const place = { kind: 'network', host: '127.0.0.1', port: 0 } as const;
  const url = await new Promise<string>((resolve) => {
    const listener = new Listener(
      { app, log: web.log, clock: systemClock(), limits },
      place,
      resolve,
    );
    t.after(() => listener.close());
  });
  const port = Number(new URL(url).port);
  return { web, url, port, begun, asked: () => count };
}

/** A connection that reads nothing. */
function deaf(t: TestContext, port: number, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined).pause();
  t.after(() => socket.destroy());
  return socket;
}

/** Every answer of this process's servers from now on. */
function answersOf(t: TestContext): ServerResponse[] {
  const answers: ServerResponse[] = [];
  const heard = (message: unknown) => {
    answers.push((message as { response: ServerResponse }).response);
  };
  subscribe('http.server.request.start', heard);
  t.after(() => unsubscribe('http.server.request.start', heard));
  return answers;
}

test('answers that nobody reads stay within their bound, and others are answered', async (t) => {
  const answers = answersOf(t);
  const limits = { waitingBytes: 20 * mib, silenceMs: 60_000 };
  const { web, url, port, begun, asked } = await serveLong(t, limits, 8 * mib);
  const waits = () => {
    const now = answers.filter(({ socket }) => socket && !socket.destroyed);
    return now.reduce((sum, { writableLength }) => sum + writableLength, 0);
  };
  for (let n = 1; n <= 12; n += 1) {
    const socket = deaf(t, port, `127.0.0.${n + 1}`);
    const begins = once(begun, 'one');
    socket.write(request.repeat(8));
    await begins;
    await new Promise(setImmediate);
    assert.ok(waits() <= 28 * mib, `${waits() / mib} MiB wait`);
  }
  assert.ok(waits() > 0, 'they do not read');
  assert.equal(asked(), 12, 'one answer of each is made, not those behind it');
  for (let n = 0; n < 3; n += 1) {
    const answer = await (await fetch(url)).text();
    assert.equal(answer.length, 8 * mib);
  }
  const told = web.log.entries.filter(({ level }) => level === 'warn');
  assert.equal(told.length, 1, 'one line, however many they are');
});

test('requests sent at once are answered one after the other, each when its client took the last', async (t) => {
  const { port, asked } = await serveLong(t, { silenceMs: 60_000 }, 8 * mib);
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write(request.repeat(3));
  let received = 0;
  let sooner = 0;
  for await (const chunk of socket) {
    received += chunk.length;
    // What is on the way holds far less than an answer.
    sooner = Math.max(sooner, asked() - Math.ceil(received / (8 * mib)));
    if (received > 3 * 8 * mib) break;
  }
  assert.equal(asked(), 3);
  assert.ok(sooner <= 1, `${sooner} answers ahead`);
});

test('who takes nothing is let go, though it goes on sending', async (t) => {
  const limits = { silenceMs: 200, checkMs: 30, headersMs: 60_000, bytesPerSecond: 2 ** 40 };
  const { port } = await serveLong(t, limits, 16 * mib);
  const socket = deaf(t, port);
  socket.write(`${request}GET /`);
  const drip = setInterval(() => socket.write('x'), 20);
  t.after(() => clearInterval(drip));
  await new Promise((resolve) => socket.once('close', resolve));
});

/** An answer and its connection, as far as they are looked at. */
class FakeAnswer extends EventEmitter {
  writableLength = 0;
  bytesWritten = 0;
  ended = false;
  destroy() {
    this.ended = true;
    this.emit('close');
  }
}

function fakeWaiting() {
  const clock = new FakeClock();
  const told: number[] = [];
  const limits = { bytes: 1000, silenceUs: 30e6, bytesPerSecond: 100, lookUs: 2e6 };
  const waiting = new Waiting(limits, clock, (bytes) => told.push(bytes));
  const begin = (bytes: number) => {
    const answer = new FakeAnswer();
    waiting.add(answer, answer);
    answer.writableLength = bytes;
    answer.bytesWritten = bytes;
    return answer;
  };
  return { clock, waiting, told, begin };
}

test('who holds most for longest goes first; one that has just begun stays', () => {
  const { clock, waiting, told, begin } = fakeWaiting();
  const small = begin(100);
  const large = begin(400);
  waiting.look();
  clock.advance(1e6);
  const fresh = begin(900);
  waiting.look();
  assert.deepEqual([small.ended, large.ended, fresh.ended], [false, true, false]);
  assert.deepEqual(told, [1400]);
  small.destroy();
  fresh.writableLength = 5000;
  waiting.look();
  assert.equal(fresh.ended, false, 'one alone is as long as answers may be');
});

test('an answer that stands still is over after a while; one that moves, and one to come, are not', () => {
  const { clock, begin } = fakeWaiting();
  const [still, moving, streamed, worked] = [begin(300), begin(300), begin(300), begin(0)];
  for (let s = 0; s < 32; s += 1) {
    clock.advance(1e6);
    moving.writableLength = 300 - s;
    streamed.bytesWritten += 300;
  }
  assert.equal(still.ended, false, '30 s, and 3 s for 300 bytes');
  for (let s = 0; s < 4; s += 1) {
    clock.advance(1e6);
    moving.writableLength -= 1;
    streamed.bytesWritten += 300;
  }
  assert.deepEqual(
    [still, moving, streamed, worked].map(({ ended }) => ended),
    [true, false, false, false],
  );
  for (const answer of [moving, streamed, worked]) answer.destroy();
  assert.equal(clock.armed, 0, 'nothing is looked at while nobody is answered');
});
