import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { Listener } from '../../src/web/server.ts';
import { freshFolder } from '../support/store.ts';
import { asAdmin, basic, cardBody, freshWeb, serve } from '../support/web-app.ts';
import { rawExchange, send, textOf } from '../support/web-http.ts';
import { testCertificate, testKey } from '../support/web-tls.ts';

const path = '/api/v1/access/identifier';
const tooLarge = { error: 'Request body is too large' };

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** The first answer in what came over a socket. */
function parseAnswer(received: string) {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const status = Number(head.split(' ')[1]);
  const body = rest.join('\r\n\r\n');
  return { status, body: body === '' ? undefined : JSON.parse(body) };
}

test('over real sockets: login, create, read, delete', async (t) => {
  const web = await freshWeb(t);
  const url = await serve(t, web);
  const headers = { authorization: asAdmin, 'content-type': 'text/plain' };
  const body = JSON.stringify(cardBody('1850186'));
  const created = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  assert.deepEqual([created.status, await created.json()], [200, { uid: 1 }]);
  const read = await fetch(`${url}${path}/item/1`, { headers });
  assert.match(await read.text(), /"identifier_number":"1850186"/);
  assert.equal(read.headers.get('content-type'), 'application/json');
  const removed = await fetch(`${url}${path}/item/1`, { method: 'DELETE', headers });
  assert.deepEqual([removed.status, await removed.json()], [200, {}]);
  const head = await fetch(`${url}/api/info`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('a body is taken up to 1 MiB, however it is sent, and refused beyond', async (t) => {
  const web = await freshWeb(t);
  const url = await serve(t, web);
  const sized = (size: number) => {
    const body = JSON.stringify(cardBody('1', { filler: '' }));
    return body.replace('"filler":""', `"filler":"${'x'.repeat(size - body.length)}"`);
  };
  const post = async (body: string | ReadableStream) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: asAdmin },
      body,
      duplex: 'half',
    });
    return [response.status, await response.json()];
  };
  const chunked = (text: string) => new Blob([text]).stream();
  assert.deepEqual(await post(sized(2 ** 20)), [200, { uid: 1 }]);
  assert.deepEqual(await post(sized(2 ** 20 + 1)), [413, tooLarge]);
  assert.deepEqual(await post(chunked(sized(2 ** 20 + 1))), [413, tooLarge]);
  const error = 'Identifier with that type and number already exist';
  assert.deepEqual(await post(chunked(sized(2 ** 20))), [400, { error }]);
  // Rights come before sizes.
  const unknown = await fetch(`${url}${path}`, { method: 'POST', body: sized(2 ** 21) });
  assert.equal(unknown.status, 401);
  await unknown.body?.cancel();
});

test('a body without end is answered and let go, not kept', async (t) => {
  const web = await freshWeb(t);
  const port = portOf(await serve(t, web));
  const chunk = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
  function* endless() {
    yield `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${asAdmin}\r\n`;
    yield 'Transfer-Encoding: chunked\r\n\r\n';
    for (;;) yield chunk;
  }
  const before = process.memoryUsage().rss;
  const received = await rawExchange(port, endless());
  assert.deepEqual(parseAnswer(received), { status: 413, body: tooLarge });
  const grownMib = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grownMib < 100, `${grownMib} MiB were kept`);
});

