/**
 * A real panel on simulated lines, two cards that are presented all the time, and how long it takes from
 * the last edge of each to its relay. One panel a process: it is made when this is loaded.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attemptLimitOf } from '../src/config/attempts.ts';
import { firstSettings, loadConfig } from '../src/config.ts';
import type { PanelEvent } from '../src/door/model.ts';
import { systemClock } from '../src/io/clock.ts';
import { SimDriver } from '../src/io/gpio/sim.ts';
import { createLog } from '../src/io/log.ts';
import { Panel } from '../src/panel.ts';
import { enrolmentOf } from '../src/start/lines.ts';
import { openAttempts } from '../src/store/attempts.ts';
import { EventLog } from '../src/store/events.ts';
import { openStored } from '../src/store/stored.ts';
import { hashPassword } from '../src/web/accounts/password.ts';
import { panelCommands } from '../src/web/main-thread/commands.ts';
import { RemoteQuestions } from '../src/web/main-thread/remote-questions.ts';
import { startWeb } from '../src/web/main-thread/supervisor.ts';
import { bits26, simConfig } from '../test/support/daemon.ts';
import { benchFolder, filledStore } from './fill.ts';
import { show } from './show.ts';

/** Of the usual card and of the one with limited passes, each at a reader of its own. */
const cards = { free: 1_000_001, limited: 1_000_002 } as const;
type Reader = keyof typeof cards;
const readers = ['free', 'limited'] as const;
const idleSeconds = 20;
/** As short as a reader may send: more presentations a second. */
const pulse = { widthUs: 20, intervalUs: 200 };

const clock = systemClock();
const folder = benchFolder();
const { panel, driver, latencies, url } = await measuredPanel();

/** The panel as compose.ts wires it; `latencies`: microseconds from the last edge to the relay. */
async function measuredPanel() {
  const file = `${folder}/latchd.yaml`;
  writeFileSync(file, simConfig);
  const config = loadConfig(file);
  const store = await filledStore(config.data, 100_000);
  const stored = openStored(store, firstSettings(config));
  const quiet = { appended: () => {}, failed: () => {}, recovered: () => {} };
  const events = new EventLog(store, clock, 1_000_000, quiet);
  const record = (event: PanelEvent) => events.append(event);
  const log = createLog({ level: 'warn', journald: false, clock, write: (line) => console(line) });
  const panel = new Panel({
    clock,
    log,
    ...stored,
    record,
    clockTrusted: () => true,
    blocked: () => false,
    whenClockUntrusted: 'refuse',
    attempts: openAttempts(store),
    attemptLimit: attemptLimitOf(config.attempts),
    duress: config.duress,
    lineLimits: { framesPerSecond: 100, misreadsPerMinute: 1000 },
    enrolment: enrolmentOf(config, stored),
  });
  const driver = new SimDriver(clock, ['gpiochip0']);
  const latencies: Record<Reader, number[]> = { free: [], limited: [] };
  for (const [index, name] of readers.entries()) addReader(panel, driver, latencies[name], index);
  const owner = { name: 'Ann', type: 'owner' } as const;
  const card = { type: 'card', owner, lock: 'all' } as const;
  await stored.identifiers.create({ ...card, number: String(cards.free) });
  const passes = { max: 1_000_000, left: 1_000_000 };
  await stored.identifiers.create({ ...card, number: String(cards.limited), passes });
  await stored.accounts.set('admin', { role: 'admin', ...(await hashPassword('bench')) });
  const questions = new RemoteQuestions({ ...stored, clock, log, record });
  const web = startWeb({
    workerUrl: new URL('../src/web/worker.js', import.meta.url),
    workerData: { config, version: 'bench', driver: 'sim' },
    memoryMb: config.http.memory_mb,
    clock,
    log,
    questions,
    commands: panelCommands({
      ...stored,
      record,
      open: (request) => panel.commanded.open(request),
      door: panel.commanded,
      wiegandChanged: () => {},
      frames: panel,
      clearLog: async () => 0,
      doors: panel,
      enrolments: panel.enrolments,
      faults: { raise: () => {}, clear: () => {} },
      startAgain: () => {},
      outputs: () => ({}),
      remoteServerChanged: () => {},
      lockStates: () => panel.locks.states(),
      status: notHere,
      figures: notHere,
      acceptClock: notHere,
    }),
  });
  return { panel, driver, latencies, url: await web.url };
}

/** A reader with a lock of its own, which says when it opens. */
function addReader(panel: Panel, driver: SimDriver, times: number[], index: number): void {
  const lock = index === 0 ? 'first' : 'second';
  const name = readers[index] ?? '';
  const chip = 'gpiochip0';
  const relay = driver.openRelay({ name: lock, chip, line: 22 + index, activeLow: false });
  let lastEdgeUs = 0;
  let open = false;
  panel.locks.add(lock, {
    set(energised) {
      relay.set(energised);
      open = energised;
    },
    isEnergised: () => relay.isEnergised(),
    close: () => relay.close(),
  });
  const sink = panel.addReader({ name, locks: [lock], formats: ['wiegand_26'] });
  let edges = 0;
  const edge = (bit: 0 | 1, atUs: number) => {
    lastEdgeUs = atUs;
    edges += 1;
    sink.edge(bit, atUs);
    // A decision is one turn: at the last edge the lock is open, or has been kept open.
    if (edges % 26 === 0 && open) times.push(clock.monoUs() - lastEdgeUs);
  };
  const lines = { name, chip, d0: 2 * index, d1: 2 * index + 1 };
  sink.attach(driver.openReader(lines, { ...sink, edge }));
}

/** Presents both cards again and again until `until` is settled. */
export async function present(until: Promise<unknown>): Promise<void> {
  let over = false;
  void until.finally(() => {
    over = true;
  });
  while (!over) {
    for (const reader of readers) {
      driver.play(reader, bits26(cards[reader]), pulse.widthUs, pulse.intervalUs);
    }
    // Longer than a frame and the gap after it.
    await pause(60_000);
  }
}

function pause(us: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(us, resolve);
  });
}

/** A client in a process of its own. @returns what it tells at its end. */
export async function client<T>(script: string, ...words: string[]): Promise<T> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const [told] = await once(fork(path, [url, ...words]), 'message');
  return told;
}

function console(line: string): void {
  process.stderr.write(line);
}

/** Shows both times in milliseconds. @returns the 99th percentile of each. */
export function report(when: string): { readonly free: number; readonly limited: number } {
  return {
    free: show(`last edge to relay, ${when}`, latencies.free.splice(0)),
    limited: show(`the same with limited passes, ${when}`, latencies.limited.splice(0)),
  };
}

/** The usual time before a measurement: what runs for the first time runs now. */
export async function warmUp(): Promise<void> {
  await present(pause(2_000_000));
  latencies.free.length = 0;
  latencies.limited.length = 0;
}

/** Both cards on an idle panel. */
export async function idleReport() {
  await present(pause(idleSeconds * 1_000_000));
  return report('idle');
}

/** Ends the panel and the process. */
export function end(): never {
  panel.close();
  process.exit(0);
}

/** What no client of this bench asks for. */
function notHere(): never {
  throw new Error('not here');
}
