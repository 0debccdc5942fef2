import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { errnoOf } from '../../src/errors.ts';
import {
  bits26,
  cardBody,
  Daemon,
  type LogItem,
  simConfig,
  startDaemon,
} from '../support/daemon.ts';
import { mountSmallDisk, skipWithoutMount } from '../support/needs.ts';
import { atEnd, freshFolder } from '../support/store.ts';

const number = 1850186;

test('a bad configuration ends with 78 and every problem', async (t) => {
  const daemon = new Daemon(freshFolder(t), 'http: { port: 99999 }\nlocks: {}');
  assert.equal(await daemon.ended, 78);
  const text = daemon.lines.join('\n');
  assert.match(text, /^http\.port: .*65535/m);
  assert.match(text, /^locks\.first: is missing/m);
});

test('a passage, from pulses to the log, and a stop', async (t) => {
  // It is looked at while it is open, however long that takes to come to.
  const patient = simConfig.replace(
    'first: { line: 22, open_seconds: 1 }',
    'first: { line: 22, open_seconds: 40 }',
  );
  const daemon = await startDaemon(t, freshFolder(t), patient);
  const created = await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number)));
  assert.deepEqual(created, { status: 200, json: { uid: 1 } });
  await daemon.present('front', bits26(number));
  const granted = await daemon.line(/ granted /);
  assert.match(granted, /reader=front owner=Ann uid=1 number=1850186 format=wiegand_26 bits=26/);
  const energised = await daemon.api('GET', '/sim/locks');
  assert.deepEqual(energised.json, { first: { energised: true }, second: { energised: false } });
  const close = '/api/v1/access/general/lock/close/emergency';
  assert.equal((await daemon.api('POST', close, { locks: [1] })).status, 200);
  await daemon.line(/ at rest lock=first/);
  const rested = await daemon.api('GET', '/sim/locks');
  assert.deepEqual(rested.json, { first: { energised: false }, second: { energised: false } });
  const isPassage = ({ name }: LogItem) => name.key === 'access_granted_by_valid_identifier';
  const passage = (await daemon.logged((items) => items.some(isPassage))).find(isPassage);
  assert.equal(passage?.info.model.number, '1850186');
  assert.equal(BigInt(`0x${passage?.info.model.raw}`), BigInt(`0b${bits26(number)}`));
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
  assert.match(daemon.lines.at(-1) ?? '', /locks are at rest/);
});

test('a deletion that was answered is refused at the next presentation', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  for (let round = 1; round <= 5; round += 1) {
    await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number)));
    const seen = daemon.lines.length;
    const deleted = await daemon.api('DELETE', `/api/v1/access/identifier/item/${round}`);
    assert.equal(deleted.status, 200);
    await daemon.present('front', bits26(number));
    assert.match(
      await daemon.line(/ (granted|refused) /, seen),
      /refused .*reason=unknown-credential/,
    );
  }
});

