import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { SentEvents } from '../support/sse.ts';
import { freshFolder } from '../support/store.ts';

const streamPath = '/api/v1/events/stream';
const digestOfNothing = 'd41d8cd98f00b204e9800998ecf8427e';

/** A connection from `127.0.0.HOST` that has sent `text`. */
function stranger(t: TestContext, daemon: Daemon, host: number, text: string): Socket {
  const port = Number(new URL(daemon.url).port);
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${host}` });
  t.after(() => socket.destroy());
  socket.setEncoding('latin1').on('error', () => undefined);
  socket.write(text);
  return socket;
}

/** All that came, once the other end has closed. */
async function untilClosed(socket: Socket): Promise<string> {
  let received = '';
  socket.on('data', (text) => {
    received += text;
  });
  if (!socket.closed) await once(socket, 'close').catch(() => undefined);
  return received;
}

function statusOf(answer: string): number {
  return Number(answer.split(' ')[1] ?? 0);
}

async function statusFrom(t: TestContext, daemon: Daemon, host: number, request: string) {
  const socket = stranger(t, daemon, host, request);
  const [head] = await once(socket, 'data');
  socket.destroy();
  return statusOf(String(head));
}

test('half-sent requests, bodies too large, garbage, wrong logins and deaf streams at once: the door opens, each is let go', {
  timeout: 180_000,
}, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const made = await daemon.api('POST', '/api/v1/access/identifier', cardBody('7'));
  assert.equal(made.status, 200);
  const basic = `Basic ${Buffer.from(`admin:${daemon.password}`).toString('base64')}`;
  const headers = { authorization: basic };
  const live = new SentEvents(await fetch(`${daemon.url}${streamPath}`, { headers }));
  const opens = async () => {
    await daemon.present('front', bits26(7));
    for (;;) {
      const { data } = await live.nextOf('log');
      if (data.name.key === 'access_granted_by_valid_identifier') return;
    }
  };
  await opens();

  const post = 'POST /api/v1/access/identifier HTTP/1.1\r\nHost: x\r\n';
  const halves = Array.from({ length: 30 }, (_, n) =>
    stranger(t, daemon, 2, n % 2 === 0 ? post : 'GET / HTTP/1.1\r\nHo'),
  ).map(untilClosed);
  const bodies = Array.from({ length: 10 }, () =>
    stranger(
      t,
      daemon,
      3,
      `${post}Authorization: ${basic}\r\nContent-Length: 99999999999\r\n\r\n${'x'.repeat(65_536)}`,
    ),
  ).map(untilClosed);
  // Nine control characters; the tenth is an empty line, which may come before a request.
  const garbage = Array.from({ length: 9 }, (_, n) =>
    stranger(t, daemon, 4, `${String.fromCharCode(n + 1).repeat(100)}\r\n\r\n`),
  ).map(untilClosed);
  const deaf = Array.from({ length: 16 }, () =>
    stranger(
      t,
      daemon,
      5,
      `GET ${streamPath}?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic}\r\n\r\n`,
    ).pause(),
  );
  const guess = (name: string) =>
    `GET /api/v1/login?username=${name}&password=${digestOfNothing} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const guesses: number[] = [];
  for (let n = 0; n < 12; n += 1) guesses.push(await statusFrom(t, daemon, 6, guess(`user${n}`)));
  assert.deepEqual(guesses, [...Array(5).fill(400), ...Array(7).fill(429)]);
  await opens();
  const stream = `GET ${streamPath} HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic}\r\n\r\n`;
  assert.equal(await statusFrom(t, daemon, 5, stream), 429, 'its address has all its places');
  await opens();

  for (const answer of await Promise.all(bodies)) assert.equal(statusOf(answer), 413);
  for (const answer of await Promise.all(garbage)) assert.equal(statusOf(answer), 400);
  for (const answer of await Promise.all(halves)) assert.equal(statusOf(answer), 408);
  await opens();
  for (const socket of deaf) socket.destroy();
  while ((await statusFrom(t, daemon, 5, stream)) !== 200);
  assert.equal((await daemon.api('GET', '/api/v1/panel/status')).status, 200);
  await live.cancel();
});
