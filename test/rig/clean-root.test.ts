/** The installation of README where there is no compiler, and the panel that comes of it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rigSkip, runInGuest } from './rig.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** The rig's lines, and time to look at an energised lock. */
const ownConfig = `# The technician's own.
data: /var/lib/latchd
http: { port: 8080 }
gpio: { driver: auto, chip: panel }
readers: [{ name: front, wiegand: { d0: 4, d1: 5 } }]
locks: { first: { line: 20, open_seconds: 40 }, second: { line: 21, open_seconds: 40 } }
`;

/** Longest times in the rig, milliseconds: what issue and README promise, and a door that is back. */
const bounds: Readonly<Record<string, number>> = {
  'kill-rest': 1000,
  'oom-rest': 1000,
  'kernel-rest': 1000,
  'stop-rest': 5000,
};

test('installed without a compiler: systemd, three belts, upgrade, removal', {
  skip: rigSkip(),
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-clean-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tree = join(folder, 'root');
  execFileSync(join(project, 'hw/rig/clean-root'), [tree], { stdio: 'inherit' });
  installed(tree);
  upgradedAndBack(tree);

  const script = join(project, 'test/rig/clean-root-guest.sh');
  const { status, output } = await runInGuest([script], 1500, tree);
  assert.match(output, /^answer 200 \{"uid":1\}/m);
  assert.match(output, /^driven to rest by the unit alone/m);
  for (const found of [
    /^doctor: ok {4}latchd +version \S+ runs with driver chardev$/m,
    /^doctor: (?:ok {2}|WARN) {2}unit +latchd\.service is active, \d+ restarts$/m,
    /^doctor: ok {4}watchdog +ends a hung latchd after 3s$/m,
    /^doctor: ok {4}event log +is written$/m,
    /^doctor: ok {4}disk +\d+ MiB free in \/var\/lib\/latchd$/m,
  ]) {
    assert.match(output, found);
  }
  const exposure = Number(/^.*exposure of latchd.service: ([\d.]+)/m.exec(output)?.[1]);
  assert.ok(exposure <= 2, `exposure ${exposure}`);
  const figures = [...output.matchAll(/^figure (\S+) (\d+)/gm)].map(
    ([, name = '', ms]) => [name, Number(ms)] as const,
  );
  const late = figures.filter(([name, ms]) => ms > (bounds[name] ?? Number.POSITIVE_INFINITY));
  assert.deepEqual(late, []);
  const measured = figures.map(([name]) => name);
  for (const name of Object.keys(bounds)) assert.ok(measured.includes(name), name);
  assert.match(output, /^all done/m);
  assert.equal(status, 0);
});

function installed(tree: string): void {
  const current = join(tree, 'opt/latchd', readlinkSync(join(tree, 'opt/latchd/current')));
  const modules = join(current, 'node_modules');
  assert(existsSync(join(modules, 'koffi')), 'koffi is there');
  assert(!existsSync(join(modules, 'onoff')), 'onoff is absent: its epoll compiles');
  assert(!existsSync(join(modules, 'typescript')), 'what only developers need is absent');
  assert.match(read(tree, 'etc/latchd/latchd.yaml'), /chip: pinctrl-bcm2711 /);
  assert.match(read(tree, 'boot/firmware/config.txt'), /\n\[all\]\ndtparam=strict_gpiod\n$/);
  assert.match(read(tree, 'etc/passwd'), /^latchd:.*:\/usr\/sbin\/nologin$/m);
  assert.match(read(tree, 'etc/group'), /^dialout:.*\blatchd\b/m);
}

/** Configuration and settings are left as they are; versions lie side by side. */
function upgradedAndBack(tree: string): void {
  const manifest = join(tree, 'usr/src/latchd/package.json');
  const original = readFileSync(manifest, 'utf8');
  const config = join(tree, 'etc/latchd/latchd.yaml');
  const boot = read(tree, 'boot/firmware/config.txt');
  const first = readlinkSync(join(tree, 'opt/latchd/current'));
  const install = (...words: string[]) =>
    execFileSync('chroot', [tree, '/usr/src/latchd/scripts/install', ...words], {
      stdio: 'inherit',
    });
  writeFileSync(config, ownConfig);
  writeFileSync(manifest, original.replace(/"version": "[^"]+"/, '"version": "99.0.0"'));
  install('--board', 'Raspberry Pi 4');
  assert.match(readlinkSync(join(tree, 'opt/latchd/current')), /^versions\/99\.0\.0-/);
  install('--rollback');
  assert.equal(readlinkSync(join(tree, 'opt/latchd/current')), first);
  writeFileSync(manifest, original);
  install('--board', 'Raspberry Pi 4');
  assert.equal(readlinkSync(join(tree, 'opt/latchd/current')), first, 'the same once more');
  assert.equal(readdirSync(join(tree, 'opt/latchd/versions')).length, 2);
  assert.equal(readFileSync(config, 'utf8'), ownConfig);
  assert.equal(read(tree, 'boot/firmware/config.txt'), boot);
}

function read(tree: string, path: string): string {
  return readFileSync(join(tree, path), 'utf8');
}
