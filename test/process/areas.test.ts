import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { bits26, cardBody, cliScript, type Daemon, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
areas: [{ name: hall, anti_passback: hard }]
readers:
  - { name: outside, wiegand: { d0: 17, d1: 27 }, area: hall, direction: in }
  - { name: inside, wiegand: { d0: 5, d1: 6 }, area: hall, direction: out }
locks: { first: { line: 22, open_seconds: 1 } }
`;

async function latchctl(daemon: Daemon, ...words: string[]): Promise<string> {
  const args = [cliScript, '--config', daemon.configFile, ...words];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

/** Presents and waits for the line that says what became of it. */
async function present(daemon: Daemon, reader: string, bits = bits26(7)): Promise<string> {
  const from = daemon.lines.length;
  await daemon.present(reader, bits);
  const line = await daemon.line(new RegExp(`(granted|refused|misread) .*reader=${reader}`), from);
  return /reason=(\S+)/.exec(line)?.[1] ?? /(granted|misread)/.exec(line)?.[1] ?? line;
}

test('SIGKILL: who came in is inside after it, until a technician forgives', async (t) => {
  const folder = freshFolder(t);
  const before = await startDaemon(t, folder, config);
  await before.api('POST', '/api/v1/access/identifier', cardBody('7'));
  assert.equal(await present(before, 'outside'), 'granted');
  await before.kill();
  const daemon = await startDaemon(t, folder, config);
  assert.equal(await present(daemon, 'outside'), 'anti-passback');
  assert.equal(await latchctl(daemon, 'antipassback', 'reset', '1'), 'forgave identifier 1\n');
  assert.equal(await present(daemon, 'outside'), 'granted');
  assert.equal(await latchctl(daemon, 'antipassback', 'reset', 'all'), 'forgave all\n');
  assert.equal(await present(daemon, 'outside'), 'granted');
  assert.equal(await present(daemon, 'inside'), 'granted');
  for (const [words, said] of [
    [['reset', '2'], /^latchctl: there is no identifier 2/],
    [['reset', 'Ann'], /who\?/],
    [['reset'], /who\?/],
    [['forget', 'all'], /what about anti-passback\?/],
  ] as const) {
    const failed = latchctl(daemon, 'antipassback', ...words);
    await assert.rejects(failed, ({ stderr }) => said.test(stderr));
  }
});

test('latchctl status names the fault of a line while there is one', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  const inverted = [...bits26(7)].map((bit) => (bit === '1' ? '0' : '1')).join('');
  for (let times = 0; times < 2; times += 1) await present(daemon, 'outside', inverted);
  await daemon.line(/ line fault .*reader=outside code=wires-swapped/);
  const status = await latchctl(daemon, 'status');
  assert.match(status, /^outside +wiegand +wires-swapped +0 +2 /m);
  assert.match(status, /^inside +wiegand +watched +0 +0 /m);
  const { readers } = JSON.parse(await latchctl(daemon, 'status', '--json'));
  assert.deepEqual(readers[0].faultCounts, { 'wires-swapped': 1 });
  await present(daemon, 'outside');
  await daemon.line(/ line fault is over .*code=wires-swapped/);
  assert.match(await latchctl(daemon, 'status'), /^outside +wiegand +watched +1 +2 /m);
});
