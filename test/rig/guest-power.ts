/**
 * In the guest: a panel whose data are on /dev/ubda. Looks at what the last power cut left, then loads
 * the panel until the next. Arguments: the ledger, a file of the host; the seed; `last` to look only.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { beginLedger, readLedger } from '../crash/ledger.ts';
import { crashConfig, Load } from '../crash/load.ts';
import { observed } from '../crash/look.ts';
import { type Entry, Model } from '../crash/model.ts';
import { Daemon } from '../support/daemon.ts';
import { randomOf } from '../support/random.ts';

const [ledger = '', seed = '', last] = process.argv.slice(2);
const folder = '/run/disk';
mkdirSync(folder);
execFileSync('mount', ['/dev/ubda', folder]);

const model = existsSync(ledger) ? readLedger(ledger) : new Model();
let keep: (entry: Entry) => void = () => undefined;
const daemon = new Daemon(folder, crashConfig);
const load = new Load(
  daemon,
  model,
  (entry) => {
    const timed = { ...entry, atMs: performance.now() };
    keep(timed);
    model.take(timed);
  },
  randomOf(Number(seed)),
);
await daemon.ready();
const found = await observed(daemon, folder);
process.stdout.write(`LOOKED ${JSON.stringify(model.look(found))}\n`);
if (last) {
  await daemon.kill();
} else {
  keep = beginLedger(ledger, found);
  load.start();
  process.stdout.write('LOADING\n');
  await load.ended();
}
