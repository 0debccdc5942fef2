/** What a passage writes to the disk, part by part; how long a backup takes, and what it holds up. */
import { readFileSync, statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PanelEvent } from '../src/door/model.ts';
import { systemClock } from '../src/io/clock.ts';
import { openBackups } from '../src/store/backups.ts';
import { EventIndex } from '../src/store/event-index.ts';
import { EventLog, openEvents } from '../src/store/events.ts';
import { openStored } from '../src/store/stored.ts';
import { memoryLog } from '../test/support/log.ts';
import { benchFolder, cardNumber, filledStore, fillLog } from './fill.ts';

const records = Number(process.env.LATCHD_BENCH_RECORDS ?? 100_000);
const grants = 300;

function tell(what: string, value: string): void {
  process.stdout.write(`${what}: ${value}\n`);
}

/**
 * Bytes handed to files by this process (\`wchar\` of proc(5)). Not \`write_bytes\`: where the file
 * system keeps large folios, that one counts all of a folio for each page of it that changes.
 */
function handedOver(): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

/** What the disk under a folder has taken from everybody: bytes, and how often it was flushed. */
function taken(folder: string): { readonly bytes: number; readonly flushes: number } {
  const { dev } = statSync(folder);
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  try {
    const fields = readFileSync(`/sys/dev/block/${major}:${minor}/stat`, 'utf8').trim().split(/ +/);
    return { bytes: Number(fields[6]) * 512, flushes: Number(fields[15]) };
  } catch {
    // A file system without a disk of its own.
    return { bytes: Number.NaN, flushes: Number.NaN };
  }
}

/** Runs `work` often and tells what each time has cost. */
async function cost(what: string, work: (n: number) => Promise<void>): Promise<void> {
  const [before, disk] = [handedOver(), taken(folder)];
  for (let n = 1; n <= grants; n += 1) await work(n);
  const [after, now] = [handedOver(), taken(folder)];
  const kib = (bytes: number) => (bytes / grants / 1024).toFixed(1);
  const flushes = ((now.flushes - disk.flushes) / grants).toFixed(1);
  tell(
    what,
    `${kib(after - before)} KiB; the disk took ${kib(now.bytes - disk.bytes)} KiB, ${flushes} flushes`,
  );
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
  type: 'card',
  number: '5',
  owner,
  lock: 'first',
  passes,
});
const uid = 'uid' in made ? made.uid : 0;

for (const kind of ['unlimited', 'limited'] as const) {
  await cost(`written for a passage, ${kind} card`, async (n) => {
    if (kind === 'limited') stored.identifiers.takePass(uid);
    events.append(passage(n));
    await events.settled();
  });
}
await costOfParts();

const delay = monitorEventLoopDelay({ resolution: 1 });
const backups = openBackups({
  store,
  data: folder,
  folder: `${folder}/backups`,
  keep: 1,
  version: '0',
  clock,
  log: memoryLog(),
});
delay.enable();
const startMs = performance.now();
const { bytes, damaged } = await backups.make('manual');
const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
tell(`backup of ${records} identifiers and events`, `${seconds} s, ${(bytes / 1e6).toFixed(1)} MB`);
tell('records it could not read', String(damaged));
tell('longest step of its thread', `${(delay.max / 1e6).toFixed(0)} ms`);
await store.close();

/** A passage of the card with number `n`. */
function passage(n: number): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_granted_by_valid_identifier',
    text: 'Ann may pass at front',
    model: {
      reader: 'front',
      type: 'card',
      number: cardNumber(n),
      owner: 'Ann',
      bits: 34,
      identifier_uid: n,
      raw: '2387695',
      format: 'wiegand_34',
      lock: 'first',
    },
  };
}

/** The parts of a passage, each with those before it in one transaction. */
async function costOfParts(): Promise<void> {
  const counters = store.database<string>('counters', 'ordered-binary');
  const log = store.database<number>('events', 'uint32');
  const index = new EventIndex(store);
  let [seq, first] = [openEvents(store).lastSeq(), openEvents(store).firstSeq()];
  let edges = index.edges(Date.now());
  const parts: readonly (readonly [string, () => void])[] = [
    [
      'one small record, directory and free list',
      () => void counters.putSync('newest-event-ms', seq),
    ],
    ['and the event', () => void log.putSync(seq, { wallMs: Date.now(), ...passage(seq) })],
    [
      'and its index',
      () => {
        edges = index.add([{ seq, wallMs: Date.now(), category: 'access' }], edges);
      },
    ],
    [
      'and one of the oldest out',
      () => {
        first += 1;
        log.removeSync(first - 1);
        edges = index.prune(first, edges);
      },
    ],
  ];
  for (let upTo = 1; upTo <= parts.length; upTo += 1) {
    await cost(`  ${parts[upTo - 1]?.[0]}`, () =>
      store.durably(() => {
        seq += 1;
        for (const [, write] of parts.slice(0, upTo)) write();
      }),
    );
  }
}