test('malformed bodies are wrong bodies', async (t) => {
  const web = await freshWeb(t);
  const port = portOf(await serve(t, web));
  const valid = JSON.stringify(cardBody('1'));
  const bodies: readonly (string | Buffer)[] = [
    '',
    '{',
    '{"a":1}}',
    "{'a':1}",
    'NaN',
    '\u0000',
    '['.repeat(500_000),
    `{"identifier_owner":${'['.repeat(300_000)}${']'.repeat(300_000)}}`,
    `{${'"a":{'.repeat(100_000)}`,
    Buffer.from(valid.replace('Ann', 'M\u00fcller'), 'latin1'),
    Buffer.from(valid, 'utf16le'),
  ];
  for (const body of bodies) {
    const head =
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${asAdmin}\r\n` +
      `Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    const { status, body: answer } = parseAnswer(await rawExchange(port, [head, body]));
    assert.equal(status, 400);
    assert.match(answer.error, /^Wrong JSON body/);
  }
  // A body that is not all of it: the client goes away.
  const half = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${asAdmin}\r\nContent-Length: 99\r\n\r\n{`;
  const socketGone = rawExchange(port, [half]);
  await fetch(`http://127.0.0.1:${port}/api/info`);
  assert.equal(web.identifiers.count(), 0);
  t.after(() => socketGone);
});

test('what is not HTTP is answered with an error or nothing, and the server goes on', async (t) => {
  const web = await freshWeb(t);
  const port = portOf(await serve(t, web));
  const close = 'Connection: close\r\n';
  const requests = [
    'nonsense\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n',
    `GET /api/info HTTP/1.1\r\n${close}\r\n`,
    `GET /api/info HTTP/1.1\r\nHost: a b\r\n${close}\r\n`,
    `GET \\..\\x HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
    `GET http://[:1/ HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
    `GET /%%%00%zz?%=%&&=%ff HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
    `TRACE /api/info HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
    `CONNECT x:1 HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
    `BREW /api/info HTTP/1.1\r\nHost: x\r\n${close}\r\n`,
    `GET /api/info HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(17_000)}\r\n\r\n`,
    `GET /${'y'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`,
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `GET /api/info HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n${close}\r\n`,
  ];
  for (const text of requests) {
    const received = await rawExchange(port, [text]);
    const status = Number(received.split(' ')[1] ?? 400);
    assert.ok(status >= 400 && status < 500, `${text.slice(0, 60)}: ${received.slice(0, 80)}`);
  }
  assert.equal((await fetch(`http://127.0.0.1:${port}/api/info`)).status, 200);
  assert.deepEqual(
    web.log.entries.filter(({ level }) => level === 'error'),
    [],
  );
});

test('a port in use is told once, tried again, and taken when it is free', async (t) => {
  const web = await freshWeb(t);
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;
  // Time stands still but for what the test lets pass: two tries fail.
  const place = { kind: 'network', host: '127.0.0.1', port } as const;
  let listening: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const armed: (() => void)[] = [];
  let onArmed: () => void = () => undefined;
  const clock = {
    ...systemClock(),
    after: (_delayUs: number, run: () => void) => {
      armed.push(run);
      onArmed();
      return { cancel: () => undefined };
    },
  };
  const failed = async (start: () => void) => {
    const tried = new Promise<void>((resolve) => {
      onArmed = resolve;
    });
    start();
    await tried;
  };
  let listener: Listener | undefined;
  await failed(() => {
    listener = new Listener({ app: web.app, log: web.log, clock }, place, listening);
  });
  await failed(() => armed.shift()?.());
  const told = web.log.entries.filter(({ level }) => level === 'error');
  assert.equal(told.length, 1);
  assert.match(
    told[0]?.text ?? '',
    new RegExp(`cannot listen at 127.0.0.1 port ${port}.*EADDRINUSE`),
  );
  assert.equal(told[0]?.fields.code, 'web-down');
  await new Promise((resolve) => blocker.close(resolve));
  armed.shift()?.();
  assert.equal(await url, `http://127.0.0.1:${port}`);
  assert.equal((await fetch(`${await url}/api/info`)).status, 200);
  await listener?.close();
});

test('HTTPS with a certificate from the configuration', async (t) => {
  const web = await freshWeb(t);
  const folder = freshFolder(t);
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(cert, testCertificate);
  writeFileSync(key, testKey);
  const url = await new Promise<string>((resolve) => {
    const place = { kind: 'network', host: '127.0.0.1', port: 0, tls: { cert, key } } as const;
    const listener = new Listener({ ...web, clock: systemClock() }, place, resolve);
    t.after(() => listener.close());
  });
  assert.match(url, /^https:/);
  const status = await new Promise((resolve, reject) => {
    tlsRequest(`${url}/api/info`, { rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  assert.equal(status, 200);
});

test('a certificate that is not there is told, and the door is not harmed', async (t) => {
  const web = await freshWeb(t);
  const tls = { cert: '/nowhere/cert.pem', key: '/nowhere/key.pem' };
  const place = { kind: 'network', host: '127.0.0.1', port: 0, tls } as const;
  const listener = new Listener(web, place, () => assert.fail('it cannot listen'));
  web.clock.advance(3e6);
  const told = web.log.entries.filter(({ level }) => level === 'error');
  assert.equal(told.length, 1);
  assert.match(told[0]?.text ?? '', /ENOENT/);
  assert.equal(told[0]?.fields.do, 'check the paths under http.tls');
  await listener.close();
  assert.equal(web.clock.armed, 0, 'nothing is tried any more');
});

test('the Unix socket: for owner and group, no login, all rights; a stale file is no obstacle', async (t) => {
  const web = await freshWeb(t);
  const socketPath = join(freshFolder(t), 'control.sock');
  writeFileSync(socketPath, 'left behind');
  const listener = await new Promise<Listener>((resolve) => {
    const parts = { app: web.app, log: web.log, clock: systemClock() };
    const made: Listener = new Listener(parts, { kind: 'socket', path: socketPath }, (url) => {
      assert.equal(url, `unix:${socketPath}`);
      resolve(made);
    });
  });
  assert.equal(statSync(socketPath).mode & 0o777, 0o660);
  const headers = { authorization: basic('admin', 'wrong') };
  const status = await send({ socketPath, path: '/control/status', headers });
  assert.equal(status.statusCode, 200);
  assert.equal(JSON.parse(await textOf(status)).version, '1.2.3');
  const created = await send({ socketPath, path, method: 'POST' }, JSON.stringify(cardBody('1')));
  assert.deepEqual(JSON.parse(await textOf(created)), { uid: 1 });
  await listener.close();
  assert.equal(existsSync(socketPath), false);
});
