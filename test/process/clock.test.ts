import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EventLog } from '../../src/store/events.ts';
import { openStore } from '../../src/store/store.ts';
import { FakeClock } from '../support/clock.ts';
import { bits26, cardBody, cliScript, type Daemon, startDaemon } from '../support/daemon.ts';
import { skipWithoutCompiler } from '../support/needs.ts';
import { freshFolder } from '../support/store.ts';

const source = fileURLToPath(new URL('../../../test/support/c/bad-disk.c', import.meta.url));
const limits = { timeout: 120_000 };

interface Status {
  readonly clockTrusted: boolean;
  readonly locks: readonly { readonly name: string; readonly freeAccess: boolean }[];
}

/** Free access to the second lock, all week. */
const always = {
  enable: true,
  days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'].map((day) => ({
    day,
    enable: true,
    lock: 'second',
    time_from: 0,
    time_to: 86_340,
  })),
};

/** What `latchctl clock WORD` says, and its exit status. */
async function clock(daemon: Daemon, ...words: string[]) {
  const args = [cliScript, '--config', daemon.configFile, 'clock', ...words];
  return promisify(execFile)(process.execPath, args).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  );
}

/** Whether the clock is believed, and whether free access holds the second lock. */
async function standing(daemon: Daemon): Promise<boolean[]> {
  const { json } = await daemon.api<Status>('GET', '/api/v1/panel/status');
  return [json.clockTrusted, json.locks[1]?.freeAccess === true];
}

/** A folder whose log has an event of ten years from now. */
async function aheadOfTime(t: TestContext): Promise<string> {
  const folder = freshFolder(t);
  mkdirSync(join(folder, 'data'));
  const store = openStore(join(folder, 'data'), 'writer');
  const ahead = new FakeClock(Date.now() + 10 * 365 * 86_400_000);
  const nobody = { appended: () => {}, failed: () => {}, recovered: () => {} };
  const log = new EventLog(store, ahead, 100, nobody);
  log.append({ category: 'info', priority: 'low', key: 'k', text: 't', model: {} });
  await log.settled();
  await store.close();
  return folder;
}

/** Presents the card. @returns what the log line says of it. */
async function present(daemon: Daemon): Promise<string> {
  const from = daemon.lines.length;
  await daemon.present('front', bits26(1));
  return daemon.line(/ (granted|refused) /, from);
}

test('latchctl clock accept: refused while it cannot be kept; then cards follow, after a restart too', {
  ...limits,
  skip: skipWithoutCompiler(),
}, async (t) => {
  const folder = await aheadOfTime(t);
  const library = join(folder, 'bad-disk.so');
  const base = join(folder, 'bad');
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl']);
  const daemon = await startDaemon(t, folder, undefined, { LD_PRELOAD: library, BAD_DISK: base });
  const nowS = Math.floor(Date.now() / 1000);
  const time = { is_permanent: false, from: nowS - 3600, to: nowS + 3600 };
  const body = cardBody('1', { valid: { time, passes: { is_permanent: true } } });
  const made = await daemon.api('POST', '/api/v1/access/identifier', body);
  assert.equal(made.status, 200, JSON.stringify(made.json));
  assert.equal((await daemon.api('POST', '/api/v1/access/freeaccess', always)).status, 200);
  assert.deepEqual(await standing(daemon), [false, false]);
  assert.match(await present(daemon), / refused .*reason=clock-untrusted/);

  writeFileSync(`${base}.write`, '');
  const refused = await clock(daemon, 'accept');
  assert.notEqual(refused.code, 0);
  assert.match(refused.said, /cannot|could not/i);
  const seen = daemon.lines.length;
  rmSync(`${base}.write`);
  await daemon.line(/ events are written again/, seen);
  assert.deepEqual(await clock(daemon, 'accept'), { code: 0, said: 'the clock is believed\n' });
  assert.deepEqual(await standing(daemon), [true, true]);
  assert.match(await present(daemon), / granted /);
  // What was answered is on the disk.
  await daemon.kill();
  const again = await startDaemon(t, folder);
  assert.deepEqual(await standing(again), [true, true]);
  assert.match(await present(again), / granted /);
  const log = await again.api<{ list_items: { name: { key: string } }[] }>(
    'GET',
    '/api/v1/log/items?limit=100&sort_type=asc',
  );
  const keys = log.json.list_items.map(({ name }) => name.key);
  assert.equal(keys.filter((key) => key === 'clock_accepted').length, 2);
});

test('latchctl clock takes no other word', limits, async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  for (const words of [[], ['set']]) {
    const { code, said } = await clock(daemon, ...words);
    assert.notEqual(code, 0, words.join(' '));
    assert.match(said, /clock/, words.join(' '));
  }
});
