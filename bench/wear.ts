/** Bytes that a passage writes to the disk; how long a backup takes, and what it holds up. */
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../src/io/clock.ts';
import { openBackups } from '../src/store/backups.ts';
import { EventLog } from '../src/store/events.ts';
import { openStored } from '../src/store/stored.ts';
import { memoryLog } from '../test/support/log.ts';
import { benchFolder, cardNumber, filledStore, fillLog } from './fill.ts';

const records = Number(process.env.LATCHD_BENCH_RECORDS ?? 100_000);
const grants = 300;

function tell(what: string, value: string): void {
  process.stdout.write(`${what}: ${value}\n`);
}

/** Bytes that this process has caused to be written to a disk (proc(5)). */
function written(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

const folder = benchFolder();
const store = await filledStore(folder, records);
await fillLog(store, records);
const clock = systemClock();
const stored = openStored(store, {
  wiegand: { type: 'wiegand_34', representation: 'decimal' },
  openSeconds: { first: 5, second: 5 },
});
await stored.accounts.set('admin', { role: 'admin', salt: 's', hash: 'h' });
const silent = { appended: () => {}, failed: () => {}, recovered: () => {} };
const events = new EventLog(store, clock, records, silent);
const owner = { name: 'Ann', type: 'owner' } as const;
const passes = { max: grants, left: grants };
const made = await stored.identifiers.create({
  ...{ type: 'card', number: '5', owner, lock: 'first', passes },
});
const uid = 'uid' in made ? made.uid : 0;

for (const kind of ['unlimited', 'limited'] as const) {
  const before = written();
  for (let n = 1; n <= grants; n += 1) {
    if (kind === 'limited') stored.identifiers.takePass(uid);
    events.append({
      ...{ category: 'access', priority: 'medium', key: 'access_granted_by_valid_identifier' },
      text: 'Ann may pass at front',
      model: {
        ...{ reader: 'front', type: 'card', number: cardNumber(n), owner: 'Ann', bits: 34 },
        ...{ identifier_uid: n, raw: '2387695', format: 'wiegand_34', lock: 'first' },
      },
    });
    await events.settled();
  }
  const bytes = (written() - before) / grants;
  tell(`written for a passage, ${kind} card`, `${(bytes / 1024).toFixed(1)} KiB`);
}

const delay = monitorEventLoopDelay({ resolution: 1 });
const backups = openBackups({
  ...{ store, data: folder, folder: `${folder}/backups`, keep: 1 },
  ...{ version: '0', clock, log: memoryLog() },
});
delay.enable();
const startMs = performance.now();
const { bytes, damaged } = await backups.make('manual');
const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
tell(`backup of ${records} identifiers and events`, `${seconds} s, ${(bytes / 1e6).toFixed(1)} MB`);
tell('records it could not read', String(damaged));
tell('longest step of its thread', `${(delay.max / 1e6).toFixed(0)} ms`);
await store.close();
