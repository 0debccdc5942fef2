import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../src/io/clock.ts';
import { Outbound } from '../../src/web/outbound/outbound.ts';
import { askRemoteServer, parseVerdict } from '../../src/web/outbound/remote-server.ts';
import { FakeClock } from '../support/clock.ts';
import { seedOf } from '../support/seed.ts';
import { asAdmin, asManager, freshWeb } from '../support/web-app.ts';
import { allowLoopback, receiver, until } from '../support/web-receiver.ts';

const path = '/api/v1/access/general/remote/control/settings';
const card = { type: 'card', number: '1850186' } as const;

/** A panel whose remote server is at `url`. */
async function asking(t: TestContext, url: string) {
  const web = await freshWeb(t);
  const clock = new FakeClock();
  const outbound = new Outbound({ clock, allow: allowLoopback });
  await web.settings.setRemoteServer({ enabled: true, customServerEnabled: true, url });
  const parts = { ...web, outbound, refresh: () => web.store.refresh() };
  return { ...web, clock, ask: (question = card) => askRemoteServer(parts, question) };
}

test('the server is told the number in the representation of the panel, and the type', async (t) => {
  const server = await receiver(t, (_, response) => void response.end('{"handled":false}'));
  const { ask, settings } = await asking(t, `127.0.0.1:${server.port}/check?token=s3cret`);
  assert.deepEqual(await ask(), { handled: false });
  await settings.setWiegand({ type: 'wiegand_34', representation: 'hex' });
  await ask();
  const parts = {
    settings,
    outbound: new Outbound({ clock: systemClock(), allow: allowLoopback }),
  };
  const log = (await freshWeb(t)).log;
  for (const type of ['input_code', 'qr'] as const) {
    await askRemoteServer({ ...parts, log, refresh: () => {} }, { type, number: '0012' });
  }
  assert.deepEqual(
    server.got.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
    [
      { identifier_number: '1850186', identifier_type: 'card' },
      { identifier_number: '00-1C-3B-4A', identifier_type: 'card' },
      { identifier_number: '0012', identifier_type: 'input_code' },
      { identifier_number: '0012', identifier_type: 'qr' },
    ].map((body) => ['POST', '/check?token=s3cret', body]),
  );
});

test('every answer of the page is understood', async (t) => {
  let answer = '';
  const server = await receiver(t, (_, response) => void response.end(answer));
  const { ask } = await asking(t, server.url);
  const said = [
    ['{"handled":false}', { handled: false }],
    ['{"handled":false,"access":{"granted":true,"lock_number":1}}', { handled: false }],
    ['{"handled":true,"access":{"granted":false}}', { handled: true, granted: false }],
    ...[0, 1, 2, 8].map(
      (lockNumber) =>
        [
          `{"handled":true,"access":{"granted":true,"lock_number":${lockNumber},"x":1},"y":2}`,
          { handled: true, granted: true, lockNumber },
        ] as const,
    ),
  ] as const;
  for (const [text, verdict] of said) {
    answer = text;
    assert.deepEqual(await ask(), verdict, text);
  }
});

test('whatever is no answer of the page is no verdict', async (t) => {
  let answer = '';
  const server = await receiver(t, (_, response) => void response.end(answer));
  const { ask } = await asking(t, server.url);
  const garbage = [
    ...['', 'null', 'true', '[]', '{}', 'granted', '{"handled":true', '\u0000'],
    ...['{"handled":true}', '{"handled":"true"}', '{"handled":1}', '{"granted":true}'],
    '{"handled":true,"access":{"granted":true}}',
    '{"handled":true,"access":{"granted":true,"lock_number":"1"}}',
    '{"handled":true,"access":{"granted":true,"lock_number":9}}',
    '{"handled":true,"access":{"granted":true,"lock_number":-1}}',
    '{"handled":true,"access":{"granted":true,"lock_number":0.5}}',
    '{"handled":true,"access":{"granted":"yes","lock_number":1}}',
    '{"handled":true,"access":null,"granted":true}',
  ];
  for (const text of garbage) {
    answer = text;
    assert.deepEqual(await ask(), { failure: 'answer-not-understood' }, text);
  }
});

test('only 2xx is an answer, and only up to 64 KiB', async (t) => {
  const yes = '{"handled":true,"access":{"granted":true,"lock_number":0}}';
  let status = 200;
  let body = yes;
  const server = await receiver(t, (_, response) => {
    response.writeHead(status, { Location: '/' }).end(body);
    return undefined;
  });
  const { ask } = await asking(t, server.url);
  for (status of [301, 302, 307, 400, 401, 404, 500, 503]) {
    assert.deepEqual(await ask(), { failure: `HTTP ${status}` });
  }
  status = 201;
  body = yes.padEnd(64 * 1024);
  assert.deepEqual(await ask(), { handled: true, granted: true, lockNumber: 0 });
  body = yes.padEnd(64 * 1024 + 1);
  assert.deepEqual(await ask(), { failure: 'answer-too-large' });
});

