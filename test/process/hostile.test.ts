import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const mostBytes = 400 * 1024 * 1024;

/** Connections of one address, `127.0.0.HOST`; each says `text` and then nothing. */
function strangers(
  t: TestContext,
  daemon: Daemon,
  count: number,
  host: number,
  text: string,
): Promise<void>[] {
  const port = Number(new URL(daemon.url).port);
  const open: Socket[] = [];
  t.after(() => {
    for (const socket of open) socket.destroy();
  });
  return Array.from({ length: count }, async () => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${host}` });
    open.push(socket);
    socket.on('error', () => undefined);
    socket.on('connect', () => socket.write(text));
    socket.resume();
    // `once` would fail at an error, which is as good an end.
    await new Promise((resolve) => socket.on('close', resolve));
  });
}

/** Resolves when `count` of them are over. */
function over(all: readonly Promise<void>[], count: number): Promise<void> {
  let done = 0;
  return new Promise((resolve) => {
    for (const one of all) {
      void one.then(() => {
        done += 1;
        if (done === count) resolve();
      });
    }
  });
}

function residentBytes(daemon: Daemon): number {
  const status = readFileSync(`/proc/${daemon.process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function opens(daemon: Daemon): Promise<void> {
  const from = daemon.lines.length;
  await daemon.present('front', bits26(7));
  await daemon.line(/granted .*reader=front/, from);
  assert(residentBytes(daemon) < mostBytes);
}

test('1,000 connections of one address and requests that are none: the door opens, others are served', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t));
  const made = await daemon.api('POST', '/api/v1/access/identifier', cardBody('7'));
  assert.equal(made.status, 200);
  // 64 of an address are let in.
  await over(strangers(t, daemon, 1000, 2, ''), 1000 - 64);
  await opens(daemon);
  await Promise.all(strangers(t, daemon, 64, 3, 'NONSENSE\r\n\r\n'));
  await opens(daemon);
  assert.equal((await daemon.api('GET', '/api/v1/panel/status')).status, 200);
});
