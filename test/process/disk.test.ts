import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { skipWithoutCompiler } from '../support/needs.ts';
import { freshFolder } from '../support/store.ts';

const source = fileURLToPath(new URL('../../../test/support/c/bad-disk.c', import.meta.url));

function badDisk(t: TestContext): { library: string; base: string } {
  const folder = freshFolder(t);
  const library = join(folder, 'bad-disk.so');
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl']);
  return { library, base: join(folder, 'bad') };
}

interface Status {
  readonly faults: readonly { readonly code: string }[];
}

/** What `latchctl status` is told of faults, once it is `codes`. */
async function faultsAre(daemon: Daemon, codes: readonly string[]): Promise<void> {
  for (;;) {
    const socket = join(daemon.configFile, '../data/control.sock');
    const args = ['-s', '--unix-socket', socket, 'http://x/control/status'];
    const { stdout } = await promisify(execFile)('curl', args);
    const found = (JSON.parse(stdout) as Status).faults.map(({ code }) => code);
    if (String(found) === String(codes)) return;
  }
}

for (const what of ['write', 'sync'] as const) {
  test(`a disk that fails to ${what}: the door decides, nothing answered is lost, and it recovers`, {
    skip: skipWithoutCompiler(),
  }, async (t) => {
    const { library, base } = badDisk(t);
    const env = { LD_PRELOAD: library, BAD_DISK: base };
    const daemon = await startDaemon(t, freshFolder(t), undefined, env);
    await daemon.api('POST', '/api/v1/access/identifier', cardBody('1'));
    writeFileSync(`${base}.${what}`, '');
    let seen = daemon.lines.length;
    await daemon.present('front', bits26(1));
    await daemon.line(/ granted .*number=1 /, seen);
    await daemon.line(/ events cannot be written/, seen);
    await faultsAre(daemon, ['store-unwritable']);
    const refused = await daemon.api('POST', '/api/v1/access/identifier', cardBody('2'));
    assert.equal(refused.status, 503);
    await daemon.present('front', bits26(1));
    await daemon.line(/ granted .*number=1 /, seen + 1);

    seen = daemon.lines.length;
    rmSync(`${base}.${what}`);
    await daemon.line(/ events are written again/, seen);
    await faultsAre(daemon, []);
    const created = await daemon.api('POST', '/api/v1/access/identifier', cardBody('3'));
    assert.equal(created.status, 200);
    const passage = 'access_granted_by_valid_identifier';
    assert.equal((await daemon.loggedKeys(2, (key) => key === passage)).length, 2);
    assert.ok((await daemon.loggedKeys(1, (key) => key === 'fault_raised')).length > 0);
    await daemon.kill();
    const again = await startDaemon(t, join(daemon.configFile, '..'));
    const item = await again.api('GET', '/api/v1/access/identifiers?type=card&number=3');
    assert.equal(item.status, 200);
  });
}
