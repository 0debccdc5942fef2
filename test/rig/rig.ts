/** Runs compiled tests inside the rig of hw/rig, from a test on the host. */

import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skipUnless } from '../support/needs.ts';

/** Compiled, this file is build/test/rig/rig.js. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const boot = join(root, 'hw/rig/boot');

/** Why the rig cannot run on this machine; undefined when it can. */
export function rigObstacle(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'it needs Linux on amd64';
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!/^VERSION_CODENAME=bookworm$/m.test(osRelease())) return 'its kernel is that of Debian 12';
  return undefined;
}

/** For a test that needs the rig: why it is skipped, which in CI it never is. */
export function rigSkip(): string | false {
  const obstacle = rigObstacle();
  return skipUnless(obstacle === undefined, obstacle ?? '');
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/** As in hw/rig/boot. */
function cacheDirectory(): string {
  const { UML_GPIO_CACHE, XDG_CACHE_HOME } = process.env;
  return UML_GPIO_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'uml-gpio');
}

/**
 * Runs a command in a guest and shows what it prints. One guest at a time: two share a processor
 * badly, and test files run beside one another. With `rootfs` a copy of that tree is its root, under
 * systemd; the command is still one of this machine.
 * @returns its exit status (124: it took longer than `seconds`) and what it printed.
 */
export async function runInGuest(
  command: readonly string[],
  seconds: number,
  rootfs?: string,
): Promise<{ status: number; output: string }> {
  const tree = rootfs === undefined ? [] : ['-r', rootfs];
  const guest = bootGuest(['-t', String(seconds), ...tree, ...command]);
  let output = '';
  guest.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  const [status] = await once(guest, 'close');
  return { status, output };
}

/** A guest with the arguments of hw/rig/boot, once no other one runs. */
export function bootGuest(args: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  mkdirSync(cacheDirectory(), { recursive: true });
  const lock = join(cacheDirectory(), 'guest.lock');
  // The runner marks its children; a test in the guest is to print for people.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  return spawn('flock', [lock, boot, ...args], {
    cwd: root,
    env: { ...inherited, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/**
 * Registers one test: that all tests of a compiled file beside this one pass in a guest. Where the rig
 * cannot run it is skipped by name, which in CI is a failure.
 */
export function guestTests(name: string, script: string, seconds: number): void {
  const obstacle = rigObstacle();
  const skip = rigSkip();
  test(`${name} on a real kernel, in the rig`, { skip }, async () => {
    assert.equal(obstacle, undefined);
    const path = fileURLToPath(new URL(script, import.meta.url));
    const command = [process.execPath, '--test-reporter=spec', path];
    const { status, output } = await runInGuest(command, seconds);
    assert.notEqual(status, 124, `the guest was not done within ${seconds} s`);
    assert.equal(status, 0, 'tests in the guest failed');
    const count = (what: string) => Number(new RegExp(`^ℹ ${what} (\\d+)`, 'm').exec(output)?.[1]);
    assert.ok(count('pass') > 0, 'the guest says how many tests passed');
    assert.deepEqual([count('fail'), count('skipped'), count('todo')], [0, 0, 0]);
  });
}
