/** SIGKILL at random moments under mixed load. LATCHD_CRASHES: how often, by default 25. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Daemon } from '../support/daemon.ts';
import { randomOf } from '../support/random.ts';
import { seedOf } from '../support/seed.ts';
import { crashConfig, type Keep, Load } from './load.ts';
import { lookAt } from './look.ts';
import { type Loss, Model } from './model.ts';

const crashes = Number(process.env.LATCHD_CRASHES ?? 25);
/** Panels that are killed beside one another. */
const panels = 2;
/** Crashes after which a panel starts afresh: first starts are cut off too. */
const crashesOfAFolder = 40;
const longestLoadMs = 1200;
const longestStartMs = 500;

interface Tally {
  crashes: number;
  inStart: number;
  entries: number;
  losses: Loss[];
}

/** One folder, from its first start on, through `count` crashes. */
async function crashAgain(count: number, random: () => number, tally: Tally): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-crash-'));
  const model = new Model();
  const keep: Keep = (entry) => {
    tally.entries += 1;
    model.take({ ...entry, atMs: performance.now() });
  };
  try {
    for (let n = 0; n < count; n += 1) {
      const daemon = new Daemon(folder, crashConfig);
      try {
        const load = new Load(daemon, model, keep, random);
        const inStart = random() < 0.15;
        if (inStart) await delay(random() * longestStartMs);
        else {
          await daemon.ready();
          if (n > 0) await look(daemon, folder, model, tally);
          load.start();
          await delay(random() * longestLoadMs);
        }
        load.cut();
        await daemon.kill();
        await load.ended();
        tally.crashes += 1;
        tally.inStart += inStart ? 1 : 0;
      } finally {
        await daemon.kill();
      }
    }
    const daemon = await new Daemon(folder, crashConfig).ready();
    await look(daemon, folder, model, tally).finally(() => daemon.kill());
    rmSync(folder, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.stack : error;
    throw new Error(`${why}\nin ${folder}, which is kept`, { cause: error });
  }
}

async function look(daemon: Daemon, folder: string, model: Model, tally: Tally): Promise<void> {
  const loss = await lookAt(daemon, folder, model);
  assert.equal(loss.passes, 0, 'a pass was not counted');
  tally.losses.push(loss);
}

test(`${crashes} times SIGKILL under load: all that was answered is there, nothing is torn`, async (t) => {
  const seed = seedOf(t);
  const tally: Tally = { crashes: 0, inStart: 0, entries: 0, losses: [] };
  const work = async (panel: number) => {
    const random = randomOf(seed + panel);
    for (let left = Math.ceil(crashes / panels); left > 0; left -= crashesOfAFolder) {
      await crashAgain(Math.min(left, crashesOfAFolder), random, tally);
    }
  };
  await Promise.all(Array.from({ length: panels }, (_, panel) => work(panel)));
  const sum = (of: (loss: Loss) => number) => tally.losses.reduce((all, one) => all + of(one), 0);
  t.diagnostic(
    `${tally.crashes} crashes (${tally.inStart} while starting), ${tally.entries} requests, answers ` +
      `and grants; ${sum(({ grants }) => grants)} grants, of which ${sum(({ events }) => events)} have ` +
      `no event; cells without an answer: ${sum(({ done }) => done)} done, ` +
      `${sum(({ undone }) => undone)} not; at most ` +
      `${Math.max(...tally.losses.map(({ windowMs }) => windowMs)).toFixed(1)} ms of events`,
  );
});
