/** Backups over real HTTP: made, listed, fetched, deleted, sent back, and by whom. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  asAdmin,
  asManager,
  type FreshWeb,
  freshWeb,
  oneBackup,
  serve,
} from '../support/web-app.ts';

const timeout = 300_000;
const path = '/api/v1/backups';

async function site(t: TestContext) {
  const web = await freshWeb(t);
  const url = await serve(t, web);
  const ask = async (method: string, rest = '', { auth = asAdmin, body }: Asked = {}) => {
    const response = await fetch(`${url}${path}${rest}`, {
      method,
      headers: auth === '' ? {} : { authorization: auth },
      ...(body && { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type') === 'application/json';
    return { response, bytes, status: response.status, json: isJson ? JSON.parse(`${bytes}`) : {} };
  };
  const owner = { name: 'Ann', type: 'owner' } as const;
  await web.identifiers.create({ type: 'card', number: '5', owner, lock: 'first' });
  return { ...web, url, ask };
}
interface Asked {
  readonly auth?: string;
  readonly body?: Buffer;
}

/** What a restore that was not made has left: nothing. */
function assertUntouched({ folder, startedAgain }: Pick<FreshWeb, 'folder' | 'startedAgain'>) {
  assert.equal(existsSync(join(folder, 'restore')), false);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
  );
  assert.deepEqual(startedAgain, []);
}

test('a backup is made, listed first, fetched byte by byte, and deleted', {
  timeout,
}, async (t) => {
  const { ask, folder, clock, log } = await site(t);
  const made = await ask('POST');
  assert.equal(made.status, 200);
  const { name, bytes } = made.json;
  const file = readFileSync(join(folder, 'backups', name));
  const item = { name, bytes: file.length, created: Math.floor(clock.wallMs() / 1000) };
  assert.equal(bytes, file.length);
  assert.deepEqual(made.json, { ...item, kind: 'manual', identifiers: 1, events: 0, damaged: 0 });
  const listed = await ask('GET');
  assert.deepEqual(listed.json.list_items, [
    { ...item, kind: 'manual' },
    {
      name: oneBackup,
      kind: 'manual',
      bytes: 30,
      created: Date.UTC(2026, 5, 1) / 1000,
    },
  ]);

  const fetched = await ask('GET', `/items/${name}`);
  assert.deepEqual(fetched.bytes, file);
  assert.equal(fetched.response.headers.get('content-type'), 'application/octet-stream');
  assert.match(fetched.response.headers.get('content-disposition') ?? '', /^attachment/);
  assert.match(fetched.response.headers.get('cache-control') ?? '', /no-store/);

  const deleted = await ask('DELETE', `/items/${name}`);
  assert.deepEqual([deleted.status, deleted.json], [200, {}]);
  assert.deepEqual(readdirSync(join(folder, 'backups')), [oneBackup]);
  for (const method of ['GET', 'DELETE']) {
    const gone = await ask(method, `/items/${name}`);
    assert.deepEqual([gone.status, gone.json], [404, { error: 'There is no such backup' }]);
  }
  const said = log.entries.map(({ text }) => text);
  for (const what of ['backup made by command', 'backup fetched', 'backup deleted']) {
    assert.ok(said.includes(what), what);
  }
});

test('no name leads out of the folder of backups', { timeout }, async (t) => {
  const { ask, folder } = await site(t);
  writeFileSync(join(folder, 'backups', 'notes.txt'), 'mine');
  for (const name of [
    '..%2Flatchd.mdb',
    '%2Fetc%2Fpasswd',
    'notes.txt',
    `..%2Fbackups%2F${oneBackup}`,
  ]) {
    for (const method of ['GET', 'DELETE']) {
      assert.equal((await ask(method, `/items/${name}`)).status, 404, `${method} ${name}`);
    }
    assert.equal((await ask('POST', `/restore?name=${name}`)).status, 404, name);
  }
  assert.ok(existsSync(join(folder, 'latchd.mdb')));
  assert.ok(existsSync(join(folder, 'backups', 'notes.txt')));
});

test('only administrators have to do with backups', { timeout }, async (t) => {
  const { ask, folder, startedAgain } = await site(t);
  const calls = [
    ['GET', ''],
    ['POST', ''],
    ['GET', `/items/${oneBackup}`],
    ['DELETE', `/items/${oneBackup}`],
    ['POST', `/restore?name=${oneBackup}`],
  ] as const;
  for (const [method, rest] of calls) {
    assert.equal((await ask(method, rest, { auth: asManager })).status, 403, `${method} ${rest}`);
    assert.equal((await ask(method, rest, { auth: '' })).status, 401, `${method} ${rest}`);
  }
  assert.deepEqual(readdirSync(join(folder, 'backups')), [oneBackup]);
  assertUntouched({ folder, startedAgain });
});

