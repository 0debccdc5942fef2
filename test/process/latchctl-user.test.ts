import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { cliScript, type Daemon, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `latchctl user …`; without `input` its standard input stays open and empty. */
async function user(daemon: Daemon, words: string[], input?: string): Promise<Outcome> {
  const args = [cliScript, '--config', daemon.configFile, 'user', ...words];
  const child = spawn(process.execPath, args);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  if (input !== undefined) child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

async function statusAs(daemon: Daemon, name: string, password: string): Promise<number> {
  const basic = Buffer.from(`${name}:${password}`).toString('base64');
  const { status } = await fetch(`${daemon.url}/api/v1/access/identifier/items`, {
    headers: { authorization: `Basic ${basic}` },
  });
  return status;
}

test('a technician adds, lists, renews and removes accounts', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const added = await user(daemon, ['add', 'guard']);
  assert.equal(added.code, 0, added.stderr);
  const made = /^added guard as manager\npassword: (\S{16})\n$/.exec(added.stdout)?.[1] ?? '';
  assert.equal(await statusAs(daemon, 'guard', made), 200);

  const json = await user(daemon, ['add', 'boss', '--role', 'admin', '--json']);
  const boss = JSON.parse(json.stdout);
  assert.deepEqual([boss.name, boss.role], ['boss', 'admin']);
  assert.equal(await statusAs(daemon, 'boss', boss.password), 200);
  assert.equal(
    (await user(daemon, ['list'])).stdout,
    'admin    admin\nadmin    boss\nmanager  guard\n',
  );
  assert.deepEqual(JSON.parse((await user(daemon, ['list', '--json'])).stdout).users[2], {
    name: 'guard',
    role: 'manager',
  });

  const given = ['password', 'guard', '--password-stdin'];
  const renewed = await user(daemon, given, 'pass phrase \r\nnot this\n');
  assert.equal(renewed.stdout, 'changed the password of guard\n');
  assert.equal(await statusAs(daemon, 'guard', made), 401);
  assert.equal(await statusAs(daemon, 'guard', 'pass phrase '), 200);

  assert.equal((await user(daemon, ['remove', 'guard', '--yes'])).stdout, 'removed guard\n');
  assert.equal(await statusAs(daemon, 'guard', 'pass phrase '), 401);
  const log = daemon.lines.join('\n');
  for (const secret of [made, boss.password, 'pass phrase']) {
    assert.equal(log.includes(secret), false);
  }
});

test('what cannot be done with an account is said in one line', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const table: [string[], string, number?][] = [
    [[], 'latchctl user what? list, add, password, remove', 64],
    [['add'], 'which user? give a name', 64],
    [['add', 'a b'], 'A name has 1 to 64 letters, digits, dots, dashes and underscores'],
    [['add', 'admin'], 'There is an account of this name'],
    [['add', 'bob', '--role', 'root'], 'a role is one of manager, admin, not root', 64],
    [['remove', 'bob', '--yes'], 'There is no account of this name'],
    [['remove', 'admin', '-y'], 'The last admin cannot be removed'],
    [['password', 'bob'], 'There is no account of this name'],
  ];
  for (const [words, message, status = 1] of table) {
    const { code, stdout, stderr } = await user(daemon, words);
    assert.deepEqual([code, stdout, stderr], [status, '', `latchctl: ${message}\n`]);
  }
  const short = await user(daemon, ['add', 'bob', '--password-stdin'], '12345\n');
  assert.equal(short.stderr, 'latchctl: A password has 6 to 128 characters\n');
  assert.equal(await statusAs(daemon, 'admin', daemon.password), 200);
});
