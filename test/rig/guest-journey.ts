/** The whole program on the kernel's lines: pulses in, relay out, an event kept. */

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { test } from 'node:test';
import {
  bits26,
  cardBody,
  Daemon,
  type LogItem,
  startDaemon,
  stopRepeatedly,
} from '../support/daemon.ts';
import { lineLevel, makeChip, play, until } from './guest.ts';
import { chip, chipSettings, first, left, lineCount, right, second } from './panel-lines.ts';

const number = 1850186;
const bits = bits26(number);

/** The rig's sender may pause for longer than a reader does: what parts two frames is half a second. */
const config = `
data: ./data
http: { port: 0 }
gpio: { driver: chardev, chip: ${chip} }
readers:
  - { name: left, wiegand: { d0: ${left.d0}, d1: ${left.d1} }, frame_gap_ms: 500 }
  - { name: right, wiegand: { d0: ${right.d0}, d1: ${right.d1} }, frame_gap_ms: 500, locks: [second] }
locks:
  first: { line: ${first.line}, open_seconds: 20 }
  second: { line: ${second.line}, active_low: true, open_seconds: 20 }
`;

const panel = makeChip(chip, lineCount, chipSettings);
process.env.SIM = panel.sim;
const freshFolder = () => mkdtempSync('/run/latchd-');
const isEnergised = {
  first: () => lineLevel(panel, first.line) === 1,
  second: () => lineLevel(panel, second.line) === 0,
};

test('a card at each reader opens what it may, for its time, and the log has the frames', async (t) => {
  const daemon = await startDaemon(t, freshFolder(), config);
  assert.deepEqual([isEnergised.first(), isEnergised.second()], [false, false]);
  await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number), { lock: 'all' }));
  // Watched from before the card: the sender may take long to end.
  const both = until('both relays', () => isEnergised.first() && isEnergised.second());
  await Promise.all([both, play(1000, { left: [bits] })]);
  await until('rest', () => !isEnergised.first() && !isEnergised.second());
  const alone = until('the second relay', isEnergised.second);
  await Promise.all([alone, play(1000, { right: [bits] })]);
  assert.equal(isEnergised.first(), false);
  await play(1000, {
    left: [bits26(4711)],
    right: [`${bits.slice(0, 25)}${bits[25] === '1' ? '0' : '1'}`],
  });
  await daemon.line(/ misread /);
  await daemon.line(/ refused .*number=4711 .*reason=unknown-credential/);
  const framesOf = (items: readonly LogItem[]) =>
    items.flatMap(({ info: { model } }) =>
      model.raw === undefined ? [] : [[model.reader, model.lock, model.reason, model.bits]],
    );
  const frames = framesOf(await daemon.logged((items) => framesOf(items).length >= 4));
  assert.deepEqual(frames.slice(0, 2), [
    ['left', 'all', undefined, 26],
    ['right', 'second', undefined, 26],
  ]);
  assert.deepEqual(frames.slice(2).sort(), [
    ['left', null, 'unknown-credential', 26],
    ['right', null, 'misread', 26],
  ]);
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`both locks are at rest within 1 s of ${signal}`, async (t) => {
    const long = config.replaceAll('open_seconds: 20', 'open_seconds: 40');
    const daemon = await startDaemon(t, freshFolder(), long);
    await daemon.api(
      'POST',
      '/api/v1/access/identifier',
      cardBody(String(number), { lock: 'all' }),
    );
    await play(1000, { left: [bits] });
    await until('both relays', () => isEnergised.first() && isEnergised.second());
    daemon.process.kill(signal);
    const tookMs = await until('rest', () => !isEnergised.first() && !isEnergised.second());
    assert(tookMs < 1000, `${tookMs} ms`);
    await daemon.ended;
  });
}

test('frames that come while the process is stopped for a second at a time are all read', async (t) => {
  // Some four frames of each reader come in a stop; a sender kept away for a quarter of a second parts none.
  const close = config.replaceAll('frame_gap_ms: 500', 'frame_gap_ms: 250');
  const daemon = await startDaemon(t, freshFolder(), close);
  const numbers = Array.from({ length: 20 }, (_, index) => 1000 + index);
  const stopped = stopRepeatedly(daemon, 1200, 1380);
  await play(1000, { left: numbers.map(bits26), right: numbers.map(bits26) }, 300_000);
  stopped();
  const refused = () => daemon.lines.filter((line) => / refused /.test(line));
  // Whatever has become of a frame is said in a line.
  const told = () => daemon.lines.filter((line) => / (refused|misread) /.test(line));
  await until('40 frames', () => told().length >= 40);
  assert.equal(refused().length, 40, told().join('\n'));
  for (const reader of ['left', 'right']) {
    const seen = refused()
      .filter((line) => line.includes(`reader=${reader} `))
      .map((line) => Number(/number=(\d+)/.exec(line)?.[1]));
    assert.deepEqual(seen, numbers);
  }
  assert.deepEqual(
    daemon.lines.filter((line) => / misread /.test(line)),
    [],
  );
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
});

test('errors of the lines end the start with what to do', async () => {
  const table: [string, RegExp][] = [
    [config.replaceAll(`chip: ${chip}`, 'chip: nowhere'), /nowhere/],
    [config.replace(`line: ${first.line}`, 'line: 500'), /500/],
    [config.replace(`line: ${first.line}`, 'line: 12'), /hog/],
  ];
  for (const [bad, message] of table) {
    const daemon = new Daemon(freshFolder(), bad);
    assert.equal(await daemon.ended, 71);
    assert.match(daemon.lines.at(-1) ?? '', message);
  }
});