test('what was fetched is sent back and made ready; a second restore has to wait', {
  timeout,
}, async (t) => {
  const { ask, folder, identifiers, startedAgain, clock } = await site(t);
  const { json } = await ask('POST');
  const { bytes: body } = await ask('GET', `/items/${json.name}`);
  const owner = { name: 'Eve', type: 'guest' } as const;
  await identifiers.create({ type: 'card', number: '6', owner, lock: 'first' });
  const sent = await ask('POST', '/restore', { body });
  assert.deepEqual(
    [sent.status, sent.json],
    [200, { created: json.created, identifiers: 1, events: 0, damaged: 0 }],
  );
  assert.deepEqual(startedAgain, [clock.wallMs()]);
  assert.ok(existsSync(join(folder, 'restore', 'latchd.mdb')));
  const busy = await ask('POST', `/restore?name=${json.name}`);
  assert.deepEqual([busy.status, busy.json], [409, { error: 'Another restore is under way' }]);
  assert.equal(startedAgain.length, 1);
});

test('a kept backup is restored by its name', { timeout }, async (t) => {
  const { ask, startedAgain } = await site(t);
  const { json } = await ask('POST');
  const ready = await ask('POST', `/restore?name=${json.name}`);
  assert.deepEqual([ready.status, ready.json.identifiers], [200, 1]);
  assert.equal(startedAgain.length, 1);
});

test('what is no good backup is refused with a sentence', { timeout }, async (t) => {
  const { ask, folder, startedAgain, log } = await site(t);
  const { json } = await ask('POST');
  const { bytes } = await ask('GET', `/items/${json.name}`);
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8((flipped.at(-40) ?? 0) ^ 1, flipped.length - 40);
  const refusals: readonly (readonly [string, Buffer | undefined, number, string])[] = [
    ['', undefined, 400, 'The file is not a backup of latchd'],
    ['', Buffer.from('PK\u0003\u0004'), 400, 'The file is not a backup of latchd'],
    [
      '',
      bytes.subarray(0, -1),
      400,
      'The backup is damaged: its checksum or its content does not hold',
    ],
    ['', flipped, 400, 'The backup is damaged: its checksum or its content does not hold'],
    [`?name=${oneBackup}`, undefined, 400, 'The file is not a backup of latchd'],
    ['?name=latchd-none', undefined, 404, 'There is no such backup'],
  ];
  for (const [query, body, status, error] of refusals) {
    const answer = await ask('POST', `/restore${query}`, { ...(body && { body }) });
    assert.deepEqual([answer.status, answer.json], [status, { error }]);
    assertUntouched({ folder, startedAgain });
  }
  const told = log.entries.filter(({ text }) => text === 'a restore was refused');
  assert.equal(told.length, refusals.length);
});

test('a file announced as longer than is taken is refused before it is sent', {
  timeout,
}, async (t) => {
  const { url, folder, startedAgain } = await site(t);
  const answer = await rawPost(t, url, 1024 ** 3 + 1, []);
  assert.match(answer, /^HTTP\/1.1 413 /);
  assertUntouched({ folder, startedAgain });
});

test('a file that stops coming is let go with an answer, after half a minute without progress', {
  timeout,
}, async (t) => {
  const { url, folder, startedAgain, clock, ask } = await site(t);
  const answer = rawPost(t, url, 1_000_000, [Buffer.alloc(1000)]);
  const staged = join(folder, '.staged-upload');
  await until(() => existsSync(staged) && statSync(staged).size === 1000);
  clock.advance(29_000_000);
  assert.equal((await ask('POST', `/restore?name=${oneBackup}`)).status, 409);
  clock.advance(1_000_000);
  assert.match(await answer, /^HTTP\/1.1 408 /);
  assertUntouched({ folder, startedAgain });
});

test('a client that goes away in the middle leaves nothing, and the next restore is free', {
  timeout,
}, async (t) => {
  const { url, folder, startedAgain, ask, log } = await site(t);
  const socket = await sending(t, url, 1_000_000, [Buffer.alloc(200_000)]);
  const staged = join(folder, '.staged-upload');
  await until(() => existsSync(staged));
  socket.destroy();
  await until(() => log.entries.some(({ fields }) => fields.why === 'cut-off'));
  assertUntouched({ folder, startedAgain });
  const { json } = await ask('POST');
  assert.equal((await ask('POST', `/restore?name=${json.name}`)).status, 200);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

async function sending(t: TestContext, url: string, length: number, pieces: readonly Buffer[]) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => undefined);
  socket.write(`POST ${path}/restore HTTP/1.1\r\nHost: x\r\nAuthorization: ${asAdmin}\r\n`);
  socket.write(`Content-Length: ${length}\r\n\r\n`);
  for (const piece of pieces) socket.write(piece);
  return socket;
}

/** Sends the head of an upload and some of it. @returns the answer. */
async function rawPost(t: TestContext, url: string, length: number, pieces: readonly Buffer[]) {
  const socket = await sending(t, url, length, pieces);
  return new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
}
