/** Lists of the web at few and at a million records: one request after the other, without sockets. */

import { systemClock } from '../src/io/clock.ts';
import { createLog } from '../src/io/log.ts';
import type { PanelCommands } from '../src/ports/web.ts';
import { openStored } from '../src/store/stored.ts';
import { createApp } from '../src/web/app.ts';
import { Notices } from '../src/web/notices.ts';
import { Outbound } from '../src/web/outbound/outbound.ts';
import { WebhookQueues } from '../src/web/outbound/webhook-queues.ts';
import { benchFolder, cardNumber, filledStore, fillLog, firstEventMs } from './fill.ts';
import { noBackups } from './no-backups.ts';

const many = 1_000_000;
const requests = 2_000;
const items = '/api/v1/access/identifier/items';
const log = '/api/v1/log/items';

/** The application over a store with `count` identifiers and as many events. */
async function filledApp(count: number) {
  const store = await filledStore(benchFolder(), count);
  await fillLog(store, count);
  const clock = systemClock();
  const shared = {
    ...openStored(store, {
      wiegand: { type: 'wiegand_34', representation: 'decimal' },
      openSeconds: { first: 5, second: 5 },
    }),
    refresh: () => store.refresh(),
    commands: new Proxy({}, { get: () => () => Promise.resolve() }) as PanelCommands,
    notices: new Notices(),
    moves: new Notices(),
    frameNotices: new Notices(),
    log: createLog({ level: 'error', journald: false, clock, write: () => {} }),
    clock,
  } as const;
  const outbound = new Outbound({ clock, allow: [] });
  const { app } = createApp({
    ...shared,
    queues: new WebhookQueues({ ...shared, outbound, random: Math.random }),
    facts: {
      version: '0',
      commit: '',
      deviceName: 'bench',
      driver: 'chardev',
      timezone: 'UTC',
      locks: ['first'],
    },
    crash: () => {},
    ownFaults: () => [],
    backups: noBackups,
    hasInitialPassword: () => false,
  });
  const get = async (path: string, query: Record<string, string>, total: number) => {
    const response = await app.request(
      `${path}?${new URLSearchParams(query)}`,
      {},
      { local: true, remote: '' },
    );
    const body = JSON.parse(await response.text());
    const found = body.list_option?.pagination.total_items;
    if (found !== total) throw new Error(`${path} ${JSON.stringify(query)}: ${found} found`);
  };
  return { get, close: () => store.close() };
}

type Get = Awaited<ReturnType<typeof filledApp>>['get'];

/** Median of the times that `one` takes, milliseconds. */
async function median(one: (n: number) => Promise<void>, count = requests): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const startMs = performance.now();
    await one(n);
    times.push(performance.now() - startMs);
  }
  return times.sort((a, b) => a - b)[Math.floor(count / 2)] ?? Number.NaN;
}

/** A filter by number, in both dialects and as part of a longer one. */
function byNumber(get: Get, count: number): Promise<number> {
  return median((n) => {
    const number = cardNumber(1 + ((n * 7919) % count));
    const flat = { filter_field: 'identifier_number', filter_type: 'equal', filter_value: number };
    const filter = `identifier_number eq '${number}'`;
    const queries = [flat, { filter }, { filter: `lock eq 'first' and (${filter} or ${filter})` }];
    return get(items, queries[n % queries.length] ?? flat, 1);
  });
}

/** The longest that anything else had to wait while `work` was under way, milliseconds. */
async function longestPause(work: Promise<void>): Promise<number> {
  let longest = 0;
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  for (let lastMs = performance.now(); !done; ) {
    await new Promise(setImmediate);
    const nowMs = performance.now();
    longest = Math.max(longest, nowMs - lastMs);
    lastMs = nowMs;
  }
  await ended;
  return longest;
}

async function walk(what: string, run: () => Promise<void>): Promise<void> {
  const startMs = performance.now();
  const pause = await longestPause(run());
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  process.stdout.write(`${what}: ${seconds} s, others wait at most ${pause.toFixed(0)} ms\n`);
}

const few = await filledApp(1_000);
await byNumber(few.get, 1_000);
const atFew = await byNumber(few.get, 1_000);
await few.close();
const { get, close } = await filledApp(many);
await byNumber(get, many);
const atMany = await byNumber(get, many);
process.stdout.write(
  `list by number: ${atFew.toFixed(3)} ms at 1,000 identifiers, ${atMany.toFixed(3)} ms at ` +
    `1,000,000: ${(atMany / atFew).toFixed(2)} times slower\n`,
);

const from = String(firstEventMs + 500_000_000);
const to = String(firstEventMs + 600_000_000);
const system = { filter_field: 'category', filter_value: 'system' };
const newest = { sort_type: 'desc', limit: '50' };
for (const [what, query, total] of [
  ['newest page', newest, many],
  ['page 10,000', { ...newest, page_number: '10000' }, many],
  ['a time range', { ...newest, from, to }, 100_001],
  ['a category', { ...newest, ...system }, many / 10],
  ['a category in a time range', { ...newest, ...system, from, to }, 10_001],
] as const) {
  const ms = await median(() => get(log, query, total), 500);
  process.stdout.write(`log at 1,000,000 events, ${what}: ${ms.toFixed(2)} ms\n`);
}
await walk('log, a filter without an index', () => get(log, { filter: "owner eq 'Ann'" }, 0));
await walk('identifiers, a filter without an index', () =>
  get(items, { filter: "lock eq 'second'" }, 0),
);
await walk('identifiers, in the order of names', () =>
  get(items, { sort_field: 'identifier_owner.name' }, many),
);
await close();
