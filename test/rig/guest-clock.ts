/** The whole program on the kernel's lines while somebody sets the clock of the machine. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { test } from 'node:test';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { keyBits } from '../support/keys.ts';
import { lineLevel, makeChip, play, until } from './guest.ts';
import { chip, chipSettings, first, left, lineCount } from './panel-lines.ts';

const number = 1850186;
const openSeconds = 4;
const blockedSeconds = 8;
/** What the guest may need for its own work, milliseconds; a step is an hour at least. */
const slackMs = 3000;

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: chardev, chip: ${chip} }
readers:
  - name: left
    wiegand: { d0: ${left.d0}, d1: ${left.d1} }
    formats: [wiegand_26]
    frame_gap_ms: 40
    mode: card_or_code
    keypad: { kind: burst_8 }
locks:
  first: { line: ${first.line}, open_seconds: ${openSeconds} }
attempts: { tries: 2, blocked_seconds: ${blockedSeconds} }
`;

const panel = makeChip(chip, lineCount, chipSettings);
process.env.SIM = panel.sim;
const isOpen = () => lineLevel(panel, first.line) === 1;

/** Sets the clock of the guest, as a technician or a time service does. */
function setClock(bySeconds: number): void {
  const before = Date.now();
  const at = Math.round(before / 1000) + bySeconds;
  execFileSync('date', ['-s', `@${at}`], { stdio: 'ignore' });
  assert(Math.abs(Date.now() - at * 1000) < 60_000, 'the clock was set');
}

async function typed(code: string): Promise<void> {
  await play(1000, { left: [...code].map((key) => keyBits(key, 8)) }, 100_000);
}

async function start(t: Parameters<typeof startDaemon>[0]): Promise<Daemon> {
  const daemon = await startDaemon(t, mkdtempSync('/run/latchd-'), config);
  const path = '/api/v1/access/identifier';
  assert.equal((await daemon.api('POST', path, cardBody(String(number)))).status, 200);
  const code = cardBody('1234', { identifier_type: 'inputCode' });
  assert.equal((await daemon.api('POST', path, code)).status, 200);
  return daemon;
}

const hour = 3600;
const day = 24 * hour;

test('the clock is set while a lock is open: it is open for its time', {
  timeout: 60_000,
}, async (t) => {
  await start(t);
  for (const step of [day, -day, hour, -hour]) {
    await play(1000, { left: [bits26(number)] });
    await until('the relay', isOpen);
    const openedMs = performance.now();
    setClock(step);
    assert.equal(isOpen(), true);
    await until('rest', () => !isOpen());
    const openMs = performance.now() - openedMs;
    assert(Math.abs(openMs - openSeconds * 1000) < slackMs, `${openMs} ms, step ${step} s`);
  }
});

test('the clock is set while a keypad is blocked: neither freed nor blocked for ever', {
  timeout: 90_000,
}, async (t) => {
  const daemon = await start(t);
  for (const step of [day, -2 * day]) {
    const from = daemon.lines.length;
    await typed('99#');
    await typed('99#');
    await daemon.line(/ too many wrong codes /, from);
    const blockedMs = performance.now();
    setClock(step);
    await typed('1234#');
    await daemon.line(/ refused .*reason=too-many-attempts/, from);
    assert.equal(isOpen(), false, `freed by ${step} s`);
    await daemon.line(/ codes are taken again /, from);
    const tookMs = performance.now() - blockedMs;
    assert(Math.abs(tookMs - blockedSeconds * 1000) < slackMs, `${tookMs} ms, step ${step} s`);
    await typed('1234#');
    await until('the relay', isOpen);
    await until('rest', () => !isOpen());
  }
});
