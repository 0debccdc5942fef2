/** In the guest: the figures of the rig. */
import assert from 'node:assert/strict';
import { execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { attemptLimitOf } from '../src/config/attempts.ts';
import { firstSettings, loadConfig } from '../src/config.ts';
import type { PanelEvent } from '../src/door/model.ts';
import { ChardevDriver } from '../src/io/gpio/chardev.ts';
import { createLog } from '../src/io/log.ts';
import { Panel } from '../src/panel.ts';
import { enrolmentOf } from '../src/start/lines.ts';
import { openAttempts } from '../src/store/attempts.ts';
import { EventLog, openEvents } from '../src/store/events.ts';
import { openStore } from '../src/store/store.ts';
import { openStored } from '../src/store/stored.ts';
import { hashPassword } from '../src/web/accounts/password.ts';
import { panelCommands } from '../src/web/main-thread/commands.ts';
import { RemoteQuestions } from '../src/web/main-thread/remote-questions.ts';
import { startWeb } from '../src/web/main-thread/supervisor.ts';
import { clock, lineLevel, makeChip, play, until } from '../test/rig/guest.ts';
import { chip, chipSettings, first, left, lineCount, right } from '../test/rig/panel-lines.ts';
import { bits26, Daemon, stopRepeatedly } from '../test/support/daemon.ts';
import { show } from './show.ts';

const latencySamples = 300;
const warmUpSamples = 30;
/** For each reader; LATCHD_FRAMES takes fewer. */
const framesPerReader = Number(process.env.LATCHD_FRAMES ?? 5000);
/** Short enough for one argument of a program, 128 KiB. */
const framesPerPlay = 500;
const cardNumber = 1850186;

const panel = makeChip(chip, lineCount, chipSettings);
process.env.SIM = panel.sim;

function config(driver: string, formats: string): string {
  return `
data: ./data
http: { port: 0 }
gpio: { driver: ${driver}, chip: ${chip} }
readers:
  - { name: left, wiegand: { d0: ${left.d0}, d1: ${left.d1} }, frame_gap_ms: 40, formats: [${formats}] }
  - { name: right, wiegand: { d0: ${right.d0}, d1: ${right.d1} }, frame_gap_ms: 40, formats: [${formats}] }
locks: { first: { line: ${first.line}, open_seconds: 0.1 } }
`;
}

/** A process that keeps the API as busy as it can until it is killed. */
function apiLoad(url: string, password: string): () => void {
  const script = fileURLToPath(new URL('./guest-load.js', import.meta.url));
  const child = fork(script, [url, password]);
  return () => child.kill('SIGKILL');
}

/**
 * The panel as main.ts wires it, in this process, so that the moment when the relay's ioctl returns
 * can be taken. Asking the line from outside would take the guest's one processor from the panel.
 * @returns the URL of the API, and microseconds from the kernel's time of each last falling edge.
 */
async function measuredPanel(
  folder: string,
): Promise<{ url: string; latencies: number[]; close: () => Promise<void> }> {
  const text = config('chardev', 'wiegand_26');
  const settings = loadConfig(writeConfig(folder, text));
  const store = openStore(settings.data, 'writer');
  const stored = openStored(store, firstSettings(settings));
  const { identifiers, accounts } = stored;
  const events = new EventLog(store, clock, 1_000_000, quietWatcher);
  const log = createLog({ level: 'info', journald: false, clock, write: () => {} });
  const record = (event: PanelEvent) => events.append(event);
  const parts = { clock, log, ...stored, record };
  const policy = { clockTrusted: () => true, blocked: () => false } as const;
  const door = new Panel({
    ...parts,
    ...policy,
    whenClockUntrusted: 'refuse',
    attempts: openAttempts(store),
    attemptLimit: attemptLimitOf(settings.attempts),
    duress: settings.duress,
    lineLimits: { framesPerSecond: 100, misreadsPerMinute: 1000 },
    enrolment: enrolmentOf(settings, stored),
  });
  const driver = new ChardevDriver(clock);
  const relay = driver.openRelay(first);
  const latencies: number[] = [];
  let lastEdgeUs = 0;
  door.locks.add('first', {
    set(energised) {
      relay.set(energised);
      if (energised) latencies.push(clock.monoUs() - lastEdgeUs);
    },
    isEnergised: () => relay.isEnergised(),
    close: () => relay.close(),
  });
  const sink = door.addReader({ name: 'left', locks: ['first'], formats: ['wiegand_26'] });
  const edge = (bit: 0 | 1, atUs: number) => {
    lastEdgeUs = atUs;
    sink.edge(bit, atUs);
  };
  sink.attach(driver.openReader(left, { ...sink, edge }));
  await accounts.set('admin', { role: 'admin', ...(await hashPassword('bench')) });
  const owner = { name: 'Ann', type: 'owner' } as const;
  await identifiers.create({ type: 'card', number: String(cardNumber), owner, lock: 'first' });
  const questions = new RemoteQuestions(parts);
  const web = startWeb({
    workerUrl: new URL('../src/web/worker.js', import.meta.url),
    workerData: { config: settings, version: 'bench', driver: 'chardev' },
    memoryMb: settings.http.memory_mb,
    clock,
    log,
    questions,
    commands: panelCommands({
      ...stored,
      record,
      open: (request) => door.commanded.open(request),
      door: door.commanded,
      doors: door,
      enrolments: door.enrolments,
      outputs: () => ({}),
      wiegandChanged: () => {},
      remoteServerChanged: () => {},
      lockStates: () => door.locks.states(),
      figures: notHere,
      acceptClock: notHere,
      status: () => {
        throw new Error('not here');
      },
      frames: door,
      clearLog: (tell) => events.clear(tell),
      faults: { raise: () => {}, clear: () => {} },
      startAgain: () => {},
    }),
  });
  const close = async () => {
    door.close();
    await web.stop();
  };
  return { url: await web.url, latencies, close };
}

function writeConfig(folder: string, text: string): string {
  const file = `${folder}/latchd.yaml`;
  writeFileSync(file, text);
  return file;
}

const quietWatcher = { appended: () => {}, failed: () => {}, recovered: () => {} };

/** One sender for all, which sleeps between them: its own end is not to take the panel's time. */
async function present(samples: number): Promise<void> {
  const card = bits26(cardNumber);
  const frames = `${left.d0},${left.d1}=${Array(samples).fill(card).join(',')}`;
  const args = ['-i', '1000', '-g', '400000', frames];
  const [status] = await once(spawn('wiegand-pulse', args, { stdio: 'ignore' }), 'exit');
  assert.equal(status, 0);
  await until('rest', () => lineLevel(panel, first.line) === 0);
}

async function latency(): Promise<void> {
  const { url, latencies, close } = await measuredPanel(mkdtempSync('/run/latchd-'));
  await present(warmUpSamples);
  latencies.length = 0;
  await present(latencySamples);
  const idle = show('last falling edge to relay, idle', latencies.splice(0));
  const stop = apiLoad(url, 'bench');
  await present(warmUpSamples);
  latencies.length = 0;
  await present(latencySamples);
  const loaded = show('the same under API load', latencies);
  stop();
  await close();
  process.stdout.write(`p99 under load against idle: ${(loaded / idle).toFixed(2)}\n`);
}

/** Numbers that no two frames of a reader share: the second half of them belongs to `right`. */
function numberOf(reader: 'left' | 'right', index: number): number {
  return (reader === 'left' ? 1 : 1 + framesPerReader) + index;
}

async function frames(driver: string): Promise<void> {
  const folder = mkdtempSync('/run/latchd-');
  const daemon = await new Daemon(folder, config(driver, 'H10301')).ready();
  const stop = apiLoad(daemon.url, daemon.password);
  const stopped = stopRepeatedly(daemon, 200, 1000);
  for (let from = 0; from < framesPerReader; from += framesPerPlay) {
    const count = Math.min(framesPerPlay, framesPerReader - from);
    const some = (reader: 'left' | 'right') =>
      Array.from({ length: count }, (_, index) => bits26(numberOf(reader, from + index)));
    await play(1000, { left: some('left'), right: some('right') });
  }
  const stalls = stopped();
  stop();
  const { readers } = await status(daemon);
  daemon.process.kill('SIGTERM');
  await daemon.ended;
  report(driver, folder, stalls, readers);
}

interface Readers {
  readonly readers: readonly { readonly lostEdges: number; readonly misreads: number }[];
}

async function status(daemon: Daemon): Promise<Readers> {
  const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const args = [cli, '--config', daemon.configFile, 'status', '--json'];
  // Not a synchronous call: the panel would wait for somebody to read its log meanwhile.
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

function report(driver: string, folder: string, stalls: number, readers: Readers['readers']): void {
  const store = openStore(`${folder}/data`, 'writer');
  const log = openEvents(store);
  const exact = new Set<string>();
  let wrong = 0;
  for (let seq = log.firstSeq(); seq <= log.lastSeq(); seq += 1) {
    const model = log.get(seq)?.model;
    if (model?.reason !== 'unknown-credential') continue;
    const index = Number(model.number) - numberOf(model.reader === 'left' ? 'left' : 'right', 0);
    if (index >= 0 && index < framesPerReader) exact.add(`${model.reader} ${index}`);
    else wrong += 1;
  }
  const sum = (key: 'lostEdges' | 'misreads') =>
    readers.reduce((all, reader) => all + reader[key], 0);
  process.stdout.write(
    `${driver}: ${2 * framesPerReader} frames on two readers, API load, ${stalls} stalls of 200 ms: ` +
      `lost ${2 * framesPerReader - exact.size}, read as another card ${wrong}, ` +
      `misreads ${sum('misreads')}, edges the kernel threw away ${sum('lostEdges')}\n`,
  );
}

const [part = ''] = process.argv.slice(2);
await (part === 'latency' ? latency() : frames(part.replace('frames-', '')));
process.exit(0);

/** What no client of this bench asks for. */
function notHere(): never {
  throw new Error('not here');
}
