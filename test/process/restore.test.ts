import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bits26, cardBody, type Daemon, type LogItem, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

async function makeBackup(daemon: Daemon): Promise<{ name: string; identifiers: number }> {
  const made = await daemon.api<{ name: string; identifiers: number }>('POST', '/api/v1/backups');
  assert.equal(made.status, 200);
  return made.json;
}

async function restored(daemon: Daemon, path: string): Promise<void> {
  const seen = daemon.lines.length;
  assert.equal((await daemon.api('POST', path)).status, 200);
  await daemon.line(/ a backup was restored /, seen);
  await daemon.ready(seen);
  await daemon.line(/ backup made .*before-restore/, seen);
}

test('a restore brings the state of the backup back, and keeps what it replaces', async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder);
  await daemon.api('POST', '/api/v1/access/identifier', cardBody('1'));
  const { name, identifiers } = await makeBackup(daemon);
  assert.equal(identifiers, 1);
  assert.equal(statSync(join(folder, 'data/backups', name)).mode & 0o777, 0o600);

  await daemon.api('DELETE', '/api/v1/access/identifier/item/1');
  const second = await daemon.api('POST', '/api/v1/access/identifier', cardBody('2'));
  assert.deepEqual(second.json, { uid: 2 });
  const before = Math.max(...(await daemon.logged(() => true)).map(({ sequence }) => sequence));
  await restored(daemon, `/api/v1/backups/restore?name=${name}`);

  const seen = daemon.lines.length;
  await daemon.present('front', bits26(1));
  assert.match(await daemon.line(/ (granted|refused) /, seen), / granted .*number=1 /);
  await daemon.present('front', bits26(2));
  await daemon.line(/ refused .*number=2 .*reason=unknown-credential/, seen);
  // What the replaced state gave away is not given again.
  const third = await daemon.api('POST', '/api/v1/access/identifier', cardBody('3'));
  assert.deepEqual(third.json, { uid: 3 });
  const isRestore = ({ name }: LogItem) => name.key === 'backup_restored';
  const event = (await daemon.logged((items) => items.some(isRestore))).find(isRestore);
  assert.equal(event?.info.model.by, 'admin');
  assert.equal(event?.info.model.backup, name);
  assert.ok((event?.sequence ?? 0) > before);

  // And the way back.
  const { json } = await daemon.api<{ list_items: { name: string; kind: string }[] }>(
    'GET',
    '/api/v1/backups',
  );
  const kept = json.list_items.find(({ kind }) => kind === 'before-restore');
  await restored(daemon, `/api/v1/backups/restore?name=${kept?.name}`);
  assert.equal((await daemon.api('GET', '/api/v1/access/identifier/item/1')).status, 400);
  assert.equal((await daemon.api('GET', '/api/v1/access/identifier/item/2')).status, 200);
  const fourth = await daemon.api('POST', '/api/v1/access/identifier', cardBody('4'));
  assert.deepEqual(fourth.json, { uid: 4 });
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
  assert.ok(!existsSync(join(folder, 'data/restore')));
  assert.deepEqual(
    readdirSync(join(folder, 'data')).filter((file) => file.startsWith('.')),
    [],
  );
});

test('a backup that was fetched is restored on another panel', async (t) => {
  const old = await startDaemon(t, freshFolder(t));
  await old.api('POST', '/api/v1/access/identifier', cardBody('77'));
  const { name } = await makeBackup(old);
  const auth = `Basic ${Buffer.from(`admin:${old.password}`).toString('base64')}`;
  const fetched = await fetch(`${old.url}/api/v1/backups/items/${name}`, {
    headers: { authorization: auth },
  });
  const file = Buffer.from(await fetched.arrayBuffer());
  assert.equal(fetched.headers.get('content-length'), String(file.length));

  const folder = freshFolder(t);
  const panel = await startDaemon(t, folder, undefined, { LATCHD_ADMIN_PASSWORD: '' });
  const { initialPassword } = panel;
  const send = (password: string, body: Buffer) =>
    fetch(`${panel.url}/api/v1/backups/restore`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` },
      body: new Uint8Array(body),
    });
  const torn = await send(initialPassword, file.subarray(0, file.length - 1));
  assert.equal(torn.status, 400);
  assert.match(JSON.stringify(await torn.json()), /The backup is damaged/);

  const seen = panel.lines.length;
  const answered = await send(initialPassword, file);
  assert.equal(answered.status, 200);
  assert.equal(((await answered.json()) as { identifiers: number }).identifiers, 1);
  await panel.line(/ a backup was restored /, seen);
  await panel.ready(seen);
  // Accounts are those of the backup; the password of the first start is no more.
  assert.equal((await panel.api('GET', '/api/v1/access/identifier/item/1')).status, 200);
  assert.ok(!existsSync(join(folder, 'data/initial-password')));
});
