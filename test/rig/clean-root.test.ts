/** The installation of README where there is no compiler, and the panel that comes of it. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rigObstacle, runInGuest } from './rig.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const obstacle = rigObstacle();
const skip = obstacle !== undefined && process.env.CI !== 'true' && `NOT RUN: ${obstacle}`;

test('npm ci --omit=dev without a compiler, and a card opens by chardev', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-clean-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tree = join(folder, 'root');
  execFileSync(join(project, 'hw/rig/clean-root'), [tree], { stdio: 'inherit' });
  const modules = join(tree, 'opt/latchd/node_modules');
  assert(existsSync(join(modules, 'koffi')), 'koffi is there');
  assert(!existsSync(join(modules, 'onoff')), 'onoff is absent: its epoll compiles');
  assert(!existsSync(join(modules, 'typescript')), 'what only developers need is absent');
  const script = join(project, 'test/rig/clean-root-guest.sh');
  const { status, output } = await runInGuest([script], 400, tree);
  assert.match(output, /created 200 \{"uid":1\}/);
  assert.equal(status, 0);
});
