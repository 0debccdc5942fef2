/** The whole program on the kernel's lines: buttons and contacts in, relays, LEDs and buzzers out. */

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { lineLevel, makeChip, play, setLevel, until } from './guest.ts';
import { chip, chipSettings, first, left, lineCount, second } from './panel-lines.ts';

const identifiers = '/api/v1/access/identifier';
const lines = { exit: 14, door: 15, fire: 16, case: 17, green: 24, red: 25, buzzer: 26 } as const;

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: chardev, chip: ${chip} }
readers:
  - name: left
    wiegand: { d0: ${left.d0}, d1: ${left.d1} }
    frame_gap_ms: 500
    led: { line: ${lines.green}, active_low: true }
    red_led: { line: ${lines.red} }
    buzzer: { line: ${lines.buzzer} }
locks:
  first: { line: ${first.line}, open_seconds: 20 }
  second: { line: ${second.line}, active_low: true, relay: magnet, open_seconds: 20 }
inputs:
  - { name: exit, kind: exit_button, line: ${lines.exit}, active_low: true, locks: [first] }
  - { name: door, kind: door_contact, line: ${lines.door}, held_open_seconds: 3, warning_seconds: 1 }
  - { name: smoke, kind: fire, line: ${lines.fire} }
  - { name: case, kind: tamper, line: ${lines.case} }
`;

const panel = makeChip(chip, lineCount, chipSettings);
process.env.SIM = panel.sim;
const freshFolder = () => mkdtempSync('/run/latchd-');
const isOn = {
  first: () => lineLevel(panel, first.line) === 1,
  /** The coil of the magnet: on while it locks. */
  magnet: () => lineLevel(panel, second.line) === 0,
  green: () => lineLevel(panel, lines.green) === 0,
  red: () => lineLevel(panel, lines.red) === 1,
  buzzer: () => lineLevel(panel, lines.buzzer) === 1,
};

/** Inputs at rest; the reader's own resistor keeps its green LED dark when nobody drives it. */
function restInputs(): void {
  setLevel(panel, lines.green, 1);
  setLevel(panel, lines.exit, 1);
  for (const name of ['door', 'fire', 'case'] as const) setLevel(panel, lines[name], 0);
}

async function press(): Promise<void> {
  setLevel(panel, lines.exit, 0);
  await delay(400);
  setLevel(panel, lines.exit, 1);
}

/** A panel whose API is kept busy: writes and lists, each as soon as the one before is answered. */
async function busyPanel(t: TestContext): Promise<{ daemon: Daemon; quiet: () => Promise<void> }> {
  restInputs();
  const daemon = await startDaemon(t, freshFolder(), config);
  let isOver = false;
  let answered = 0;
  async function client(first: number): Promise<void> {
    for (let number = first; !isOver; number += 1) {
      const made = await daemon.api('POST', identifiers, cardBody(String(number)));
      const listed = await daemon.api('GET', `${identifiers}/items?limit=50`);
      assert.deepEqual([made.status, listed.status], [200, 200]);
      answered += 2;
    }
  }
  const clients = Promise.all([10_000, 20_000].map(client));
  // Told by `quiet`; a test that fails before is not to end the process by this.
  clients.catch(() => undefined);
  async function quiet(): Promise<void> {
    isOver = true;
    await clients;
    assert.ok(answered > 0);
  }
  t.after(() => {
    isOver = true;
  });
  return { daemon, quiet };
}

test('a button lets out, the door is watched, and closing it locks', async (t) => {
  const { daemon, quiet } = await busyPanel(t);
  assert.deepEqual([isOn.first(), isOn.magnet()], [false, true]);
  await press();
  await until('the first relay', isOn.first);
  setLevel(panel, lines.door, 1);
  await daemon.line(/ door opened /);
  setLevel(panel, lines.door, 0);
  await daemon.line(/ door closed /);
  await until('rest', () => !isOn.first());
  // A door that opens within the debounce of its contact was opened while the lock still was.
  await delay(200);

  setLevel(panel, lines.door, 1);
  await daemon.line(/ door forced /);
  await daemon.line(/ door held-warning /);
  await until('the warning of the reader', () => isOn.red() && isOn.buzzer());
  await daemon.line(/ door held /);
  setLevel(panel, lines.door, 0);
  await until('quiet', () => !isOn.red() && !isOn.buzzer());
  setLevel(panel, lines.case, 1);
  await daemon.line(/ tamper /);
  const expected = [
    'device_booted',
    'lock_was_opened_by_exit_btn',
    'door_was_opened',
    'door_was_closed',
    'door_was_forced',
    'door_was_not_closed_warning',
    'door_was_not_closed_too_long',
    'door_was_closed',
    'door_alarm_is_over',
    'door_alarm_is_over',
    'tamper_event',
  ];
  const keys = await daemon.loggedKeys(expected.length, (key) => !key.includes('login'));
  assert.deepEqual(keys, expected);
  await quiet();
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
});

test('a press of 400 ms while the process is stopped is not missed', async (t) => {
  const { daemon, quiet } = await busyPanel(t);
  daemon.process.kill('SIGSTOP');
  await press();
  await delay(100);
  daemon.process.kill('SIGCONT');
  await daemon.line(/ released lock=first/);
  await quiet();
});

test('the reader shows a grant and a refusal, and is dark at the end', async (t) => {
  const { daemon, quiet } = await busyPanel(t);
  await daemon.api('POST', identifiers, cardBody('1850186'));
  // Watched from before the card: the sender may take longer to end than the reader shows a thing.
  let other = false;
  const green = until('green', isOn.green).then(() => {
    other = isOn.red();
  });
  await Promise.all([green, play(1000, { left: [bits26(1850186)] })]);
  assert.equal(other, false);
  await until('dark', () => !isOn.green());
  const red = until('red', isOn.red).then(() => {
    other = isOn.green();
  });
  await Promise.all([red, play(1000, { left: [bits26(4711)] })]);
  assert.equal(other, false);
  await quiet();
  daemon.process.kill('SIGTERM');
  assert.equal(await daemon.ended, 0);
  assert.deepEqual([isOn.green(), isOn.red(), isOn.buzzer()], [false, false, false]);
});

test('fire opens all, the magnet too; a close locks after it', async (t) => {
  const { daemon, quiet } = await busyPanel(t);
  setLevel(panel, lines.fire, 1);
  await until('all open', () => isOn.first() && !isOn.magnet());
  setLevel(panel, lines.fire, 0);
  await daemon.line(/ fire is over/);
  assert.deepEqual([isOn.first(), isOn.magnet()], [true, false]);
  const closing = await daemon.api('POST', '/api/v1/access/general/lock/close/emergency', {
    locks: [0],
  });
  assert.equal(closing.status, 200);
  assert.deepEqual([isOn.first(), isOn.magnet()], [false, true]);
  await quiet();
});

test('a magnet is off within 1 s of SIGKILL', async (t) => {
  restInputs();
  const daemon = await startDaemon(t, freshFolder(), config);
  assert.equal(isOn.magnet(), true);
  daemon.process.kill('SIGKILL');
  const tookMs = await until('the magnet off', () => !isOn.magnet());
  assert(tookMs < 1000, `${tookMs} ms`);
  await daemon.ended;
});
