import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { errnoOf } from '../../src/errors.ts';
import type { OpenApi } from '../../src/web/docs/openapi-document.ts';
import { type AnswerCheck, answerCheck } from './answers.ts';
import { atEnd } from './store.ts';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
export const mainScript = join(dist, 'main.js');
export const cliScript = join(dist, 'cli/main.js');

/**
 * Longer than anything takes that a line tells, on a machine that does much else; a guest of the rig
 * may need a minute to load what the machine loads in a second.
 */
const linePatienceMs = process.env.RIG_DIR === undefined ? 90_000 : 300_000;

/** A door with a reader and two locks, without hardware; any free port. */
export const simConfig = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
readers: [{ name: front, wiegand: { d0: 17, d1: 27 } }]
locks:
  first: { line: 22, open_seconds: 1 }
  second: { line: 23, open_seconds: 1 }
`;

/** What the panel answers of one event in its log. */
export interface LogItem {
  readonly sequence: number;
  readonly name: { readonly key: string };
  readonly info: { readonly model: { readonly [key: string]: unknown } };
}

/** One run of the real program in a process of its own. */
export class Daemon {
  readonly process: ChildProcess;
  readonly configFile: string;
  readonly password = 'correct horse battery';
  readonly lines: string[] = [];
  readonly #waiting: { readonly pattern: RegExp; readonly resolve: (line: string) => void }[] = [];
  /** Resolves with the exit status, or the signal. */
  readonly ended: Promise<number | string>;
  #url = '';
  #described: Promise<AnswerCheck> | undefined;

  constructor(
    folder: string,
    config: string,
    env: NodeJS.ProcessEnv = {},
    more: readonly string[] = [],
  ) {
    this.configFile = join(folder, 'latchd.yaml');
    writeFileSync(this.configFile, config);
    this.process = spawn(process.execPath, [mainScript, '--config', this.configFile, ...more], {
      env: { ...process.env, LATCHD_ADMIN_PASSWORD: this.password, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.process, 'exit').then(([code, signal]) => signal ?? code);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      assert(stream);
      createInterface({ input: stream }).on('line', (line) => this.#onLine(line));
    }
  }

  #onLine(line: string): void {
    this.lines.push(line);
    for (const { pattern, resolve } of this.#waiting) if (pattern.test(line)) resolve(line);
  }

  /** The first line, past or to come, that fits; fails when the process ends before it, or it does not come. */
  async line(pattern: RegExp, from = 0): Promise<string> {
    const past = this.lines.slice(from).find((line) => pattern.test(line));
    if (past !== undefined) return past;
    return new Promise<string>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`${why} ${pattern}:\n${this.lines.join('\n')}`));
      const patience = setTimeout(fail, linePatienceMs, 'waited in vain for').unref();
      this.#waiting.push({
        pattern,
        resolve(line) {
          clearTimeout(patience);
          resolve(line);
        },
      });
      void this.ended.then((how) => {
        clearTimeout(patience);
        fail(`ended (${how}) before`);
      });
    });
  }

  /** Resolves when the door is ready and the API listens; with `from` as the lines from there on say. */
  async ready(from = 0): Promise<this> {
    await this.line(/ ready /, from);
    this.#url = /url=(\S+)/.exec(await this.line(/ the web listens url=/, from))?.[1] ?? '';
    return this;
  }

  get url(): string {
    return this.#url;
  }

  /** A call as admin; answers status and JSON. */
  async api<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly json: T }> {
    const basic = Buffer.from(`admin:${this.password}`).toString('base64');
    const response = await this.#fetch(path, {
      method,
      headers: { authorization: `Basic ${basic}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status, headers } = response;
    (await this.#check())({ method, target: path, local: false }, { status, headers, text });
    return { status, json: text === '' ? null : JSON.parse(text) };
  }

  /**
   * @throws Error with what the panel has said so far, when it does not answer. Each call has a
   * connection of its own: one kept may be let go by the panel just as the next call takes it.
   */
  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      const headers = { ...init.headers, connection: 'close' };
      return await fetch(`${this.#url}${path}`, { ...init, headers });
    } catch (error) {
      const asked = `${init.method ?? 'GET'} ${path} was not answered`;
      throw new Error(`${asked}:\n${this.lines.join('\n')}`, { cause: error });
    }
  }

  /** Answers must be as the running panel describes them. */
  #check(): Promise<AnswerCheck> {
    this.#described ??= this.#fetch('/openapi.json')
      .then((response) => response.json())
      .then((api) => answerCheck(api as OpenApi));
    return this.#described;
  }

  /**
   * The log, oldest first, once `isWhole` holds of it: a line tells what the door does, its event is on
   * the disk a moment later.
   */
  async logged(isWhole: (items: readonly LogItem[]) => boolean): Promise<readonly LogItem[]> {
    const endMs = performance.now() + linePatienceMs;
    for (;;) {
      const path = '/api/v1/log/items?sort_type=asc&limit=1000';
      const { json } = await this.api<{ list_items: readonly LogItem[] }>('GET', path);
      const items = json.list_items;
      if (isWhole(items)) return items;
      const keys = items.map(({ name }) => name.key).join('\n');
      assert.ok(performance.now() < endMs, `waited in vain for more than:\n${keys}`);
    }
  }

  /** Keys of the events that `counts`, oldest first, once there are `count`. */
  async loggedKeys(count: number, counts: (key: string) => boolean): Promise<readonly string[]> {
    const keysOf = (items: readonly LogItem[]) => items.map(({ name }) => name.key).filter(counts);
    return keysOf(await this.logged((items) => keysOf(items).length >= count));
  }

  async present(reader: string, bits: string): Promise<void> {
    const { status } = await this.api('POST', `/sim/readers/${reader}/pulses`, { bits });
    assert.equal(status, 202);
  }

  get initialPassword(): string {
    return readFileSync(join(this.configFile, '../data/initial-password'), 'utf8').trim();
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

/**
 * Stops the whole process for `forMs` every `everyMs`, as a stalled machine does. Forks nothing: a
 * fork would stall whoever plays the pulses too.
 * @returns a way to end it; the process runs then.
 */
export function stopRepeatedly(daemon: Daemon, forMs: number, everyMs: number): () => number {
  let stops = 0;
  const timer = setInterval(() => {
    stops += 1;
    daemon.process.kill('SIGSTOP');
    setTimeout(() => daemon.process.kill('SIGCONT'), forMs);
  }, everyMs);
  return () => {
    clearInterval(timer);
    daemon.process.kill('SIGCONT');
    return stops;
  };
}

/** Starts the panel and waits until it is ready; it is gone after the test. */
export async function startDaemon(
  t: TestContext,
  folder: string,
  config = simConfig,
  env: NodeJS.ProcessEnv = {},
): Promise<Daemon> {
  const daemon = new Daemon(folder, config, env);
  atEnd(t, () => daemon.kill());
  return daemon.ready();
}

/**
 * A port that nobody has: after a restore the panel is to listen where it did. It is below those that
 * the kernel gives to whoever asks for any, so that nobody takes it before the panel does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      (error) => {
        assert.equal(errnoOf(error), 'EADDRINUSE');
        return false;
      },
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** The body of a card that opens the first lock. */
export function cardBody(number: string, rest: object = {}): object {
  return {
    identifier_owner: { name: 'Ann', type: 'owner' },
    identifier_type: 'card',
    identifier_number: number,
    lock: 'first',
    ...rest,
  };
}

/** wiegand_26 bits of a number of 24 bits. */
export function bits26(number: number): string {
  const data = number.toString(2).padStart(24, '0');
  const ones = (bits: string) => [...bits].filter((bit) => bit === '1').length;
  return `${ones(data.slice(0, 12)) % 2}${data}${1 - (ones(data.slice(12)) % 2)}`;
}
