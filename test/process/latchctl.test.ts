import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { cardBody, cliScript, type Daemon, simConfig, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

interface Failure {
  readonly code: number;
  readonly stderr: string;
}

async function latchctl(daemon: Pick<Daemon, 'configFile'>, ...words: string[]): Promise<string> {
  const args = [cliScript, '--config', daemon.configFile, ...words];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

async function failure(daemon: Pick<Daemon, 'configFile'>, ...words: string[]): Promise<Failure> {
  return latchctl(daemon, ...words).then(
    () => assert.fail('it worked'),
    ({ code, stderr }: Failure) => ({ code, stderr }),
  );
}

test('a technician sees the panel, presents, opens and follows, also without HTTP', async (t) => {
  const config = simConfig.replace('{ port: 0 }', '{ enabled: false }');
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder, config);
  assert.equal(statSync(join(folder, 'data/control.sock')).mode & 0o777, 0o660);

  const follower = spawn(process.execPath, [
    ...[cliScript, '--config', daemon.configFile, 'events', '--follow', '--last', '1'],
  ]);
  t.after(() => follower.kill());
  const lines = createInterface({ input: follower.stdout })[Symbol.asyncIterator]();
  const ended = once(follower, 'exit');
  // The event of the start: from here on the follower hears all, however slowly it came up.
  assert.match((await lines.next()).value, /^1 /);

  assert.equal(
    await latchctl(daemon, 'present', 'front', '--number', '1850186'),
    'presented 26 bits at front\n',
  );
  await daemon.line(/ refused .*reason=unknown-credential/);
  assert.match(
    (await lines.next()).value,
    /^\d+ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}access_denied_by_unknown_card .*number=1850186 .*reason=unknown-credential/,
  );
  assert.equal(await latchctl(daemon, 'open', 'all', '--seconds', '60'), 'opened all\n');
  assert.match((await lines.next()).value, /access_granted_by_api_call .*lock=all .*seconds=60/);

  const status = await latchctl(daemon, 'status');
  assert.match(status, /^driver +sim$/m);
  assert.match(status, /^first +energised +grant until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/m);
  assert.match(status, /^front +wiegand +watched +1 +0 /m);
  const { locks } = JSON.parse(await latchctl(daemon, 'status', '--json'));
  for (const { energised, grantUntilMs, ...rest } of locks) {
    assert.equal(energised, true);
    assert.equal(typeof grantUntilMs, 'number');
    const none = { opensAtMs: null, emergencyUntilMs: null, exitUntilMs: null, freeAccess: false };
    const kind = { relay: 'strike', released: true, mode: 'normal', toggled: false, fire: false };
    assert.deepEqual(rest, { name: rest.name, ...none, ...kind });
  }
  assert.equal(await latchctl(daemon, 'close', 'all'), 'closed all\n');
  assert.match((await lines.next()).value, /lock_was_closed_by_api_call .*lock=all by=local/);
  assert.match(await latchctl(daemon, 'status'), /^second +rest$/m);
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
  assert.deepEqual(await ended, [0, null]);
});

test('a card by format, facility and number is the card of the identifier', async (t) => {
  const config = simConfig.replace('wiegand:', 'formats: [H10301], wiegand:');
  const daemon = await startDaemon(t, freshFolder(t), config);
  await daemon.api('POST', '/api/v1/access/identifier', cardBody('8065495'));
  await latchctl(
    daemon,
    'present',
    'front',
    '--format',
    'H10301',
    '--facility',
    '123',
    '--card',
    '4567',
  );
  assert.match(
    await daemon.line(/ granted /),
    /uid=1 number=8065495 format=H10301 bits=26 raw=2F623AE/,
  );
});

test('what cannot be done is said in one line', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const table: [string[], RegExp, number?][] = [
    [['dance'], /^latchctl: there is no command dance/],
    [['open'], /which lock\?/],
    [['open', 'third'], /^latchctl: /],
    [['close'], /which lock\?/],
    [['close', 'third'], /^latchctl: /],
    [['open', 'first', '--seconds', 'ten'], /--seconds is a whole number from 1 to \d+, not ten/],
    [['present', 'garden', '--number', '1'], /there is no reader garden; there is /, 1],
    [['present', 'front'], /which card\?/],
    [['present', 'front', '--number', '99999999'], /wiegand_26 cannot hold that card/],
    [['present', 'front', '--format', 'H9', '--card', '1'], /no format H9/],
    [['present', 'front', '--number', 'x'], /--number is digits/],
  ];
  for (const [words, message, status = 64] of table) {
    const { code, stderr } = await failure(daemon, ...words);
    assert.equal(code, status, words.join(' '));
    assert.match(stderr, message);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }
  await daemon.kill();
  assert.match((await failure(daemon, 'status')).stderr, /is it running\?/);
});
