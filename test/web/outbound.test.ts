import assert from 'node:assert/strict';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { Outbound, type OutboundParts } from '../../src/web/outbound/outbound.ts';
import { parseTarget } from '../../src/web/outbound/outbound-target.ts';
import { FakeClock } from '../support/clock.ts';
import { allowLoopback, receiver, until } from '../support/web-receiver.ts';
import { testCertificate, testKey } from '../support/web-tls.ts';

/** A client that may call this machine, on a clock that stands still. */
function client(parts: Partial<OutboundParts> = {}) {
  const clock = new FakeClock();
  const outbound = new Outbound({ clock, allow: allowLoopback, ...parts });
  const post = (url: string, answerBytes?: number) => {
    const target = parseTarget(url);
    assert.ok(target);
    return outbound.post({
      url: target,
      headers: { 'X-Own': 'yes' },
      body: '{"a":"ä"}',
      timeoutMs: 10_000,
      ...(answerBytes !== undefined && { answerBytes }),
    });
  };
  return { clock, post };
}

/** A server that speaks no HTTP; does as it is told with each connection. */
async function bareServer(t: TestContext, answer: string, end: boolean): Promise<string> {
  const server = createTcp((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => (end ? socket.end(answer) : socket.write(answer)));
    t.after(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a call is a POST of JSON with its length, and the answer comes back', async (t) => {
  const server = await receiver(t, (_, response) => void response.end('{"handled":false}'));
  const { post, clock } = client();
  const outcome = await post(`http://user:pass@127.0.0.1:${server.port}/a?b=c#d`, 64);
  assert.deepEqual(outcome, { status: 200, body: Buffer.from('{"handled":false}') });
  const [{ method, path, headers, body } = assert.fail()] = server.got;
  assert.deepEqual([method, path, body], ['POST', '/a?b=c', '{"a":"ä"}']);
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['content-length'], '10');
  assert.equal(headers['x-own'], 'yes');
  assert.equal(headers.host, `127.0.0.1:${server.port}`);
  assert.equal(headers.authorization, `Basic ${btoa('user:pass')}`);
  assert.equal(clock.armed, 0);
});

test('a URL needs no scheme, but may have only http or https', () => {
  assert.equal(parseTarget('10.0.0.1:8080/x?y')?.href, 'http://10.0.0.1:8080/x?y');
  assert.equal(parseTarget('localhost')?.href, 'http://localhost/');
  assert.equal(parseTarget('HTTPS://Example.com')?.href, 'https://example.com/');
  for (const bad of ['', 'ftp://x', 'file:///etc/passwd', 'http://', 'a b', 'unix://x', '//']) {
    assert.equal(parseTarget(bad), undefined, bad);
  }
});

test('addresses that are not allowed are not even connected to', async (t) => {
  const server = await receiver(t);
  const { post } = client({ allow: [] });
  const spellings = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    'localhost',
  ];
  for (const host of spellings) {
    const outcome = await post(`http://${host}:${server.port}/`);
    assert.deepEqual(outcome, { failure: 'address-not-allowed' }, host);
  }
  assert.deepEqual(server.got, []);
});

test('a name that leads to a forbidden address is refused', async (t) => {
  const server = await receiver(t);
  const asked: string[] = [];
  const leadsTo = (...addresses: string[]) =>
    client({
      allow: [],
      resolve: async (host) => {
        asked.push(host);
        return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      },
    });
  for (const address of ['127.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1', 'fe80::1']) {
    const outcome = await leadsTo(address).post(`http://evil.example:${server.port}/`);
    assert.deepEqual(outcome, { failure: 'address-not-allowed' }, address);
  }
  assert.deepEqual(await leadsTo().post('http://evil.example/'), {
    failure: 'address-not-allowed',
  });
  assert.deepEqual(new Set(asked), new Set(['evil.example']));
  assert.deepEqual(server.got, []);
});

