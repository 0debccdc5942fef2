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
/** Longer than a guest that gets little of its machine needs for what is done meanwhile. */
const openSeconds = 20;
const blockedSeconds = 30;
/** What it may need for its own work, milliseconds; a step is an hour at least. */
const slackMs = 60_000;
const keyGapUs = 250_000;

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: chardev, chip: ${chip} }
readers:
  - name: left
    wiegand: { d0: ${left.d0}, d1: ${left.d1} }
    formats: [wiegand_26]
    frame_gap_ms: 60
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
  await play(1000, { left: [...code].map((key) => keyBits(key, 8)) }, keyGapUs);
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

/** Neither cut short nor drawn out. `sinceMs`: just before it began. */
function lasted(sinceMs: number, seconds: number, step: number): void {
  const tookMs = performance.now() - sinceMs;
  const fits = tookMs >= seconds * 1000 && tookMs < seconds * 1000 + slackMs;
  assert(fits, `${tookMs} ms, step ${step} s`);
}

test('the clock is set while a lock is open: it is open for its time', {
  timeout: 600_000,
}, async (t) => {
  const daemon = await start(t);
  for (const step of [day, -day, hour, -hour]) {
    const from = daemon.lines.length;
    const beforeMs = performance.now();
    await play(1000, { left: [bits26(number)] });
    await daemon.line(/ granted /, from);
    setClock(step);
    assert.equal(isOpen(), true);
    await until('rest', () => !isOpen());
    lasted(beforeMs, openSeconds, step);
  }
});

test('the clock is set while a keypad is blocked: neither freed nor blocked for ever', {
  timeout: 800_000,
}, async (t) => {
  const daemon = await start(t);
  for (const step of [day, -2 * day]) {
    const from = daemon.lines.length;
    await typed('99#');
    // A key follows the one before after a silence, as from a finger.
    await daemon.line(/ refused /, from);
    const beforeMs = performance.now();
    await typed('99#');
    await daemon.line(/ too many wrong codes /, from);
    setClock(step);
    await typed('1234#');
    await daemon.line(/ refused .*reason=too-many-attempts/, from);
    assert.equal(isOpen(), false, `freed by ${step} s`);
    await daemon.line(/ codes are taken again /, from);
    lasted(beforeMs, blockedSeconds, step);
    await typed('1234#');
    await until('the relay', isOpen);
    await until('rest', () => !isOpen());
  }
});
