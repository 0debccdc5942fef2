import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { test } from 'node:test';
import { Hono } from 'hono';
import { systemClock } from '../../src/io/clock.ts';
import { done } from '../../src/web/answer.ts';
import { mount } from '../../src/web/mount.ts';
import { route, type WebEnv } from '../../src/web/route.ts';
import { Listener } from '../../src/web/server.ts';
import { memoryLog } from '../support/log.ts';

test('a call that takes long learns that its client has gone', async (t) => {
  const log = memoryLog();
  let reached: () => void = () => assert.fail();
  const atWork = new Promise<void>((resolve) => {
    reached = resolve;
  });
  let noticed: () => void = () => assert.fail();
  const left = new Promise<void>((resolve) => {
    noticed = resolve;
  });
  const slow = route({
    method: 'GET',
    path: '/slow',
    summary: 'Works until nobody waits',
    access: 'open',
    async handler({ gone }) {
      assert.equal(gone(), false);
      reached();
      while (!gone()) await new Promise((resolve) => setImmediate(resolve));
      noticed();
      return done();
    },
  });
  const app = new Hono<WebEnv>();
  const authenticate = () => assert.fail();
  const keeper = { log, refresh: () => undefined, authenticate, authenticateKey: authenticate };
  mount(app, [slow], keeper);
  const url = await new Promise<string>((resolve) => {
    const place = { kind: 'network', host: '127.0.0.1', port: 0 } as const;
    const listener = new Listener({ app, log, clock: systemClock() }, place, resolve);
    t.after(() => listener.close());
  });
  const sending = request(`${url}/slow`).end();
  const failed = once(sending, 'error');
  await atWork;
  sending.destroy(new Error('enough'));
  await failed;
  await left;
});