test('the address that was checked is the one connected to', async (t) => {
  const server = await receiver(t);
  let asked = 0;
  const { post } = client({
    // The second answer would be somewhere else: it is never asked for.
    resolve: async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }];
    },
  });
  const outcome = await post(`http://hooks.example:${server.port}/`);
  assert.equal('status' in outcome && outcome.status, 200);
  assert.equal(server.got[0]?.headers.host, `hooks.example:${server.port}`);
  assert.equal(asked, 1);
});

test('of several addresses only those that are allowed are tried', async (t) => {
  const server = await receiver(t);
  const clock = systemClock();
  const outbound = new Outbound({
    clock,
    allow: [{ kind: 'network', family: 'ipv4', address: '127.0.0.1', prefix: 32 }],
    resolve: async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ],
  });
  const url = new URL(`http://hooks.example:${server.port}/`);
  const outcome = await outbound.post({ url, headers: {}, body: '{}', timeoutMs: 5000 });
  assert.equal('status' in outcome && outcome.status, 200);
});

test('a redirect is an answer like any other, and not followed', async (t) => {
  const other = await receiver(t);
  const server = await receiver(t, (_, response) => {
    response.writeHead(307, { Location: `${other.url}/` }).end();
    return undefined;
  });
  const outcome = await client().post(server.url, 100);
  assert.deepEqual(outcome, { status: 307, body: Buffer.alloc(0) });
  assert.deepEqual(other.got, []);
});

test('an answer longer than asked for is no answer; whoever wants no body reads none', async (t) => {
  const server = await receiver(t, (_, response) => void response.end('x'.repeat(1000)));
  const { post } = client();
  const whole = await post(server.url, 1000);
  assert.equal('body' in whole && whole.body.length, 1000);
  assert.deepEqual(await post(server.url, 999), { failure: 'answer-too-large' });
  assert.deepEqual(await post(server.url), { status: 200, body: Buffer.alloc(0) });
  const endless = await bareServer(t, 'HTTP/1.1 202 Accepted\r\n\r\nx', false);
  assert.deepEqual(await post(endless), { status: 202, body: Buffer.alloc(0) });
});

test('a server that says nothing has its time, and one that stops half way too', async (t) => {
  const silent = await bareServer(t, '', false);
  const dripping = await bareServer(t, 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{', false);
  for (const url of [silent, dripping]) {
    const { post, clock } = client();
    const outcome = post(url, 1000);
    // The limit for connecting is lifted once there is a connection.
    await until(() => clock.armed === 1);
    clock.advance(9_999_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(clock.armed, 1);
    clock.advance(1000);
    assert.deepEqual(await outcome, { failure: 'timeout' });
  }
});

test('a name that is never resolved takes no longer than a connection may', async () => {
  let asked = 0;
  const { post, clock } = client({
    resolve: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
  });
  const outcomes = [post('http://hangs.example/'), post('http://hangs.example/')];
  clock.advance(5_000_000);
  assert.deepEqual(await Promise.all(outcomes), [{ failure: 'timeout' }, { failure: 'timeout' }]);
  // One look-up that hangs holds one thread, however often the name is called.
  assert.equal(asked, 1);
});

test('what fails has a short word, without any part of the URL', async (t) => {
  const { post } = client();
  const closed = await bareServer(t, '', true);
  const cut = await bareServer(t, 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{', true);
  const noise = await bareServer(t, 'SSH-2.0-OpenSSH\r\n', true);
  const unknown = client({
    resolve: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
  });
  assert.deepEqual(await post(`${closed}/secret`, 10), { failure: 'connection-closed' });
  assert.deepEqual(await post(`${cut}/secret`, 1000), { failure: 'connection-closed' });
  assert.deepEqual(await post(`${noise}/secret`, 10), { failure: 'HPE_INVALID_CONSTANT' });
  assert.deepEqual(await unknown.post('secret.example'), { failure: 'ENOTFOUND' });
  assert.deepEqual(await post('http://127.0.0.1:1/secret'), { failure: 'ECONNREFUSED' });
});

test('a certificate that nobody vouches for is refused', async (t) => {
  const server = createTls({ cert: testCertificate, key: testKey }, (_, response) => {
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const outcome = await client().post(`https://localhost:${port}/`, 10);
  assert.deepEqual(outcome, { failure: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});
