/**
 * Power cuts at random moments under mixed load: the kernel that the panel runs on is killed, and with
 * it all that had not reached the disk. LATCHD_CUTS: how many, by default 3.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Loss } from '../crash/model.ts';
import { seedOf } from '../support/seed.ts';
import { freshFolder } from '../support/store.ts';
import { randomOf } from '../support/web-random.ts';
import { bootGuest, rigSkip } from './rig.ts';

const cuts = Number(process.env.LATCHD_CUTS ?? 3);
const longestLoadMs = 4000;
const longestStartMs = 3000;
const bootSeconds = 120;
const script = fileURLToPath(new URL('guest-power.js', import.meta.url));

/** One boot. `cutMs` after the guest has said `word` its power goes; without it, it ends by itself. */
async function run(
  folder: string,
  args: readonly string[],
  cut?: { readonly word: string; readonly afterMs: number },
): Promise<Loss | undefined> {
  const pidFile = join(folder, 'pid');
  const guest = bootGuest([
    ...['-t', String(bootSeconds), '-m', '512M', '-p', pidFile, '-d', join(folder, 'disk')],
    ...[process.execPath, script, join(folder, 'ledger'), ...args],
  ]);
  const lines: string[] = [];
  let loss: Loss | undefined;
  createInterface({ input: guest.stdout }).on('line', (line) => {
    lines.push(line);
    if (line.startsWith('LOOKED ')) loss = JSON.parse(line.slice('LOOKED '.length));
    if (line !== cut?.word) return;
    void delay(cut.afterMs).then(() =>
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL'),
    );
  });
  const [status] = await once(guest, 'close');
  // 124: the plug was pulled.
  assert.equal(status, cut ? 124 : 0, lines.join('\n'));
  return loss;
}

test(`${cuts} power cuts under load: all that was answered is there, nothing is torn`, {
  skip: rigSkip(),
}, async (t) => {
  const seed = seedOf(t);
  const random = randomOf(seed);
  const folder = freshFolder(t);
  const disk = join(folder, 'disk');
  execFileSync('mkfs.ext4', ['-q', '-F', disk, '128M']);
  const losses: Loss[] = [];
  for (let n = 1; n <= cuts; n += 1) {
    const inStart = random() < 0.15;
    const cut = inStart
      ? { word: 'STARTING', afterMs: random() * longestStartMs }
      : { word: 'LOADING', afterMs: random() * longestLoadMs };
    const loss = await run(folder, [String(seed + n)], cut);
    if (loss) losses.push(loss);
  }
  const loss = await run(folder, [String(seed), 'last']);
  if (loss) losses.push(loss);
  const sum = (of: (loss: Loss) => number) => losses.reduce((all, one) => all + of(one), 0);
  t.diagnostic(
    `${cuts} cuts, ${losses.length} looks; ${sum(({ grants }) => grants)} grants, of which ` +
      `${sum(({ events }) => events)} have no event and ${sum(({ passes }) => passes)} cost no pass; ` +
      `cells without an answer: ${sum(({ done }) => done)} done, ${sum(({ undone }) => undone)} not; ` +
      `events of the last ${Math.max(...losses.map(({ windowMs }) => windowMs)).toFixed(0)} ms at most`,
  );
});
