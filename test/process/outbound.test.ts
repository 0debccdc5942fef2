import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bits26, cardBody, simConfig, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';
import { receiver } from '../support/web-receiver.ts';

const number = 1850186;
const config = `${simConfig}outbound: { allow: [localhost] }\n`;
const settings = '/api/v1/access/general/remote/control/settings';

interface State {
  readonly delivery: { readonly last_sequence: number; readonly pending: number };
}

test('a remote server decides; without it, or without the worker, the own list', async (t) => {
  const grant = '{"handled":true,"access":{"granted":true,"lock_number":2}}';
  const server = await receiver(t, (_, response) => void response.end(grant));
  const daemon = await startDaemon(t, freshFolder(t), config);
  await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number)));
  const url = `127.0.0.1:${server.port}/check?token=s3cret`;
  const on = { enabled: true, custom_server_enabled: true, custom_server_api_url: url };
  assert.deepEqual(await daemon.api('POST', settings, on), { status: 200, json: {} });
  await daemon.present('front', bits26(number));
  assert.match(await daemon.line(/ granted by the remote server /), /owner=Ann .*lock=second/);
  assert.deepEqual(JSON.parse(server.got[0]?.body ?? ''), {
    identifier_number: String(number),
    identifier_type: 'card',
  });

  // The server is silent now, and the worker dies: nobody waits for either.
  server.answerWith(() => undefined);
  const from = daemon.lines.length;
  await daemon.present('front', bits26(number));
  await server.received(2);
  await daemon.api('POST', '/sim/web/crash', { how: 'exception' });
  await daemon.line(/ the web worker died /, from);
  assert.match(await daemon.line(/ granted reader/, from), /lock=first/);
  assert.doesNotMatch(daemon.lines.join('\n'), /s3cret/);
});

test('a webhook goes on after a kill, with nothing left out', async (t) => {
  const folder = freshFolder(t);
  const server = await receiver(t);
  const first = await startDaemon(t, folder, config);
  const hook = { url: server.url, status: 'active', event_types: ['log.*'] };
  const created = await first.api('POST', '/api/v1/webhooks', hook);
  assert.deepEqual(created, { status: 200, json: { item_uid: 1 } });
  await first.present('front', bits26(number));
  const present = (got: readonly { body: string }[]) =>
    got.map(({ body }) => JSON.parse(body)).filter(({ event }) => event.includes('unknown_card'));
  for (let n = 1; present(server.got).length < 1; n += 1) await server.received(n);
  server.answerWith(() => 503);
  await first.present('front', bits26(number));
  await first.line(/ a webhook failed /);
  await first.kill();

  server.answerWith(() => 200);
  const before = server.got.length;
  const second = await startDaemon(t, folder, config);
  for (let n = before + 1; present(server.got.slice(before)).length < 1; n += 1) {
    await server.received(n);
  }
  const taken = new Set(server.got.map(({ body }) => JSON.parse(body).sequence));
  const [least, most] = [Math.min(...taken), Math.max(...taken)];
  assert.equal(taken.size, most - least + 1);
  const { json } = await second.api<State>('GET', '/api/v1/webhooks/1');
  assert.ok(json.delivery.last_sequence >= most - 1);
});
