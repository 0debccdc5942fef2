import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { bits26, cliScript, type Daemon, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

async function latchctl(daemon: Daemon, ...words: string[]): Promise<string> {
  const args = [cliScript, '--config', daemon.configFile, ...words];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

async function failure(daemon: Daemon, ...words: string[]): Promise<string> {
  return latchctl(daemon, ...words).then(
    () => assert.fail('it worked'),
    ({ stderr }: { stderr: string }) => stderr,
  );
}

test('a key made at the panel manages access keys over HTTP until it is revoked', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const { name, key } = JSON.parse(await latchctl(daemon, 'apikey', 'add', 'gym', '--json'));
  assert.equal(name, 'gym');
  const call = async (path: string, body?: unknown) => {
    const response = await fetch(`${daemon.url}/v1/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        // A kept one could be let go by the panel just as the next call takes it.
        connection: 'close',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };

  const { levels } = (await call('accesslevels/list')).body;
  assert.deepEqual(
    levels.map((level: { name: string }) => level.name),
    ['First lock', 'Second lock', 'All locks'],
  );
  const added = await call('accesskeys/add', {
    key: { identification: '0x1c3b4a', type: 'proximity' },
    access_levels: [levels[0].id],
    person: { first_name: 'Ann', last_name: 'Ek' },
  });
  assert.equal(added.status, 200);
  const { body: status } = await call('accesskeys/status', { id: added.body.id });
  assert.equal(status.status, 'Applied');

  await daemon.present('front', bits26(0x1c3b4a));
  assert.match(await daemon.line(/ granted /), /uid=1 number=1850186 /);
  await daemon.loggedKeys(1, (key) => key === 'access_granted_by_valid_identifier');
  const { events } = (await call('events/list')).body;
  assert.deepEqual(
    events.map((event: Record<string, unknown>) => [event.type, event.key_id, event.person]),
    [[102, added.body.id, added.body.person]],
  );

  assert.equal((await call('accesskeys/remove', { id: added.body.id })).status, 204);
  const from = daemon.lines.length;
  await daemon.present('front', bits26(0x1c3b4a));
  await daemon.line(/ refused .*reason=unknown-credential/, from);

  assert.match(await latchctl(daemon, 'apikey', 'list'), /^NAME +MADE +LAST USED\ngym +\d{4}-/);
  assert.match(await latchctl(daemon, 'apikey', 'revoke', 'gym'), /^revoked the API key gym/);
  const revoked = await call('accesslevels/list');
  assert.deepEqual(revoked, { status: 401, body: { error: 'Unauthorized' } });
  assert.deepEqual(JSON.parse(await latchctl(daemon, 'apikey', 'list', '--json')), { keys: [] });
  assert.equal(daemon.lines.join('\n').includes(key), false);
});

test('keys outlive a restart, and levels are made once', async (t) => {
  const folder = freshFolder(t);
  const first = await startDaemon(t, folder);
  const said = await latchctl(first, 'apikey', 'add', 'gym');
  assert.match(said, /^the API key of gym is latchd_[A-Za-z0-9_-]{43}; it is not shown again\n$/);
  const key = /latchd_\S{43}/.exec(said)?.[0];
  const ids = async (daemon: Daemon) => {
    const headers = { authorization: `Bearer ${key}` };
    const url = `${daemon.url}/v1/accesslevels/list`;
    const response = await fetch(url, { method: 'POST', headers });
    const { levels }: { levels: { id: string }[] } = JSON.parse(await response.text());
    return levels.map(({ id }) => id);
  };
  const before = await ids(first);
  assert.equal(before.length, 3);
  await first.kill();
  assert.deepEqual(await ids(await startDaemon(t, folder)), before);
});

test('what cannot be done with keys is said in one line', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  await latchctl(daemon, 'apikey', 'add', 'gym');
  const table: [string[], RegExp][] = [
    [[], /latchctl apikey what\? add, list, revoke/],
    [['paint'], /latchctl apikey has no paint; add, list, revoke/],
    [['add'], /a name of 1 to 64/],
    [['add', 'a b'], /a name of 1 to 64/],
    [['add', 'gym'], /There is an API key of this name/],
    [['revoke', '../x'], /a name of 1 to 64/],
    [['revoke', 'pool'], /There is no API key of this name/],
  ];
  for (const [words, message] of table) {
    const stderr = await failure(daemon, 'apikey', ...words);
    assert.match(stderr, message);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }
});
