/**
 * A month of a busy door, on a clock that is told to go on: everything but sockets and wires is real.
 * LATCHD_DAYS: how many days, by default 4.
 */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Panel } from '../../src/panel.ts';
import type { EdgeSink } from '../../src/ports.ts';
import { openAttempts } from '../../src/store/attempts.ts';
import { bits26 } from '../support/daemon.ts';
import { FakeRelay } from '../support/door.ts';
import { listRules } from '../support/enrolment.ts';
import { profileBody } from '../support/time-profile.ts';
import { asAdmin, cardBody, freshWeb, loginPath, passwords } from '../support/web-app.ts';
import { allowLoopback, receiver } from '../support/web-receiver.ts';

const days = Number(process.env.LATCHD_DAYS ?? 4);
const eventsKept = 3000;
const hourUs = 3_600_000_000;
/** People come in groups, of which an hour of the day has some and one of the night one. */
const [groupSize, busyGroups] = [20, 5];
const cards = 50;
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

type Site = Awaited<ReturnType<typeof openSite>>;

/** A panel with a reader over a web without sockets, and a receiver that is told of everything. */
async function openSite(t: TestContext) {
  const hook = await receiver(t);
  const web = await freshWeb(t, { keep: eventsKept, allow: allowLoopback });
  const { clock, eventLog, store } = web;
  const quietLog = { debug() {}, info() {}, warn() {}, error() {} };
  const panel = new Panel({
    ...web,
    log: quietLog,
    record: (event) => eventLog.append(event),
    clockTrusted: () => true,
    blocked: () => false,
    whenClockUntrusted: 'refuse',
    attempts: openAttempts(store),
    attemptLimit: { tries: 5, withinMs: 60_000, blockedMs: 60_000 },
    duress: 'off',
    // Groups come faster than people do.
    lineLimits: { framesPerSecond: 100, misreadsPerMinute: 1000 },
    enrolment: listRules(web.identifiers),
  });
  const relay = new FakeRelay(clock);
  panel.locks.add('first', relay);
  panel.freeAccess.start();
  const reader = panel.addReader({ name: 'front', locks: ['first'] });
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await web.call(method, path, {
      auth: asAdmin,
      ...(body !== undefined && { body }),
    });
    assert.equal(answer.status, 200, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const webhook = { url: hook.url, status: 'active', description: '', event_types: ['log.*'] };
  await ask('POST', '/api/v1/webhooks', webhook);
  await ask('POST', '/api/v1/access/timeprofile', profileBody('Work'));
  for (let n = 1; n <= cards; n += 1) {
    const { uid } = await ask('POST', '/api/v1/access/identifier', cardBody(String(n)));
    // Every other card has its hours.
    if (n % 2 === 0) await ask('POST', `/api/v1/access/identifier/item/${uid}/timeprofile/1`);
  }
  web.queues.start();
  t.after(async () => {
    panel.close();
    await web.queues.stop();
  });
  return { ...web, panel, relay, reader, ask, hook };
}

function present({ clock }: Site, sink: EdgeSink, number: number): void {
  for (const bit of bits26(number)) {
    clock.advance(1000);
    sink.edge(bit === '1' ? 1 : 0, clock.monoUs());
  }
  clock.advance(100_000);
}

async function hourOf(site: Site, day: number, hour: number): Promise<void> {
  const { clock, ask, reader, eventLog } = site;
  const groups = hour >= 7 && hour < 19 ? busyGroups : 1;
  for (let group = 0; group < groups; group += 1) {
    for (let n = 0; n < groupSize; n += 1) {
      // Some cards are nobody's.
      present(site, reader, 1 + ((group * 7 + n * 3 + hour) % (cards + 5)));
    }
    await eventLog.settled();
    await delivered(site);
    clock.advance(hourUs / groups);
  }
  await ask('GET', '/api/v1/log/items?sort_type=desc&limit=50');
  const { uid } = await ask('POST', '/api/v1/access/identifier', cardBody(String(1000 + hour)));
  await ask('DELETE', `/api/v1/access/identifier/item/${uid}`);
  if (hour % 6 === 0) await logIn(site);
  if (hour === 12) await changeHours(site, day);
}

/** Before the clock goes on: what is under way would have taken too long. */
async function delivered({ queues }: Site): Promise<void> {
  while ((queues.state(1)?.pending ?? 0) > 0) await delay(2);
}

/** Two operators, one of whom has forgotten the password. */
async function logIn({ ask, call }: Site): Promise<void> {
  await ask('GET', loginPath('admin', passwords.admin));
  const wrong = await call('GET', loginPath('admin', 'wrong'));
  assert.notEqual(wrong.status, 200);
}

async function changeHours({ ask, panel }: Site, day: number): Promise<void> {
  const hours = { time_from: 28_800 + day * 60, time_to: 32_340 + day * 60 };
  const monday = { day: 'MON', enable: true, lock: 'first', ...hours };
  await ask('POST', '/api/v1/access/freeaccess', { enable: true, days: [monday] });
  panel.commanded.freeAccessChanged('admin');
  await ask('PATCH', '/api/v1/access/timeprofile/item/1', profileBody(`Work ${day}`));
}

interface Sample {
  readonly heapBytes: number;
  readonly timers: number;
  readonly fileBytes: number;
  readonly events: number;
  readonly sessions: number;
}

/** At midnight. */
async function sampleOf({ log, relay, hook, ...web }: Site): Promise<Sample> {
  await web.eventLog.settled();
  // What only tests keep.
  for (const kept of [log.entries, relay.driven, hook.got]) kept.length = 0;
  collect();
  collect();
  return {
    heapBytes: process.memoryUsage().heapUsed,
    timers: web.clock.armed,
    fileBytes: statSync(join(web.folder, 'latchd.mdb')).size,
    events: web.events.lastSeq() - web.events.firstSeq() + 1,
    sessions: [...web.store.database<string>('sessions', 'ordered-binary').getKeys({})].length,
  };
}

test(`${days} days of a busy door: memory, timers, sessions and the file stay`, async (t) => {
  const site = await openSite(t);
  const all: Sample[] = [];
  for (let day = 0; day < days; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) await hourOf(site, day, hour);
    all.push(await sampleOf(site));
  }
  t.diagnostic(`${site.events.lastSeq()} events`);
  for (const sample of all) t.diagnostic(JSON.stringify(sample));
  // The log is full after the third day.
  const [warm, ...later] = all.slice(2);
  assert(warm);
  for (const sample of later) {
    assert(sample.heapBytes <= warm.heapBytes * 1.1, 'the heap');
    assert(sample.fileBytes <= warm.fileBytes * 1.5, 'the file');
    assert(sample.timers <= warm.timers + 2, 'timers');
    assert(sample.sessions <= warm.sessions + 2, 'sessions');
    assert.equal(sample.events, eventsKept);
  }
  const { delivered: count = 0, missed } = site.queues.state(1) ?? {};
  t.diagnostic(`${count} deliveries`);
  assert.equal(missed, 0);
});
