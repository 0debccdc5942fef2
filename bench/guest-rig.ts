/** In the guest: the figures of the rig. */
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEvents } from '../src/store/events.ts';
import { openStore } from '../src/store/store.ts';
import { lineLevel, makeChip, play, until } from '../test/rig/guest.ts';
import { chip, chipSettings, first, left, lineCount, right } from '../test/rig/panel-lines.ts';
import { bits26, cardBody, Daemon, stopRepeatedly } from '../test/support/daemon.ts';

const latencySamples = 60;
const warmUpSamples = 10;
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
log: { level: error }
gpio: { driver: ${driver}, chip: ${chip} }
readers:
  - { name: left, wiegand: { d0: ${left.d0}, d1: ${left.d1} }, frame_gap_ms: 40, formats: [${formats}] }
  - { name: right, wiegand: { d0: ${right.d0}, d1: ${right.d1} }, frame_gap_ms: 40, formats: [${formats}] }
locks: { first: { line: ${first.line}, open_seconds: 0.1 } }
`;
}

/** A process that keeps the API as busy as it can until it is killed. */
function apiLoad(daemon: Daemon): () => void {
  const script = fileURLToPath(new URL('./guest-load.js', import.meta.url));
  const child = fork(script, [daemon.url, daemon.password]);
  return () => child.kill('SIGKILL');
}

/** Microseconds from the last falling edge to the relay's line, one a presentation. */
async function latencies(samples: number): Promise<number[]> {
  const found: number[] = [];
  const pulses = `${left.d0},${left.d1}=${bits26(cardNumber)}`;
  for (let sample = 0; sample < samples; sample += 1) {
    await until('rest', () => lineLevel(panel, first.line) === 0);
    const args = ['-i', '1000', '-o', String(first.line), pulses];
    const said = execFileSync('wiegand-pulse', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    found.push(Number(/latency_us (\d+)/.exec(said)?.[1]));
  }
  return found.sort((a, b) => a - b);
}

function show(what: string, sorted: readonly number[]): number {
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN) / 1000;
  process.stdout.write(
    `${what}: p50 ${at(0.5).toFixed(2)} ms, p99 ${at(0.99).toFixed(2)} ms, ` +
      `most ${((sorted.at(-1) ?? 0) / 1000).toFixed(2)} ms (${sorted.length} presentations)\n`,
  );
  return at(0.99);
}

async function latency(): Promise<void> {
  const daemon = await new Daemon(
    mkdtempSync('/run/latchd-'),
    config('chardev', 'wiegand_26'),
  ).ready();
  await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(cardNumber)));
  await latencies(warmUpSamples);
  const idle = show('last falling edge to relay, idle', await latencies(latencySamples));
  const stop = apiLoad(daemon);
  const loaded = show('the same under API load', await latencies(latencySamples));
  stop();
  process.stdout.write(`p99 under load against idle: ${(loaded / idle).toFixed(2)}\n`);
  await daemon.kill();
}

/** Numbers that no two frames of a reader share: the second half of them belongs to `right`. */
function numberOf(reader: 'left' | 'right', index: number): number {
  return (reader === 'left' ? 1 : 1 + framesPerReader) + index;
}

async function frames(driver: string): Promise<void> {
  const folder = mkdtempSync('/run/latchd-');
  const daemon = await new Daemon(folder, config(driver, 'H10301')).ready();
  const stop = apiLoad(daemon);
  const stopped = stopRepeatedly(daemon, 200, 1000);
  for (let from = 0; from < framesPerReader; from += framesPerPlay) {
    const some = (reader: 'left' | 'right') =>
      Array.from({ length: framesPerPlay }, (_, index) => bits26(numberOf(reader, from + index)));
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
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
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
