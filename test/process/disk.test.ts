import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
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
    const text = execFileSync(
      'curl',
      [
        '-s',
        '--unix-socket',
        join(daemon.configFile, '../data/control.sock'),
        'http://x/control/status',
      ],
      { encoding: 'utf8' },
    );
    const found = (JSON.parse(text) as Status).faults.map(({ code }) => code);
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
    const log = await daemon.api<{ list_items: { name: { key: string } }[] }>(
      'GET',
      '/api/v1/log/items?limit=100&sort_type=asc',
    );
    const keys = log.json.list_items.map(({ name }) => name.key);
    assert.equal(keys.filter((key) => key === 'access_granted_by_valid_identifier').length, 2);
    assert.ok(keys.includes('fault_raised'));
    await daemon.kill();
    const again = await startDaemon(t, join(daemon.configFile, '..'));
    const item = await again.api('GET', '/api/v1/access/identifiers?type=card&number=3');
    assert.equal(item.status, 200);
  });
}
