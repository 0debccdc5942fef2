import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';
import {
  bits26,
  cardBody,
  cliScript,
  Daemon,
  type Daemon as Running,
  simConfig,
  startDaemon,
} from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const config = `${simConfig.replace('readers: [{ name: front,', 'readers: [{ name: front, led: { line: 12 }, buzzer: { line: 16 },')}
inputs:
  - { name: exit, kind: exit_button, line: 24, locks: [first] }
  - { name: door, kind: door_contact, line: 25 }
  - { name: smoke, kind: fire, line: 26, locks: [second] }
`;

async function latchctl(daemon: Running, ...words: string[]): Promise<string> {
  const args = [cliScript, '--config', daemon.configFile, ...words];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

type Energised = { readonly [name: string]: { readonly energised: boolean } };

async function energised(daemon: Running, path: string): Promise<Record<string, boolean>> {
  const { json } = await daemon.api<Energised>('GET', path);
  return Object.fromEntries(Object.entries(json).map(([name, state]) => [name, state.energised]));
}

/** Outputs as they stood at each look, from before a passage until the reader is dark again. */
async function outputsOfPassage(daemon: Running): Promise<unknown[]> {
  const from = daemon.lines.length;
  let isOver = false;
  const look = async () => {
    const seen: Record<string, boolean>[] = [];
    for (;;) {
      // Asked before the look: what is dark after the grant stays so.
      const wasGranted = isOver;
      const outputs = await energised(daemon, '/sim/outputs');
      seen.push(outputs);
      if (wasGranted && !outputs['front.green']) return seen;
    }
  };
  const seen = look();
  await daemon.present('front', bits26(1850186));
  await daemon.line(/ granted /, from);
  isOver = true;
  return seen;
}

test('a button opens, a door tells, fire opens and stays, LEDs show; at rest at the end', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  assert.equal(await latchctl(daemon, 'input', 'exit', 'on'), 'exit is on\n');
  await daemon.line(/ released lock=first/);
  assert.equal((await daemon.api('POST', '/sim/inputs/exit', { active: false })).status, 202);
  await daemon.line(/ at rest lock=first/);
  await daemon.api('POST', '/sim/inputs/door', { active: true });
  await daemon.line(/ door forced lock=first/);
  const status = await latchctl(daemon, 'status');
  assert.match(status, /^exit +exit_button +rest$/m);
  assert.match(status, /^door +door_contact +open$/m);
  assert.match(status, /^smoke +fire +rest$/m);
  const door = await daemon.api<{ status: string }>('GET', '/api/v1/access/door/status');
  assert.equal(door.json.status, 'open');
  await daemon.api('POST', '/sim/inputs/door', { active: false });
  await daemon.line(/ door closed lock=first/);

  await latchctl(daemon, 'input', 'smoke', 'on');
  await daemon.line(/ fire input=smoke/);
  await assert.rejects(
    latchctl(daemon, 'close', 'second'),
    /stays open while a fire input is active/,
  );
  await latchctl(daemon, 'input', 'smoke', 'off');
  await daemon.line(/ fire is over/);
  assert.deepEqual(await energised(daemon, '/sim/locks'), { first: false, second: true });
  assert.match(await latchctl(daemon, 'status'), /^second +energised +FIRE$/m);
  assert.equal(await latchctl(daemon, 'close', 'second'), 'closed second\n');

  await daemon.api('POST', '/api/v1/access/identifier', cardBody('1850186'));
  // The buzzer sounds for a moment; where every look came before or after it, another passage is made.
  let passages = 0;
  let isTogether = false;
  while (!isTogether) {
    passages += 1;
    const seen = await outputsOfPassage(daemon);
    const together = { 'front.green': true, 'front.buzzer': true };
    isTogether = seen.some((outputs) => isDeepStrictEqual(outputs, together));
  }
  const expected = [
    'device_booted',
    'lock_was_opened_by_exit_btn',
    'door_was_forced',
    'door_was_closed',
    'door_alarm_is_over',
    'fire_alarm_is_on',
    'fire_alarm_is_off',
    'lock_was_closed_by_api_call',
    ...Array(passages).fill('access_granted_by_valid_identifier'),
  ];
  const keys = await daemon.loggedKeys(expected.length, (key) => !key.includes('login'));
  assert.deepEqual(keys, expected);
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
  assert.match(daemon.lines.at(-1) ?? '', /locks are at rest/);
});

test('a blocked door is blocked after a crash too, unless the file says otherwise', async (t) => {
  const folder = freshFolder(t);
  const before = await startDaemon(t, folder, config);
  assert.equal(await latchctl(before, 'mode', 'all', 'blocked'), 'all is blocked\n');
  await assert.rejects(latchctl(before, 'open', 'first'), /The first door is blocked/);
  await before.kill();
  const after = await startDaemon(t, folder, config);
  assert.match(await latchctl(after, 'status'), /^first +rest +BLOCKED$/m);
  await latchctl(after, 'input', 'exit', 'on');
  await after.line(/ released lock=first/);
  await after.kill();
  const normal = `${config}door: { mode_after_restart: normal }\n`;
  const again = await startDaemon(t, folder, normal);
  assert.match(await latchctl(again, 'status'), /^first +rest$/m);
});

test('a magnet is locked while latchd runs, and --rest rests every output', async (t) => {
  const folder = freshFolder(t);
  const magnet = config.replace('first: { line: 22,', 'first: { line: 22, relay: magnet,');
  const daemon = await startDaemon(t, folder, magnet);
  assert.deepEqual(await energised(daemon, '/sim/locks'), { first: true, second: false });
  assert.match(await latchctl(daemon, 'status'), /^first +energised \(locked\)$/m);
  await latchctl(daemon, 'open', 'first', '--seconds', '60');
  assert.match(await latchctl(daemon, 'status'), /^first +rest \(released\) +grant until /m);
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
  await daemon.line(/ a magnet is off lock=first/);
  const rest = new Daemon(folder, magnet, {}, ['--rest']);
  assert.equal(await rest.ended, 0);
  const rested = rest.lines.flatMap((line) => / at rest lock=(\S+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(rested, ['first', 'second', 'front.green', 'front.buzzer']);
});

test('what latchctl cannot do is said in one line', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  const table: [string[], RegExp, number?][] = [
    [['input'], /which input\?/],
    [['input', 'exit'], /on or off\?/],
    [['input', 'cellar', 'on'], /there is no input cellar; there is /, 1],
    [['mode'], /which lock\?/],
    [['mode', 'first'], /which mode\?/],
    [['mode', 'third', 'free'], /^latchctl: /],
    [['mode', 'first', 'open'], /a mode is one of normal, free, blocked, not open/],
  ];
  for (const [words, message, status = 64] of table) {
    const failed = await latchctl(daemon, ...words).then(
      () => assert.fail('it worked'),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );
    assert.equal(failed.code, status, words.join(' '));
    assert.match(failed.stderr, message);
    assert.equal(failed.stderr.trimEnd().split('\n').length, 1, failed.stderr);
  }
});
