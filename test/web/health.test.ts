import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unwritableFault } from '../../src/panel/faults.ts';
import { Figures } from '../../src/panel/figures.ts';
import { findingsOf, type HealthFacts, HealthKeeper } from '../../src/panel/health.ts';
import type { PanelFigures } from '../../src/ports/figures.ts';
import type { HealthFault } from '../../src/ports/health.ts';
import type { PanelStatus, ReaderStatus } from '../../src/ports/web.ts';
import { healthOf } from '../../src/web/health.ts';
import { metricsText } from '../../src/web/metrics.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';
import { parseMetrics } from '../support/metrics.ts';
import { asManager, freshWeb } from '../support/web-app.ts';

const reader: ReaderStatus = {
  name: 'front',
  kind: 'wiegand',
  keypad: false,
  away: null,
  formats: ['H10301'],
  credentials: 4,
  misreads: 3,
  glitches: 2,
  lostEdges: 1,
  lastFrameMs: 1,
  faults: [],
  faultCounts: {},
  ignoredFrames: 0,
  untoldMisreads: 0,
};
const status: PanelStatus = {
  driver: 'sim',
  startedMs: 1000,
  nowMs: 2000,
  clockTrusted: true,
  readers: [reader],
  locks: [],
  inputs: [],
  faults: [],
  events: { waiting: 0, dropped: 0, failing: false, last: 7 },
  identifiers: 9,
};
const well: HealthFacts = {
  status,
  lockFaults: [],
  webDeathsLately: 0,
  logLinesLost: 0,
};
const disk = { freeBytes: 1e9, totalBytes: 2e9, readOnly: false };
/** Faults as the panel tells them once they have begun. */
const unwritable: HealthFault = { ...unwritableFault, sinceMs: 3 };
const diskFault = (code: string): HealthFault => ({
  code,
  what: 'The disk of the database is not well',
  do: 'Look after the disk',
  sinceMs: 3,
});

const away = { ...reader, away: 'unplugged' };
const wrong: { readonly [code: string]: { facts: Partial<HealthFacts>; health: string } } = {
  'lock-fault': { facts: { lockFaults: [{ lock: 'first', why: 'gone' }] }, health: 'failing' },
  'reader-away': { facts: { status: { ...status, readers: [reader, away] } }, health: 'degraded' },
  'input-away': {
    facts: {
      status: {
        ...status,
        inputs: [{ name: 'exit', kind: 'exit_button', active: false, away: 'x' }],
      },
    },
    health: 'degraded',
  },
  'events-not-written': {
    facts: {
      status: {
        ...status,
        faults: [unwritable],
        events: { waiting: 5, dropped: 0, failing: true, last: 1 },
      },
    },
    health: 'failing',
  },
  'disk-low': {
    facts: { status: { ...status, faults: [diskFault('disk-low')] } },
    health: 'degraded',
  },
  'disk-full': {
    facts: { status: { ...status, faults: [diskFault('disk-full')] } },
    health: 'failing',
  },
  'disk-read-only': {
    facts: { status: { ...status, faults: [diskFault('disk-read-only')] } },
    health: 'failing',
  },
  'clock-untrusted': {
    facts: { status: { ...status, clockTrusted: false } },
    health: 'degraded',
  },
  'web-restarts': { facts: { webDeathsLately: 3 }, health: 'degraded' },
  'log-lines-lost': { facts: { logLinesLost: 1 }, health: 'degraded' },
};

test('each fault alone: its code, what, what to do, and how grave it is', () => {
  assert.deepEqual(findingsOf(well), []);
  for (const [code, { facts, health }] of Object.entries(wrong)) {
    const all = { ...well, ...facts };
    const found = findingsOf(all);
    assert.deepEqual(
      found.map((one) => one.code),
      [code],
    );
    assert.ok(found[0] && found[0].what.length > 10 && found[0].do.length > 10, code);
    assert.equal(healthOf(found, all.status.readers), health, code);
  }
  const events = { waiting: 10_000, dropped: 3, failing: true, last: 1 };
  const dropped = findingsOf({ ...well, status: { ...status, events, faults: [unwritable] } });
  assert.deepEqual(
    dropped.map(({ code }) => code),
    ['events-not-written', 'events-dropped'],
  );
  // The disk refuses nothing and is too slow.
  const stalled = { ...status, events: { ...events, failing: false }, faults: [] };
  assert.deepEqual(
    findingsOf({ ...well, status: stalled }).map(({ code }) => code),
    ['events-dropped'],
  );
  assert.equal(healthOf([], [away, away]), 'failing', 'nobody can come in');
});

test('since when a fault has been there, however its numbers change; the log tells it once', () => {
  const [clock, log] = [new FakeClock(1_000_000), memoryLog()];
  const plugged = (why: string | null) => ({
    ...well,
    status: { ...status, readers: [{ ...reader, away: why }] },
  });
  let facts = plugged(null);
  const keeper = new HealthKeeper({ clock, log, look: () => findingsOf(facts) });
  keeper.start();
  facts = plugged('gone for 1 s');
  clock.advance(10_000_000);
  facts = plugged('gone for 11 s');
  clock.advance(10_000_000);
  const [fault] = keeper.faults();
  assert.equal(fault?.sinceMs, 1_010_000);
  assert.match(fault?.what ?? '', /11 s$/);
  facts = plugged(null);
  clock.advance(10_000_000);
  assert.deepEqual(keeper.faults(), []);
  assert.deepEqual(
    log.entries.map(({ text }) => text),
    ['fault', 'fault is over'],
  );
  keeper.stop();
  assert.equal(clock.armed, 0);
});

