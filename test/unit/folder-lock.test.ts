import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../src/errors.ts';
import { holdFolder } from '../../src/io/folder-lock.ts';
import { freshFolder } from '../support/store.ts';

const isHeld = (error: unknown) =>
  error instanceof Fault &&
  error.code === 'already-running' &&
  error.message.startsWith('another latchd works on ');

test('a folder is held by one, until it lets go', (t) => {
  const folder = join(freshFolder(t), 'made', 'for it');
  const release = holdFolder(folder);
  assert.throws(() => holdFolder(folder), isHeld);
  assert.throws(() => holdFolder(folder), isHeld, 'a refused one has let nothing go');
  release();
  holdFolder(folder)();
  // Others who hold it open must go on to mean the same file.
  assert.deepEqual(readdirSync(folder), ['latchd.lock']);
  assert.equal(statSync(join(folder, 'latchd.lock')).mode & 0o777, 0o600);
});

test('nobody can hold it who may not open its files', async (t) => {
  const folder = freshFolder(t);
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  // A name that anybody on the machine can work out and take.
  const squatter = createServer().listen(`\0latchd-${digest}`);
  await once(squatter, 'listening');
  t.after(() => squatter.close());
  const release = await holdFolder(folder);
  release();
});

test('the kernel lets go when its process is killed; no child inherits it', async (t) => {
  const folder = freshFolder(t);
  const script = fileURLToPath(new URL('../../src/io/folder-lock.js', import.meta.url));
  const code = `
    const { holdFolder } = await import(process.argv[1]);
    holdFolder(process.argv[2]);
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  assert.throws(() => holdFolder(folder), isHeld);
  const fds = `/proc/${child.pid}/fd`;
  const held = readdirSync(fds).find(
    (fd) => readlinkSync(join(fds, fd)) === join(realpathSync(folder), 'latchd.lock'),
  );
  const info = readFileSync(`/proc/${child.pid}/fdinfo/${held}`, 'utf8');
  const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(info)?.[1] ?? '0', 8);
  assert.equal(flags & 0o2000000, 0o2000000, 'O_CLOEXEC');
  child.kill('SIGKILL');
  await once(child, 'exit');
  holdFolder(folder)();
});

test('a folder that cannot be written is told with what to do', (t) => {
  const file = join(freshFolder(t), 'no folder');
  holdFolder(file)();
  assert.throws(
    () => holdFolder(join(file, 'latchd.lock')),
    (error) => error instanceof Fault && error.code === 'store-unwritable',
  );
});
