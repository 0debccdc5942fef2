import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { systemClock } from '../../src/io/clock.ts';
import { type Limits, Listener, type Place } from '../../src/web/server.ts';
import { freshFolder } from '../support/store.ts';
import { asAdmin, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';
import { testCertificate, testKey } from '../support/web-tls.ts';

/** Short times, so that a test does not take long; long enough that no honest request meets them. */
const quick = { headersMs: 300, bodyMs: 600, idleMs: 300, silenceMs: 600, checkMs: 30 };

const path = '/api/v1/access/identifier';
const request = 'GET /api/info HTTP/1.1\r\nHost: x\r\n\r\n';
const lastRequest = request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');

async function listen(t: TestContext, web: FreshWeb, limits: Partial<Limits>, tls?: object) {
  const place = { kind: 'network', host: '127.0.0.1', port: 0, ...tls } as Place;
  const url = await new Promise<string>((resolve) => {
    const parts = { app: web.app, log: web.log, clock: systemClock(), limits };
    const listener = new Listener(parts, place, resolve);
    t.after(() => listener.close());
  });
  return Number(new URL(url).port);
}

interface Client {
  readonly socket: Socket;
  /** All that came, once the connection is over. */
  readonly over: Promise<string>;
}

function client(t: TestContext, port: number): Client {
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  let received = '';
  socket.setEncoding('latin1').on('data', (text) => {
    received += text;
  });
  socket.on('error', () => undefined);
  const over = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
  return { socket, over };
}

/** Sends `piece` again and again, slowly, for as long as the other end listens. */
function drip({ socket }: Client, piece: string, everyMs = 20): void {
  const timer = setInterval(() => socket.write(piece), everyMs);
  socket.on('close', () => clearInterval(timer));
}

test('headers that never end are cut off, however steadily they come', async (t) => {
  const web = await freshWeb(t);
  const slow = client(t, await listen(t, web, quick));
  slow.socket.write('GET /api/info HTTP/1.1\r\nHost: x\r\n');
  drip(slow, 'X-More: y\r\n');
  assert.match(await slow.over, /^(HTTP\/1.1 408 |$)/);
});

test('a request line that never ends is cut off', async (t) => {
  const web = await freshWeb(t);
  const slow = client(t, await listen(t, web, quick));
  slow.socket.write('GET /');
  drip(slow, 'x');
  assert.match(await slow.over, /^(HTTP\/1.1 408 |$)/);
});

test('a body that never ends is cut off, announced or in chunks; nothing comes of it', async (t) => {
  const web = await freshWeb(t);
  const port = await listen(t, web, quick);
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${asAdmin}\r\n`;
  const announced = client(t, port);
  announced.socket.write(`${head}Content-Length: 1000000\r\n\r\n`);
  drip(announced, ' ');
  const chunked = client(t, port);
  chunked.socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
  drip(chunked, '1\r\n \r\n');
  for (const { over } of [announced, chunked]) {
    assert.match(await over, /^(HTTP\/1.1 (408|400) |$)/);
  }
  assert.equal(web.identifiers.count(), 0);
  assert.deepEqual(
    web.log.entries.filter(({ level }) => level === 'error'),
    [],
  );
});

test('what is no HTTP is refused, before a request, in the midst of one, and after', async (t) => {
  const web = await freshWeb(t);
  const port = await listen(t, web, {});
  const chunked =
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${asAdmin}\r\n` +
    'Transfer-Encoding: chunked\r\n\r\n';
  for (const [text, statuses] of [
    ['nonsense\r\n\r\n', ['400']],
    [`${chunked}nonsense\r\n`, ['400']],
    [`${chunked}2;${'x'.repeat(20_000)}\r\n{}\r\n`, ['413']],
  ] as const) {
    const { socket, over } = client(t, port);
    socket.write(text);
    const answers = [...(await over).matchAll(/HTTP\/1.1 (\d+) /g)].map(([, status]) => status);
    assert.deepEqual(answers, statuses, text.slice(0, 20));
  }
  const { socket, over } = client(t, port);
  socket.write(request);
  await once(socket, 'data');
  socket.write('nonsense\r\n\r\n');
  assert.match(await over, /^HTTP\/1.1 200 [\s\S]*HTTP\/1.1 400 /);
  assert.equal(web.identifiers.count(), 0);
});

test('a body that nobody may send is not waited for', async (t) => {
  const web = await freshWeb(t);
  const port = await listen(t, web, { ...quick, bodyMs: 60_000, silenceMs: 60_000 });
  const slow = client(t, port);
  slow.socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`);
  const [first] = await once(slow.socket, 'data');
  assert.match(first, /^HTTP\/1.1 401 /);
});

test('connections that say nothing, or nothing more, are let go', async (t) => {
  const web = await freshWeb(t);
  const port = await listen(t, web, quick);
  const silent = client(t, port);
  const kept = client(t, port);
  kept.socket.write(request);
  assert.equal(await silent.over.then((text) => text.replace(/^HTTP\/1.1 408 [\s\S]*/, '')), '');
  assert.match(await kept.over, /^HTTP\/1.1 200 /);
});

test('half a request that goes silent is told so, whichever limit is over first', async (t) => {
  const web = await freshWeb(t);
  for (const limits of [
    { ...quick, silenceMs: 60_000 },
    { ...quick, headersMs: 60_000 },
  ]) {
    const half = client(t, await listen(t, web, limits));
    half.socket.write('GET /api/info HTTP/1.1\r\nHo');
    assert.match(await half.over, /^HTTP\/1.1 408 /);
  }
});

/** Long enough to come to something within, on a machine that does much else. */
const shortMs = 1000;

/** The machine gives this process nothing for a while: longer than `shortMs`. */
function standStill(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1.5 * shortMs);
}

/**
 * Two connections, one of them with a request behind it, on which a request comes while the process
 * stands still. @returns what came on each; undefined: it took so long to come to it that a limit may
 * have been over before.
 */
async function afterStanding(t: TestContext, port: number) {
  const beganMs = performance.now();
  const [fresh, kept] = [client(t, port), client(t, port)];
  // Once a third is answered, the server has taken both.
  await (await fetch(`http://127.0.0.1:${port}/api/info`)).arrayBuffer();
  kept.socket.write(request);
  let first = '';
  const isSoon = await new Promise<boolean>((resolve) => {
    kept.socket.on('close', () => resolve(false));
    kept.socket.on('data', (text) => {
      if (first.endsWith('}')) return;
      first += text;
      // The whole answer. From here on not a turn of the loop passes until time is over.
      if (!first.endsWith('}')) return;
      const soon = performance.now() - beganMs < 0.8 * shortMs;
      if (soon) {
        for (const { socket } of [fresh, kept]) socket.write(lastRequest);
        standStill();
      }
      resolve(soon);
    });
  });
  const tookMs = performance.now() - beganMs;
  if (isSoon) return [await fresh.over, await kept.over] as const;
  assert.ok(tookMs >= 0.8 * shortMs, `closed after ${tookMs} ms`);
  for (const { socket } of [fresh, kept]) socket.destroy();
  return undefined;
}

test('what came while the process stood still is answered, on connections new and kept', async (t) => {
  const web = await freshWeb(t);
  const short = { headersMs: shortMs, idleMs: shortMs, silenceMs: shortMs, checkMs: 30 };
  for (const limits of [
    { ...short, headersMs: 60_000 },
    { ...short, silenceMs: 60_000, idleMs: 60_000 },
  ]) {
    const port = await listen(t, web, limits);
    let came = await afterStanding(t, port);
    while (!came) came = await afterStanding(t, port);
    const [fresh, kept] = came;
    assert.match(fresh, /^HTTP\/1.1 200 /);
    assert.equal(kept.match(/HTTP\/1.1 200 /g)?.length, 2);
  }
});

test('a client that takes nothing of its answer is let go', async (t) => {
  const web = await freshWeb(t);
  // More than the buffers on the way can hold.
  const owner = { name: 'x'.repeat(16_384), type: 'owner' } as const;
  await web.identifiers.batch((changes) => {
    for (let n = 0; n < 1000; n += 1) {
      changes.create({ type: 'card', number: String(n), owner, lock: 'first' });
    }
  });
  const others = { headersMs: 60_000, bodyMs: 60_000, idleMs: 60_000 };
  const port = await listen(t, web, { ...quick, ...others, silenceMs: 200 });
  const deaf = client(t, port);
  deaf.socket.pause();
  const head = `Host: x\r\nAuthorization: ${asAdmin}\r\n\r\n`;
  deaf.socket.write(`GET ${path}/items?limit=1000 HTTP/1.1\r\n${head}GET /`);
  // Now and then a piece of a next request; once nobody takes it, the connection is over.
  drip(deaf, 'x', 1000);
  assert.ok((await deaf.over).length < 16_384_000, 'the answer did not come whole');
});

test('requests sent all at once are answered in order, a few; many end the connection', async (t) => {
  const web = await freshWeb(t);
  const port = await listen(t, web, {});
  let asked = 0;
  const get = web.settings.serial.bind(web.settings);
  Object.assign(web.settings, {
    serial: () => {
      asked += 1;
      return get();
    },
  });
  const few = client(t, port);
  few.socket.write(request.repeat(4) + lastRequest);
  assert.equal((await few.over).match(/HTTP\/1.1 200 OK/g)?.length, 5);
  asked = 0;
  const many = client(t, port);
  many.socket.write(request.repeat(1000));
  await many.over;
  assert.ok(asked <= 8, `${asked} were worked on`);
});

test('too many headers, or too long ones, are refused', async (t) => {
  const web = await freshWeb(t);
  const port = await listen(t, web, { headerBytes: 2000, headerFields: 60 });
  const line = 'GET /api/info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
  const cases = [
    [`${line}${'a: b\r\n'.repeat(50)}\r\n`, 200],
    [`${line}${'a: b\r\n'.repeat(500)}\r\n`, 431],
    [`${line}x: ${'y'.repeat(3000)}\r\n\r\n`, 431],
    [`${line}Authorization: Basic ${'A'.repeat(3000)}\r\n\r\n`, 431],
    [`GET /${'y'.repeat(3000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ] as const;
  for (const [text, status] of cases) {
    const { socket, over } = client(t, port);
    socket.write(text);
    assert.equal(Number((await over).split(' ')[1]), status, text.slice(0, 60));
  }
});

test('one address cannot hold all connections; when it lets go, it is heard again', async (t) => {
  const web = await freshWeb(t);
  const limits = {
    connections: 20,
    connectionsPerAddress: 5,
    idleMs: 60_000,
    headersMs: 60_000,
    bodyMs: 60_000,
  };
  const port = await listen(t, web, { ...limits, silenceMs: 60_000 });
  const from = (localAddress: string) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    t.after(() => socket.destroy());
    socket.on('error', () => undefined);
    return socket;
  };
  const asks = async (socket: Socket) => {
    socket.write(request);
    const closed = new Promise<string[]>((resolve) => socket.once('close', () => resolve([])));
    const [first = ''] = await Promise.race([once(socket, 'data').catch(() => []), closed]);
    return String(first).startsWith('HTTP/1.1 200');
  };
  const greedy = Array.from({ length: 12 }, () => from('127.0.0.2'));
  const heard = await Promise.all(greedy.map(asks));
  assert.equal(heard.filter((yes) => yes).length, 5);
  assert.equal(await asks(from('127.0.0.3')), true);
  const told = web.log.entries.filter(({ level }) => level === 'warn');
  assert.deepEqual(
    told.map(({ fields }) => fields),
    [{ address: '127.0.0.2' }],
  );
  const kept = greedy.filter((_, index) => heard[index]);
  for (const socket of kept) socket.destroy();
  // The server learns of it a moment later.
  for (let again = false; !again; ) again = await asks(from('127.0.0.2'));
});

test('a handshake that never ends is cut off', async (t) => {
  const web = await freshWeb(t);
  const folder = freshFolder(t);
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(tls.cert, testCertificate);
  writeFileSync(tls.key, testKey);
  // Time for the third to come while both are there, and for the handshake of the last one.
  const limits = { headersMs: 3000, checkMs: 30, connectionsPerAddress: 2 };
  const port = await listen(t, web, limits, { tls });
  const slow = client(t, port);
  slow.socket.write('\u0016\u0003\u0001\u0002', 'latin1');
  const silent = client(t, port);
  // The third of an address is closed before any handshake.
  const third = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await new Promise((resolve) => third.on('error', resolve).on('close', resolve));
  assert.equal(await slow.over, '');
  assert.equal(await silent.over, '');
  const good = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  good.write(request);
  const [first] = await once(good, 'data');
  assert.match(String(first), /^HTTP\/1.1 200/);
  good.destroy();
});

test('a request that waits for us is not cut, however long; one that waits for its client is', async (t) => {
  const web = await freshWeb(t);
  let finish: () => void = () => undefined;
  const worked = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun: () => void = () => undefined;
  const begins = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const fetch: typeof web.app.fetch = async (...call) => {
    begun();
    await worked;
    return web.app.fetch(...call);
  };
  const slow = { ...web, app: Object.assign(Object.create(web.app), { fetch }) };
  const port = await listen(t, slow, { ...quick, bodyMs: 200, silenceMs: 100 });
  const body = JSON.stringify(cardBody('1'));
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${asAdmin}\r\nConnection: close\r\n`;
  const waits = client(t, port);
  waits.socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  await begins;
  // Longer than every limit: another client's whole life, cut for its silence, lies in between.
  for (let n = 0; n < 5; n += 1) await client(t, port).over;
  finish();
  assert.match(await waits.over, /^HTTP\/1.1 200 /);
  const stalled = client(t, port);
  stalled.socket.write(`${head}Content-Length: ${body.length}\r\n\r\n{`);
  assert.match(await stalled.over, /^HTTP\/1.1 408 /);
});

test('a body where none belongs ends the connection with its answer', async (t) => {
  const web = await freshWeb(t);
  const stray = client(t, await listen(t, web, {}));
  stray.socket.write('GET /api/info HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
  drip(stray, 'x');
  assert.match(await stray.over, /^HTTP\/1.1 200 /);
});
