import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import type { PanelCommands } from '../../src/ports/web.ts';
import { digestOf, hashPassword } from '../../src/web/accounts/password.ts';
import type { Route } from '../../src/web/route.ts';
import { withApiKey } from '../support/access-keys.ts';
import { ask, describeAll, operationOf, sampleOf, tokenFor } from '../support/walk.ts';
import { basic, type FreshWeb, freshWeb } from '../support/web-app.ts';

const password = 'Planted-Password-Zq7';
const apiKey = 'latchd_Planted-Key-Wv3';
const account = { role: 'admin', ...(await hashPassword(password)) } as const;
/** Digits, so that it passes for a number, a code or a card. */
const code = '7351946208';
const pin = '9406';

/** Members and parameters in which somebody may send a secret. */
const mayHold = /number|code|card|pin|password|token|key|secret|filter|value|user/i;

/** A secret and the forms in which it might slip out. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    ...[secret, encodeURIComponent(secret), bytes.toString('hex')],
    ...[bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')],
    ...[hash('md5', secret), hash('sha256', secret), hash('sha256', secret, 'base64')],
  ];
}

function assertNone(text: string, secrets: readonly string[], where: string): void {
  const plain = text
    // An id of random digits, or a long number, may hold any four of them.
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '')
    .replace(/\b1[0-9]{12}\b/g, '')
    .toLowerCase();
  for (const secret of secrets) {
    const at = plain.indexOf(secret.toLowerCase());
    const found = plain.slice(Math.max(0, at - 80), at + 80);
    assert.equal(at, -1, `${where} holds ${secret}: ${found}`);
  }
}

/** A web that keeps secrets, and every form of them. */
async function webWithSecrets(t: TestContext, commands: Partial<PanelCommands> = {}) {
  const web = await freshWeb(t, { commands });
  await web.accounts.set('auditor', account);
  await withApiKey(web, apiKey);
  const token = await tokenFor(web, 'auditor');
  const owner = { name: 'Ann', type: 'owner' } as const;
  await web.identifiers.create({ type: 'inputCode', number: code, owner, lock: 'first' });
  await web.identifiers.create({ type: 'card', number: '5', owner, lock: 'first', pin });
  const secrets = [
    ...formsOf(password),
    ...[digestOf(password), account.salt, account.hash],
    ...formsOf(token.replace('Bearer ', '')),
    // With them its hash, which is what is stored.
    ...formsOf(apiKey),
    pin,
  ];
  return { web, token, secrets };
}

/** The same value with `secret` in every text that may hold one. */
function planted(value: unknown, secret: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => planted(item, secret, name));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => [
      key,
      planted(member, secret, key),
    ]);
    return Object.fromEntries(members);
  }
  return typeof value === 'string' && mayHold.test(name) ? secret : value;
}

/** Requests that carry secrets to a call, wherever it has room for one. */
function requestsTo(web: FreshWeb, route: Route, token: string) {
  const api = describeAll(web);
  const { target, body } = sampleOf(api, route);
  const { parameters = [] } = operationOf(api, route.method, route.path);
  const names = parameters.filter((one) => one.in === 'query').map((one) => one.name);
  const query = (secret: string) =>
    [...names, 'password', 'token']
      .map((name) => `${name}=${encodeURIComponent(secret)}`)
      .join('&');
  const path = target.split('?')[0] ?? '';
  const inPath = route.path.replace(/\{\w+\}/g, code);
  const text = (value: unknown) => (body === undefined ? {} : { body: JSON.stringify(value) });
  const broken = body === undefined ? {} : { body: `{"${password}": ${code}` };
  return [
    { target, auth: token, ...text(body) },
    { target, auth: basic('auditor', password), ...text(body) },
    { target, auth: basic('auditor', `${password}x`), ...text(body) },
    { target, auth: `${token}x`, ...text(body) },
    { target, auth: `Digest ${password}`, ...text(body) },
    { target, auth: `Bearer ${apiKey}`, ...text(body) },
    { target, auth: `Bearer ${apiKey}x`, ...text(body) },
    { target: inPath, auth: token, ...text(body) },
    { target: `${path}?${query(password)}`, auth: token, ...text(body) },
    { target: `${path}?${query(digestOf(password))}`, auth: token, ...text(body) },
    { target: `${path}?${query(code)}`, auth: token, ...text(body) },
    { target: `${path}?${query(apiKey)}`, auth: token, ...text(body) },
    { target, auth: token, ...text(planted(body, code)) },
    { target, auth: token, ...text(planted(body, { [password]: code })) },
    { target, auth: token, ...text({ ...Object(body), [password]: code }) },
    { target, auth: token, ...broken },
  ];
}