test('a server that is gone, hangs up or is silent is a failure', async (t) => {
  const rude = createServer((socket) => void socket.once('data', () => socket.destroy()));
  await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
  t.after(() => rude.close());
  const { port } = rude.address() as AddressInfo;
  const closing = await asking(t, `http://127.0.0.1:${port}`);
  assert.deepEqual(await closing.ask(), { failure: 'connection-closed' });
  assert.deepEqual(await (await asking(t, '127.0.0.1:1')).ask(), { failure: 'ECONNREFUSED' });

  const silent = await receiver(t, () => undefined);
  const { ask, clock } = await asking(t, silent.url);
  const answer = ask();
  await silent.received(1);
  await until(() => clock.armed === 1);
  clock.advance(10_000_000);
  assert.deepEqual(await answer, { failure: 'timeout' });
});

test('nobody is asked where no server of the own is set, and nobody who is not allowed', async (t) => {
  const server = await receiver(t);
  const { ask, settings } = await asking(t, server.url);
  for (const setting of [
    { enabled: false, customServerEnabled: true, url: server.url },
    { enabled: true, customServerEnabled: false, url: server.url },
    { enabled: true, customServerEnabled: true, url: '' },
  ]) {
    await settings.setRemoteServer(setting);
    assert.deepEqual(await ask(), { handled: false });
  }
  const web = await freshWeb(t);
  await web.settings.setRemoteServer({ enabled: true, customServerEnabled: true, url: server.url });
  const outcome = await askRemoteServer({ ...web, refresh: () => {} }, card);
  assert.deepEqual(outcome, { failure: 'address-not-allowed' });
  assert.deepEqual(server.got, []);
});

test('no JSON is a grant but one that says handled and granted', (t) => {
  const bool = fc.oneof(fc.boolean(), fc.constantFrom('true', 1, null, undefined));
  const answer = fc.record(
    {
      handled: bool,
      access: fc.record(
        { granted: bool, lock_number: fc.oneof(fc.nat(9), fc.integer(), fc.string()) },
        { requiredKeys: [] },
      ),
      granted: bool,
    },
    { requiredKeys: [] },
  );
  let grants = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        answer,
        fc.json().map((text) => JSON.parse(text)),
      ),
      (value) => {
        const verdict = parseVerdict(Buffer.from(JSON.stringify(value) ?? ''));
        const isGrant = verdict?.handled === true && verdict.granted;
        if (!isGrant) return;
        grants += 1;
        assert.deepEqual([value.handled, value.access.granted], [true, true]);
      },
    ),
    { seed: seedOf(t), numRuns: 2000 },
  );
  assert.ok(grants > 0);
});

test('the settings are read and set', async (t) => {
  const web = await freshWeb(t);
  const set = (body: unknown) => web.call('POST', path, { auth: asAdmin, body });
  const read = async () => (await web.call('GET', path, { auth: asAdmin })).body;
  const off = { enabled: false, custom_server_enabled: false, custom_server_api_url: '' };
  assert.deepEqual(await read(), off);
  const on = {
    enabled: true,
    custom_server_enabled: true,
    custom_server_api_url: '10.0.0.9/check?token=s3cret',
  };
  const answer = await set(on);
  assert.deepEqual([answer.status, answer.body], [200, {}]);
  assert.deepEqual(await read(), on);
  // What is not given stays.
  await set({ enabled: false });
  assert.deepEqual(await read(), { ...on, enabled: false });
  await set({ enabled: true, custom_server_api_url: 'https://door.example/x' });
  assert.equal((await read()).custom_server_api_url, 'https://door.example/x');
  assert.deepEqual(
    web.remoteChanges.map(({ enabled }) => enabled),
    [true, false, true],
  );
  await set(on);
  const looked = await web.call('GET', path, { auth: asManager });
  const seen = { ...on, custom_server_api_url: 'http://10.0.0.9' };
  assert.deepEqual([looked.status, looked.body], [200, seen]);
  await web.settings.setRemoteServer({ enabled: false, customServerEnabled: false, url: '' });
  assert.deepEqual((await web.call('GET', path, { auth: asManager })).body, off);
  // The secret in the URL is nowhere but in the answer.
  assert.doesNotMatch(JSON.stringify([web.log.entries, await web.recorded()]), /s3cret/);
});

test('settings that cannot work are refused, and nothing changes', async (t) => {
  const web = await freshWeb(t);
  const wrongType = (name: string) => `Wrong JSON body: value \`${name}\` was of the wrong type`;
  const on = { enabled: true, custom_server_enabled: true };
  const refused = [
    [{}, 'Wrong JSON body: no value for `enabled`'],
    [on, 'Wrong JSON body: no value for `custom_server_api_url`'],
    [{ enabled: 'yes' }, wrongType('enabled')],
    [{ enabled: true, custom_server_enabled: 1 }, wrongType('custom_server_enabled')],
    [{ ...on, custom_server_api_url: 7 }, wrongType('custom_server_api_url')],
    [{ ...on, custom_server_api_url: 'ftp://x' }, 'Wrong JSON body'],
    [{ ...on, custom_server_api_url: 'a b' }, 'Wrong JSON body'],
    [{ ...on, custom_server_api_url: `http://x/${'y'.repeat(2000)}` }, 'Wrong JSON body'],
    ['nonsense', 'Wrong JSON body'],
  ] as const;
  for (const [body, error] of refused) {
    const answer = await web.call('POST', path, { auth: asAdmin, body });
    assert.deepEqual([answer.status, answer.body], [400, { error }]);
  }
  assert.deepEqual(web.remoteChanges, []);
});
