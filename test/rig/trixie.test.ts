/** Debian trixie with its own Node: installed as README says, the unit holds, and the panel opens. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bits26, cardBody, simConfig } from '../support/daemon.ts';
import { rigSkip } from './rig.ts';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const password = 'correct horse battery';

test('installed on trixie: the unit is valid, and a card opens a lock of the simulated door', {
  skip: rigSkip(),
  timeout: 1_500_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-trixie-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tree = join(folder, 'root');
  execFileSync(join(project, 'hw/rig/clean-root'), [tree, 'trixie'], { stdio: 'inherit' });
  assert.match(readFileSync(join(tree, 'etc/os-release'), 'utf8'), /^VERSION_CODENAME=trixie$/m);
  assert.equal(readlinkSync(join(tree, 'opt/latchd/current/bin/node')), '/usr/bin/node');
  const wanted = 'etc/systemd/system/multi-user.target.wants/latchd.service';
  assert.equal(readlinkSync(join(tree, wanted)), '/usr/local/lib/systemd/system/latchd.service');
  assert.ok(existsSync(join(tree, 'etc/latchd/latchd.yaml')));
  const said = execFileSync(
    'chroot',
    [tree, 'systemd-analyze', 'verify', '/usr/local/lib/systemd/system/latchd.service'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  assert.equal(said, '');

  const lines = startedIn(t, tree);
  const url = (await lineOf(lines, / the web listens url=/)).replace(/.*url=/, '');
  const call = async (path: string, body: object) => {
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const init = { method: 'POST', headers: { authorization }, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, init);
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.json();
  };
  assert.deepEqual(await call('/api/v1/access/identifier', cardBody('1850186')), { uid: 1 });
  await call('/sim/readers/front/pulses', { bits: bits26(1_850_186) });
  await lineOf(lines, / granted .*number=1850186 /);
});

/** Starts the installed panel as its own user, on a simulated door. @returns what it logs. */
function startedIn(t: TestContext, tree: string): AsyncIterator<string> {
  writeFileSync(
    join(tree, 'etc/latchd/latchd.yaml'),
    simConfig.replace('./data', '/var/lib/latchd'),
  );
  const program = '/opt/latchd/current/bin/latchd --config /etc/latchd/latchd.yaml';
  const words = [tree, 'runuser', '-u', 'latchd', '--', 'sh', '-c', `exec ${program}`];
  const panel = spawn('chroot', words, {
    env: { ...process.env, LATCHD_ADMIN_PASSWORD: password },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const { pid } = panel;
  // Its own group: what runuser has started too.
  t.after(() => {
    if (pid !== undefined && panel.exitCode === null) process.kill(-pid, 'SIGKILL');
  });
  return createInterface({ input: panel.stdout })[Symbol.asyncIterator]();
}

/** The next line that fits. */
async function lineOf(lines: AsyncIterator<string>, pattern: RegExp): Promise<string> {
  for (;;) {
    const { done, value } = await lines.next();
    if (done) throw new Error(`it ended before ${pattern}`);
    if (pattern.test(value)) return value;
  }
}
