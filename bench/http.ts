/** Requests a second: one identifier against an empty route; and durable creates. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cardBody, Daemon, simConfig } from '../test/support/daemon.ts';
import { benchFolder } from './fill.ts';
import { type LoadResult, load } from './load.ts';

const clients = 64;
const seconds = 4;

function headersOf(password: string): object {
  const basic = Buffer.from(`admin:${password}`).toString('base64');
  return { authorization: `Basic ${basic}`, 'content-type': 'application/json' };
}

function show(what: string, { perSecond, p50, p99, statuses }: LoadResult): void {
  const codes = [...statuses].map(([status, count]) => `${status} x ${count}`).join(', ');
  process.stdout.write(
    `${what}: ${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (${codes})\n`,
  );
}

async function reads(): Promise<void> {
  const server = fork(fileURLToPath(new URL('./http-server.js', import.meta.url)));
  const [port] = await once(server, 'message');
  const url = `http://127.0.0.1:${port}`;
  const headers = headersOf('bench');
  const get = (path: (n: number) => string) =>
    load(url, clients, seconds, (n) => ({ method: 'GET', path: path(n), headers }));
  const item = (n: number) => `/api/v1/access/identifier/item/${1 + (n % 100_000)}`;
  await get(() => '/empty');
  await get(item);
  const empty = await get(() => '/empty');
  const one = await get(item);
  show('empty route', empty);
  show('GET one of 100,000 identifiers', one);
  process.stdout.write(`ratio: ${(one.perSecond / empty.perSecond).toFixed(2)}\n`);
  server.kill();
}

async function creates(): Promise<void> {
  const daemon = await new Daemon(benchFolder(), simConfig).ready();
  const headers = headersOf(daemon.password);
  const result = await load(daemon.url, clients, seconds, (n) => ({
    method: 'POST',
    path: '/api/v1/access/identifier',
    headers,
    body: JSON.stringify(cardBody(String(n + 1))),
  }));
  show('durable creates, 64 clients', result);
  await daemon.kill();
}

await reads();
await creates();