test('the first start makes a password, tells where, and only its owner reads it', async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder, undefined, { LATCHD_ADMIN_PASSWORD: '' });
  await daemon.line(/password of admin .*initial-password/);
  const file = join(folder, 'data/initial-password');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const login = (password: string) =>
    fetch(`${daemon.url}/api/v1/access/general/wiegand/type`, {
      headers: { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` },
    }).then(({ status }) => status);
  assert.equal(await login(daemon.initialPassword), 200);
  assert.equal(await login('123456'), 401);
  assert(daemon.initialPassword.length >= 16);
  assert(!daemon.lines.some((line) => line.includes(daemon.initialPassword)));
});

test('the door goes on while the web worker dies, and the API comes back', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number)));
  for (const how of ['exception', 'memory']) {
    const seen = daemon.lines.length;
    await daemon.present('front', bits26(number));
    await daemon.api('POST', '/sim/web/crash', { how }).catch(() => undefined);
    await daemon.line(/ granted /, seen);
    await daemon.line(/ the web listens url=http/, seen);
    const { status } = await daemon.api('GET', '/api/v1/access/identifier/item/1');
    assert.equal(status, 200);
    await daemon.line(/ at rest lock=first/, seen);
  }
  assert.equal(daemon.process.exitCode, null);
});

test('a second latchd on the same data is refused', async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder);
  const second = new Daemon(
    folder,
    `data: ./data\nhttp: { port: 0 }\ngpio: { driver: sim }\nlocks: { first: { line: 1 } }`,
  );
  assert.equal(await second.ended, 71);
  assert.match(second.lines.join('\n'), /another latchd works on/);
  assert.equal((await daemon.api('GET', '/api/info')).status, 200);
});

test('every signal that ends a process brings the locks to rest first', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
    const daemon = await startDaemon(t, freshFolder(t));
    await daemon.api('GET', '/api/v1/access/general/lock/open/remote/accepted/1?unlockTime=60');
    await daemon.line(/ released lock=first/);
    daemon.process.kill(signal);
    assert.equal(await daemon.ended, 0, signal);
    assert.match(daemon.lines.at(-1) ?? '', /locks are at rest/);
  }
});

test('the door goes on when nobody reads its log any more', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  daemon.process.stdout?.destroy();
  for (let call = 0; call < 3; call += 1) {
    const { status } = await daemon.api(
      'GET',
      '/api/v1/access/general/lock/open/remote/accepted/1?unlockTime=60',
    );
    assert.equal(status, 200);
  }
  const { json } = await daemon.api('GET', '/sim/locks');
  assert.deepEqual(json, { first: { energised: true }, second: { energised: false } });
});

test('a reader of the log that stalls does not hold up the door', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const owner = { name: 'x'.repeat(16_000), type: 'owner' };
  const card = cardBody(String(number), { identifier_owner: owner });
  await daemon.api('POST', '/api/v1/access/identifier', card);
  daemon.process.stdout?.pause();
  // More than a pipe and a stream hold, in lines of the door.
  const passages = 24;
  for (let n = 0; n < passages; n += 1) await daemon.present('front', bits26(number));
  let granted = 0;
  while (granted < passages) {
    const path = '/api/v1/log/items?limit=100';
    const { json } = await daemon.api<{ list_items: LogItem[] }>('GET', path);
    const keys = json.list_items.map(({ name }) => name.key);
    granted = keys.filter((key) => key === 'access_granted_by_valid_identifier').length;
  }
  assert.equal(granted, passages);
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
});

test('where both want the processor, the door comes before the web', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const tasks = `/proc/${daemon.process.pid}/task`;
  /** Undefined: the thread has ended since it was listed. */
  const nice = (task: string) => {
    try {
      const stat = readFileSync(`${tasks}/${task}/stat`, 'utf8');
      return Number(stat.split(') ')[1]?.split(' ')[16]);
    } catch (error) {
      assert.ok(['ENOENT', 'ESRCH'].includes(errnoOf(error) ?? ''), String(error));
      return undefined;
    }
  };
  assert.equal(nice(String(daemon.process.pid)), 0);
  assert.deepEqual(
    readdirSync(tasks)
      .map(nice)
      .filter((value) => value !== undefined && value !== 0),
    [10],
  );
});

test('the command line is checked', async (t) => {
  const daemon = new Daemon(freshFolder(t), simConfig, {}, ['--colour', 'red']);
  assert.equal(await daemon.ended, 64);
  assert.match(daemon.lines.join('\n'), /--colour/);
});

test('a full disk: unlimited cards open, limited ones do not, nothing is lost', {
  skip: skipWithoutMount,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-'));
  mkdirSync(join(folder, 'data'));
  const unmount = mountSmallDisk(join(folder, 'data'), '3m');
  atEnd(t, () => {
    unmount();
    rmSync(folder, { recursive: true });
  });
  const daemon = await startDaemon(t, folder);
  const valid = { time: { is_permanent: true }, passes: { is_permanent: false, max_passes: 5 } };
  await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number)));
  await daemon.api('POST', '/api/v1/access/identifier', cardBody('7', { valid }));

  const filler = join(folder, 'data/filler');
  const chunk = Buffer.alloc(4096);
  const fill = () => {
    try {
      for (;;) appendFileSync(filler, chunk);
    } catch (error) {
      assert.match(String(error), /ENOSPC/);
    }
  };
  fill();
  // Pages that are free inside the database are used up first.
  let seen = 0;
  do {
    seen = daemon.lines.length;
    await daemon.present('front', bits26(number));
    await daemon.line(/ (granted|refused) /, seen);
    fill();
  } while (!daemon.lines.some((line) => /events cannot be written/.test(line)));
  seen = daemon.lines.length;
  await daemon.present('front', bits26(number));
  assert.match(await daemon.line(/ (granted|refused) /, seen), /granted .*number=1850186/);
  // LMDB may still find a free page: then the pass is counted. It is never opened uncounted.
  let left = 5;
  const presentLimited = async () => {
    seen = daemon.lines.length;
    await daemon.present('front', bits26(7));
    const line = await daemon.line(/ (granted|refused) /, seen);
    if (/ granted /.test(line)) {
      left -= 1;
      assert.match(line, new RegExp(`passes_left=${left}`));
    } else assert.match(line, /reason=no-passes-left .*fault=store-unwritable/);
  };
  for (let round = 0; round < 3; round += 1) await presentLimited();
  // Large enough to need pages that are not there.
  const large = (card: number) =>
    cardBody(String(card), { identifier_owner: { name: 'x'.repeat(16_000), type: 'owner' } });
  const acknowledged: number[] = [];
  let status = 0;
  for (let card = 100; status !== 503; card += 1) {
    ({ status } = await daemon.api('POST', '/api/v1/access/identifier', large(card)));
    if (status === 200) acknowledged.push(card);
    else assert.equal(status, 503);
  }

  unlinkSync(filler);
  await daemon.line(/events are written again/);
  assert.equal((await daemon.api('POST', '/api/v1/access/identifier', cardBody('8'))).status, 200);
  await presentLimited();
  const presented = daemon.lines.filter((line) => / (granted|refused) /.test(line)).length;
  await daemon.line(/ at rest lock=first/, seen);
  const list = await daemon.api<{ list_items: { identifier_number: string }[] }>(
    'GET',
    '/api/v1/access/identifier/items?limit=1000',
  );
  const there = list.json.list_items.map(({ identifier_number }) => Number(identifier_number));
  assert.deepEqual(there, [number, 7, ...acknowledged, 8]);
  const ofFrames = (items: readonly LogItem[]) =>
    items.filter(({ info }) => info.model.raw !== undefined).length;
  const kept = await daemon.logged((items) => ofFrames(items) >= presented);
  assert.equal(ofFrames(kept), presented);
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
});
