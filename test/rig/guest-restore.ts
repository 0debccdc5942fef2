/** A restore on the kernel's lines: the panel stops and starts again within its process. */

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { test } from 'node:test';
import { bits26, cardBody, startDaemon } from '../support/daemon.ts';
import { backedUp, descriptorsOf, restored } from '../support/restored.ts';
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
  - { name: left, wiegand: { d0: ${left.d0}, d1: ${left.d1} }, frame_gap_ms: 500, locks: [first] }
  - { name: right, wiegand: { d0: ${right.d0}, d1: ${right.d1} }, frame_gap_ms: 500, locks: [second] }
locks:
  first: { line: ${first.line}, open_seconds: 40 }
  second: { line: ${second.line}, active_low: true, open_seconds: 40 }
`;

const panel = makeChip(chip, lineCount, chipSettings);
process.env.SIM = panel.sim;
const isEnergised = {
  first: () => lineLevel(panel, first.line) === 1,
  second: () => lineLevel(panel, second.line) === 0,
};

test('a restore brings open locks to rest, lets go of every line and takes it again', {
  timeout: 800_000,
}, async (t) => {
  const daemon = await startDaemon(t, mkdtempSync('/run/latchd-'), config);
  await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number), { lock: 'all' }));
  const name = await backedUp(daemon);
  const held = () => descriptorsOf(daemon, 'anon_inode:gpio-line');
  const before = held();
  assert.ok(before >= 4, `${before} requests of lines`);
  const open = async () => {
    await play(1000, { left: [bits], right: [bits] });
    await until('both relays', () => isEnergised.first() && isEnergised.second());
  };
  await open();
  await restored(daemon, name);
  assert.deepEqual([isEnergised.first(), isEnergised.second()], [false, false]);
  assert.equal(held(), before, 'each line is held once');
  // Edges of both readers come again, and both relays can be driven.
  await open();
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
  assert.deepEqual([isEnergised.first(), isEnergised.second()], [false, false]);
});
