/**
 * Power cuts at random moments under mixed load, of a panel whose data are on an ext4 disk. In every boot
 * of a guest its kernel is stopped dead some times, and the disk as it then is is taken away; at last
 * the kernel is killed, and the next boot goes on with its disk. LATCHD_CUTS: how many in all, by
 * default 5; LATCHD_CUTS_A_BOOT: how many in one boot, by default 20, of which the last is the kill.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readLedger } from '../crash/ledger.ts';
import { crashConfig } from '../crash/load.ts';
import { lookAt } from '../crash/look.ts';
import type { Loss } from '../crash/model.ts';
import { Daemon } from '../support/daemon.ts';
import { randomOf } from '../support/random.ts';
import { seedOf } from '../support/seed.ts';
import { freshFolder } from '../support/store.ts';
import { whileFrozen } from './freeze.ts';
import { bootGuest, rigSkip } from './rig.ts';

const cuts = Number(process.env.LATCHD_CUTS ?? 5);
const cutsOfABoot = Number(process.env.LATCHD_CUTS_A_BOOT ?? 20);
/** Between two cuts: so much is asked, answered or seen, or so much time passes. */
const mostLedgerBytes = 6000;
const longestMs = 15_000;
const bootSeconds = 1200;
const script = fileURLToPath(new URL('guest-power.js', import.meta.url));

/** A panel on a disk of the rig. */
class Site {
  readonly #folder: string;
  readonly #random: () => number;
  readonly losses: Loss[] = [];

  constructor(folder: string, random: () => number) {
    this.#folder = folder;
    this.#random = random;
    execFileSync('mkfs.ext4', ['-q', '-F', this.#file('disk'), '64M']);
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }

  /** Boots, looks at what the last cut left, and is cut `count` times; 0: it ends by itself. */
  async boot(count: number): Promise<void> {
    const guest = bootGuest([
      ...[
        '-t',
        String(bootSeconds),
        '-m',
        '512M',
        '-p',
        this.#file('pid'),
        '-d',
        this.#file('disk'),
      ],
      ...[
        process.execPath,
        script,
        this.#file('ledger'),
        String(Math.floor(this.#random() * 2 ** 31)),
      ],
      ...(count === 0 ? ['last'] : []),
    ]);
    const lines: string[] = [];
    let isLoading = () => {};
    const loading = new Promise<void>((resolve) => {
      isLoading = resolve;
    });
    createInterface({ input: guest.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('LOOKED ')) this.losses.push(JSON.parse(line.slice('LOOKED '.length)));
      if (line === 'LOADING') isLoading();
    });
    const closed = once(guest, 'close');
    if (count > 0) await Promise.race([loading.then(() => this.#cut(count)), closed]);
    const [status] = await closed;
    // 124: the plug was pulled.
    assert.equal(status, count === 0 ? 0 : 124, lines.join('\n'));
  }

  async #cut(count: number): Promise<void> {
    const guest = Number(readFileSync(this.#file('pid'), 'utf8'));
    try {
      for (let n = 1; n < count; n += 1) {
        await this.#someWork();
        const taken = this.#file('taken');
        mkdirSync(taken);
        whileFrozen(guest, () => {
          execFileSync('cp', ['--sparse=always', this.#file('disk'), this.#file('ledger'), taken]);
        });
        this.losses.push(await lookAtDisk(taken));
        rmSync(taken, { recursive: true });
      }
      await this.#someWork();
    } finally {
      process.kill(guest, 'SIGKILL');
    }
  }

  async #someWork(): Promise<void> {
    const size = () => statSync(this.#file('ledger')).size;
    const wanted = size() + this.#random() * mostLedgerBytes;
    const endMs = performance.now() + longestMs;
    while (size() < wanted && performance.now() < endMs) await delay(this.#random() * 50);
  }
}

/** What a panel finds that is started on a disk which was taken away. */
async function lookAtDisk(folder: string): Promise<Loss> {
  const disk = join(folder, 'disk');
  // Its journal is played back, as by the mount after a power cut: 1 means that this was done.
  try {
    execFileSync('e2fsck', ['-p', disk], { stdio: 'pipe' });
  } catch (error) {
    assert(error instanceof Error && 'status' in error && error.status === 1, String(error));
  }
  execFileSync('debugfs', ['-R', `rdump /data ${folder}`, disk], { stdio: 'pipe' });
  const daemon = new Daemon(folder, crashConfig);
  try {
    await daemon.ready();
    return await lookAt(daemon, folder, readLedger(join(folder, 'ledger')));
  } finally {
    await daemon.kill();
  }
}

const title = `${cuts} power cuts under load: all that was answered is there, nothing is torn`;
test(title, { skip: rigSkip() }, async (t) => {
  const site = new Site(freshFolder(t), randomOf(seedOf(t)));
  const startMs = performance.now();
  const tell = (done: number) => {
    const sum = (of: (loss: Loss) => number) => site.losses.reduce((all, one) => all + of(one), 0);
    t.diagnostic(
      `${done} cuts in ${((performance.now() - startMs) / 1000).toFixed(0)} s; ` +
        `${sum(({ grants }) => grants)} grants, of which ${sum(({ events }) => events)} have no event ` +
        `and ${sum(({ passes }) => passes)} cost no pass; cells without an answer: ` +
        `${sum(({ done: cells }) => cells)} done, ${sum(({ undone }) => undone)} not; the earliest grant ` +
        `without an event was ${Math.max(...site.losses.map(({ windowMs }) => windowMs)).toFixed(0)} ms old`,
    );
  };
  for (let done = 0; done < cuts; ) {
    const count = Math.min(cutsOfABoot, cuts - done);
    await site.boot(count);
    done += count;
    tell(done);
  }
  await site.boot(0);
  tell(cuts);
});
