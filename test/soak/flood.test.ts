/**
 * A busy door in short: presentations at many readers of a running panel, one after the other, while
 * identifiers come and go, operators log in and a webhook is told of everything.
 * LATCHD_PRESENTATIONS: how many, by default 2,000.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { digestOf } from '../../src/web/accounts/password.ts';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';
import { receiver } from '../support/web-receiver.ts';
import type { Held } from './probe.ts';

const presentations = Number(process.env.LATCHD_PRESENTATIONS ?? 2000);
/** The first shows the panel warm; the others are compared. */
const samples = 10;
const eventsKept = 1000;
/** From here on a panel is warm in the first third, and what grows shows in the last. */
const longRun = 100_000;
/** Connections that one address may have, what listens, and the webhook's. */
const mostSockets = 64 + 16;
/** A reader of the simulated door takes some 18 frames a second. */
const readers = Array.from({ length: 30 }, (_, index) => `r${index}`);

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
events: { keep: ${eventsKept} }
outbound: { allow: [localhost] }
readers:
${readers.map((name, n) => `  - { name: ${name}, wiegand: { d0: ${2 * n}, d1: ${2 * n + 1} } }`).join('\n')}
locks:
  first: { line: 62, open_seconds: 0.1 }
  second: { line: 63 }
`;

/** A connection kept may be let go by the panel just as the next call takes it. */
const ownConnection = { connection: 'close' };

interface Sample extends Held {
  readonly rssBytes: number;
  readonly files: number;
  readonly sockets: number;
  readonly threads: number;
  readonly fileBytes: number;
}

/** Readers at which cards are presented one after the other, and whoever else is about. */
class Flood {
  readonly #daemon: Daemon;
  readonly #waiting = new Map<string, () => void>();
  presented = 0;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
    const { stdout } = daemon.process;
    assert(stdout);
    createInterface({ input: stdout }).on('line', (line) => {
      const [, reader = ''] = / (?:granted|refused) reader=(\S+)/.exec(line) ?? [];
      this.#waiting.get(reader)?.();
    });
  }

  async run(until: number): Promise<void> {
    const isOver = () => this.presented >= until;
    const each = async (reader: string) => {
      while (!isOver()) await this.#present(reader);
    };
    const office = async () => {
      while (!isOver()) await this.#office();
    };
    await Promise.all([...readers.map(each), office()]);
    // Nobody reads them, and they are many.
    this.#daemon.lines.length = 0;
  }

  async #present(reader: string): Promise<void> {
    this.presented += 1;
    const decided = new Promise<void>((resolve) => {
      this.#waiting.set(reader, resolve);
    });
    // Every third card is nobody's.
    const bits = bits26(1 + (this.presented % 3));
    const body = JSON.stringify({ bits, interval_us: 200 });
    const url = `${this.#daemon.url}/sim/readers/${reader}/pulses`;
    const headers = ownConnection;
    const { status } = await fetch(url, { method: 'POST', headers, body });
    assert.equal(status, 202);
    await decided;
  }

  async #office(): Promise<void> {
    const number = String(1_000_000 + (this.presented % 1000));
    const created = await this.#daemon.api<{ uid: number }>('POST', identifiers, cardBody(number));
    assert.equal(created.status, 200);
    await this.#daemon.api('GET', '/api/v1/log/items?sort_type=desc&limit=100');
    const digest = digestOf(this.#daemon.password);
    const path = `/api/v1/login?username=admin&password=${digest}`;
    const login = await fetch(`${this.#daemon.url}${path}`, { headers: ownConnection });
    assert.equal(login.status, 200);
    await login.arrayBuffer();
    await this.#daemon.api('DELETE', `${identifiers}/item/${created.json.uid}`);
  }
}

const identifiers = '/api/v1/access/identifier';

async function sampleOf(daemon: Daemon, folder: string): Promise<Sample> {
  const from = daemon.lines.length;
  daemon.process.kill('SIGUSR2');
  const held: Held = JSON.parse((await daemon.line(/^held /, from)).slice('held '.length));
  const proc = `/proc/${daemon.process.pid}`;
  const status = readFileSync(`${proc}/status`, 'utf8');
  const read = (member: string) =>
    Number(new RegExp(`^${member}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return {
    ...held,
    rssBytes: read('VmRSS') * 1024,
    ...descriptorsOf(proc),
    threads: read('Threads'),
    fileBytes: statSync(join(folder, 'data/latchd.mdb')).size,
  };
}

function descriptorsOf(proc: string): { files: number; sockets: number } {
  let [files, sockets] = [0, 0];
  for (const name of readdirSync(`${proc}/fd`)) {
    try {
      if (readlinkSync(`${proc}/fd/${name}`).startsWith('socket:')) sockets += 1;
      else files += 1;
    } catch {
      // A connection that has just ended.
    }
  }
  return { files, sockets };
}

test(`${presentations} presentations: memory, file, descriptors, timers and threads stay`, async (t) => {
  const folder = freshFolder(t);
  const hook = await receiver(t);
  const probe = new URL('./probe.js', import.meta.url);
  const env = { NODE_OPTIONS: `--import=${fileURLToPath(probe)}` };
  const daemon = await startDaemon(t, folder, config, env);
  for (const number of ['1', '2']) await daemon.api('POST', identifiers, cardBody(number));
  const body = { url: hook.url, status: 'active', description: '', event_types: ['log.*'] };
  assert.equal((await daemon.api('POST', '/api/v1/webhooks', body)).status, 200);
  const flood = new Flood(daemon);
  const startMs = performance.now();
  const all: Sample[] = [];
  for (let n = 1; n <= samples; n += 1) {
    await flood.run((presentations * n) / samples);
    hook.got.length = 0;
    all.push(await sampleOf(daemon, folder));
  }
  const seconds = (performance.now() - startMs) / 1000;
  t.diagnostic(`${flood.presented} presentations in ${seconds.toFixed(0)} s`);
  for (const sample of all) t.diagnostic(JSON.stringify(sample));
  const [, warm, ...later] = all;
  assert(warm);
  for (const sample of later) {
    assert(sample.files <= warm.files + 2, 'files');
    assert(sample.sockets <= mostSockets, 'sockets');
    assert(sample.threads <= warm.threads, 'threads');
    // A reader may be waiting for the end of a frame.
    assert(sample.timers <= warm.timers + readers.length, 'timers');
    assert(sample.heapBytes < 40e6, 'the heap');
    assert(sample.rssBytes < 350e6, 'resident memory');
  }
  if (presentations < longRun) return;
  const third = Math.floor(later.length / 3);
  const flat = (of: (sample: Sample) => number, growth: number, what: string) => {
    const early = Math.max(...later.slice(0, third).map(of));
    const late = Math.min(...later.slice(-third).map(of));
    assert(late <= early * growth, `${what} grew from ${early} to ${late}`);
  };
  flat(({ heapBytes }) => heapBytes, 1.1, 'the heap');
  flat(({ rssBytes }) => rssBytes, 1.15, 'resident memory');
  flat(({ fileBytes }) => fileBytes, 1.2, 'the file');
});