test('a fault of the panel is told by the panel: since then, and not once more in the log', () => {
  const [clock, log] = [new FakeClock(1_000_000), memoryLog()];
  const events = { waiting: 5, dropped: 0, failing: true, last: 1 };
  let facts: HealthFacts = well;
  const keeper = new HealthKeeper({ clock, log, look: () => findingsOf(facts) });
  keeper.start();
  for (const waiting of [5, 38]) {
    const failing = { ...events, waiting };
    facts = { ...well, status: { ...status, events: failing, faults: [unwritable] } };
    clock.advance(10_000_000);
    const [fault, ...others] = keeper.faults();
    assert.deepEqual(others, []);
    assert.deepEqual([fault?.code, fault?.sinceMs], ['events-not-written', 3]);
    assert.match(fault?.what ?? '', new RegExp(`^${waiting} events wait`));
  }
  facts = well;
  clock.advance(10_000_000);
  assert.deepEqual(keeper.faults(), []);
  assert.deepEqual(log.entries, []);
  keeper.stop();
});

function figuresWith(facts: Partial<PanelFigures>): PanelFigures {
  return {
    ...new Figures().state(),
    status,
    faults: [],
    webDeaths: 2,
    logLinesLost: 0,
    residentBytes: 1e8,
    loop: { p50: 0.001, p99: 0.002, max: 0.003 },
    disk,
    ...facts,
  };
}

test('metrics are what the strict reader of their format takes, whatever names there are', () => {
  const counted = new Figures();
  const access = { category: 'access', priority: 'medium', text: '' } as const;
  for (const reason of ['expired', 'expired', 'misread']) {
    counted.heed({ ...access, key: 'access_denied_by_x', model: { reason } });
  }
  counted.heed({ ...access, key: 'access_granted_by_valid_identifier', model: {} });
  for (const us of [200, 1000, 3000, 2_000_000]) counted.decided(us);
  const name = 'a "quoted"\\back\nnew {line}, é';
  const readers = [{ ...reader, name }];
  const faults: HealthFault[] = [{ code: 'disk-low', what: 'x', do: 'y', sinceMs: 1 }];
  const figures = figuresWith({ ...counted.state(), status: { ...status, readers }, faults });
  const facts = { version: '1.2.3', commit: 'abc', driver: 'sim' } as const;
  const { types, value } = parseMetrics(metricsText(figures, facts));
  assert.equal(value('latchd_build_info', { ...facts }), 1);
  assert.equal(value('latchd_refusals_total', { reason: 'expired' }), 2);
  assert.equal(value('latchd_grants_total', {}), 1);
  assert.equal(value('latchd_misreads_total', { reader: name }), 3);
  assert.equal(value('latchd_lost_edges_total', { reader: name }), 1);
  assert.equal(value('latchd_fault', { code: 'disk-low' }), 1);
  assert.equal(value('latchd_web_worker_deaths_total', {}), 2);
  assert.equal(value('latchd_disk_free_bytes', {}), 1e9);
  assert.equal(types.get('latchd_decision_seconds'), 'histogram');
  assert.equal(value('latchd_decision_seconds_bucket', { le: '0.001' }), 2);
  assert.equal(value('latchd_decision_seconds_bucket', { le: '0.0025' }), 2);
  assert.equal(value('latchd_decision_seconds_bucket', { le: '0.005' }), 3);
  assert.equal(value('latchd_decision_seconds_bucket', { le: '+Inf' }), 4);
  assert.equal(value('latchd_decision_seconds_count', {}), 4);
});

test('health needs no login, and tells no more than whether; metrics and faults need one', async (t) => {
  const fault: HealthFault = { code: 'disk-full', what: 'Full', do: 'Empty it', sinceMs: 5 };
  let faults: HealthFault[] = [];
  let asked = 0;
  const web = await freshWeb(t, {
    commands: {
      figures: async () => {
        asked += 1;
        return figuresWith({ faults });
      },
    },
  });
  const health = () => web.call('GET', '/health').then(({ status, body }) => [status, body]);
  assert.deepEqual(await health(), [200, { status: 'ok' }]);
  faults = [fault];
  assert.deepEqual(await health(), [200, { status: 'ok' }]);
  assert.equal(asked, 1, 'whoever asks without a login does not trouble the door');
  web.clock.advance(1_000_000);
  assert.deepEqual(await health(), [503, { status: 'failing' }]);
  assert.equal((await web.call('HEAD', '/health')).status, 503);
  assert.equal((await web.call('GET', '/api/v1/panel/health')).status, 401);
  assert.equal((await web.call('GET', '/metrics')).status, 401);
  const told = await web.call('GET', '/api/v1/panel/health', { auth: asManager });
  const { sinceMs, ...rest } = fault;
  assert.deepEqual(told.body, {
    status: 'failing',
    faults: [{ ...rest, params: {}, since: sinceMs }],
  });
  for (const options of [{ auth: asManager }, { local: true }]) {
    const metrics = await web.call('GET', '/metrics', options);
    assert.equal(metrics.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(parseMetrics(metrics.body).value('latchd_identifiers', {}), 9);
  }
});
