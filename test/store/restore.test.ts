import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openState, stateHolds } from '../../src/start/state.ts';
import { openBackups } from '../../src/store/backups.ts';
import { EventLog } from '../../src/store/events.ts';
import { makeReady } from '../../src/store/restore.ts';
import { openStore } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';
import { freshFolder } from '../support/store.ts';

const child = fileURLToPath(new URL('../support/restore-child.js', import.meta.url));
const defaults = {
  wiegand: { type: 'wiegand_26', representation: 'decimal' },
  openSeconds: { first: 5, second: 5 },
} as const;

/** A database with `cards` identifiers and as many events. */
async function fill(folder: string, cards: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const store = openStore(folder, 'writer');
  const { identifiers } = openStored(store, defaults);
  const watcher = { appended: () => {}, failed: () => {}, recovered: () => {} };
  const events = new EventLog(store, new FakeClock(), 1000, watcher);
  const event = { category: 'access', priority: 'low', key: 'x', text: 'x', model: {} } as const;
  for (let number = 1; number <= cards; number += 1) {
    const owner = { name: 'Ann', type: 'owner' } as const;
    await identifiers.create({ type: 'card', number: String(number), owner, lock: 'all' });
    events.append(event);
  }
  await events.settled();
  await store.close();
}

const about = { by: 'admin', what: 'x.backup', createdMs: 1, replacedMs: 2 };

/** A data folder of five cards in which a copy of two is ready. */
async function readyFolder(t: TestContext): Promise<string> {
  const folder = join(freshFolder(t), 'data');
  await fill(folder, 5);
  const staged = join(folder, '.staged-state');
  await fill(staged, 2);
  makeReady(folder, staged, about);
  return folder;
}

/** What a start finds: how many cards there are, and what the next uid and event would be. */
async function begin(folder: string) {
  const { store, beginning } = await openState(folder);
  const recorded: string[] = [];
  stateHolds(folder, beginning, { log: memoryLog(), record: ({ key }) => recorded.push(key) });
  const { identifiers, events } = openStored(store, defaults);
  const count = identifiers.count();
  const cards = identifiers.list(0, 100, false);
  assert.equal(cards.length, count);
  const owner = { name: 'Eve', type: 'owner' } as const;
  const number = String(100 + count);
  const created = await identifiers.create({ type: 'card', number, owner, lock: 'all' });
  const watcher = { appended: () => {}, failed: () => {}, recovered: () => {} };
  const log = new EventLog(store, new FakeClock(), 1000, watcher);
  log.append({ category: 'system', priority: 'low', key: 'next', text: '', model: {} });
  await log.settled();
  const all = events.query({ newestFirst: false, offset: 0, limit: 100 });
  const some = events.query({ newestFirst: false, offset: 0, limit: 100, fromMs: 0 });
  assert.deepEqual(some.events, all.events);
  assert.equal(all.total, all.events.length);
  await store.close();
  return { beginning, count, created, seqs: all.events.map(({ seq }) => seq), recorded };
}

test('a restored state goes on above every uid and event number that was given', async (t) => {
  const folder = await readyFolder(t);
  assert.deepEqual(await begin(folder), {
    beginning: 'restored',
    count: 2,
    created: { uid: 6 },
    seqs: [1, 2, 6],
    recorded: ['backup_restored'],
  });
  // The numbers that were left out stay so.
  const again = await begin(folder);
  assert.deepEqual([again.beginning, again.count, again.seqs], ['usual', 3, [1, 2, 6, 7]]);
});

test('killed at any step of a restore, the next start has one state or the other', async (t) => {
  const ready = await readyFolder(t);
  const found = new Map<string, number>();
  for (let deadly = 1; ; deadly += 1) {
    const folder = join(freshFolder(t), 'data');
    cpSync(ready, folder, { recursive: true });
    const { signal, status, stderr } = spawnSync(process.execPath, [child, folder, `${deadly}`]);
    assert.ok(signal === 'SIGKILL' || status === 0, String(stderr));
    const { beginning, count, created } = await begin(folder);
    const state = `${beginning} ${count}`;
    found.set(state, (found.get(state) ?? 0) + 1);
    assert.ok([2, 5].includes(count), state);
    assert.deepEqual(created, { uid: 6 }, state);
    assert.ok(!existsSync(join(folder, 'restore/latchd.mdb')));
    if (status === 0) break;
  }
  t.diagnostic([...found].map(([state, times]) => `${state}: ${times}`).join(', '));
  assert.deepEqual([...found.keys()].sort(), ['restored 2', 'undone 5', 'usual 2']);
  assert.ok(readdirSync(ready).includes('restore'));
});

test('what a restore has replaced is kept once, however many ask for it at a time', async (t) => {
  const data = await readyFolder(t);
  await begin(data);
  const store = openStore(data, 'writer');
  t.after(() => store.close());
  const [clock, log] = [new FakeClock(), memoryLog()];
  const folder = join(data, 'backups');
  const backups = openBackups({ store, data, folder, keep: 3, version: '1', clock, log });
  // As at a start after a restore, while the next restore is asked for already.
  const asked = await Promise.all([
    backups.keepReplaced(),
    backups.prepare('latchd-none', 'admin'),
    backups.keepReplaced(),
  ]);
  assert.deepEqual(asked, [true, { refused: 'unknown' }, false]);
  assert.deepEqual(
    backups.list().map(({ kind }) => kind),
    ['before-restore'],
  );
});