/** What has been logged and recorded must hold neither the secrets kept nor those sent. */
async function assertQuiet(web: FreshWeb, secrets: readonly string[], title: string) {
  const all = [...secrets, ...formsOf(code)];
  assertNone(JSON.stringify(web.log.entries), all, `${title}: the log`);
  assertNone(JSON.stringify(await web.recorded()), all, `${title}: the events`);
}

test('no answer, no line of the log and no event holds a secret, whatever is asked', async (t) => {
  let events = 0;
  for (const { method, path } of (await freshWeb(t)).routes) {
    const { web, token, secrets } = await webWithSecrets(t);
    const route = web.routes.find((one) => one.method === method && one.path === path);
    assert.ok(route);
    for (const { target, auth, body } of requestsTo(web, route, token)) {
      for (const local of [false, true]) {
        const sent = body === undefined ? {} : { body };
        const { text } = await ask(web, method, target, { auth, local, ...sent });
        // What was sent in a query may come back in the answer to it; what is kept never does.
        const kept = target.includes('?')
          ? secrets.filter((one) => !target.includes(one))
          : secrets;
        assertNone(text, kept, `${method} ${target} ${body ?? ''}: the answer`);
      }
    }
    await assertQuiet(web, secrets, `${method} ${path}`);
    events += (await web.recorded()).length;
  }
  assert.ok(events > 10, 'wrong logins are events, so there was something to look at');
});

test('what goes wrong in the middle of a call tells no secret either', async (t) => {
  const fault = () => new Fault('store-unwritable', 'the disk is full', 'make room');
  for (const error of [() => new Error('a bug'), fault]) {
    const names = Object.keys((await freshWeb(t)).commands);
    const commands = Object.fromEntries(names.map((name) => [name, () => Promise.reject(error())]));
    const { web, token, secrets } = await webWithSecrets(t, commands);
    const statuses = new Set<number>();
    for (const route of web.routes) {
      for (const { target, auth, body } of requestsTo(web, route, token)) {
        const sent = body === undefined ? {} : { body };
        const { status, text } = await ask(web, route.method, target, {
          auth,
          local: true,
          ...sent,
        });
        statuses.add(status);
        const kept = secrets.filter((one) => !target.includes(one));
        assertNone(text, kept, `${route.method} ${target}: the answer`);
      }
    }
    assert.ok(statuses.has(error === fault ? 503 : 500));
    await assertQuiet(web, secrets, 'commands that fail');
  }
});

test('the code of a presentation with an inputCode is not in its events as they are listed', async (t) => {
  const { web } = await webWithSecrets(t);
  const model = { reader: 'front', type: 'inputCode', number: code, raw: code, bits: 26 };
  web.eventLog.append({
    category: 'access',
    priority: 'low',
    key: 'access_denied',
    text: 'x',
    model,
  });
  await web.eventLog.settled();
  const { body } = await web.call('GET', '/api/v1/log/items', { local: true });
  assert.equal(body.list_items.length, 1);
  assertNone(JSON.stringify(body), formsOf(code), 'the log');
});

test('a secret that slips out would be found', () => {
  for (const text of [`x ${password} y`, digestOf(password).toUpperCase(), `{"pin":"${pin}"}`]) {
    assert.throws(() => assertNone(text, [...formsOf(password), pin], 'it'), /it holds/);
  }
  assert.doesNotThrow(() => assertNone('nothing here', formsOf(password), 'it'));
  assert.deepEqual(planted({ identifier_number: '1', lock: 'first' }, code), {
    identifier_number: code,
    lock: 'first',
  });
});
