import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import type { WebhookFields } from '../../src/ports/remote.ts';
import { eventItem } from '../../src/web/log/log.ts';
import { WebhookQueues } from '../../src/web/outbound/webhook-queues.ts';
import { freshFolder } from '../support/store.ts';
import { asAdmin, type FreshWeb, freshWeb, type WebOptions } from '../support/web-app.ts';
import { allowLoopback, receiver, until } from '../support/web-receiver.ts';

const secret = 'a secret of some length';

function happened(key: string, model: PanelEvent['model'] = {}): PanelEvent {
  return { category: 'access', priority: 'medium', key, text: key, model };
}

/** A panel that tells its webhooks. */
async function telling(t: TestContext, options: WebOptions = {}) {
  const web = await freshWeb(t, { allow: allowLoopback, ...options });
  web.queues.start();
  t.after(() => web.queues.stop());
  return {
    ...web,
    async hook(url: string, rest: Partial<WebhookFields> = {}): Promise<number> {
      const fields = { url, active: true, timeoutMs: 5000, description: '', retries: 0 };
      const uid = await web.commands.createWebhook({ ...fields, eventTypes: ['log.*'], ...rest });
      assert.ok(uid);
      web.queues.changed(uid);
      return uid;
    },
    async happen(...keys: string[]): Promise<void> {
      for (const key of keys) web.eventLog.append(happened(key));
      await web.eventLog.settled();
    },
  };
}

const sequences = (got: readonly { body: string }[]) =>
  got.map(({ body }) => JSON.parse(body).sequence);

test('an event is told as the log writes it, signed with the secret', async (t) => {
  const server = await receiver(t);
  const web = await telling(t);
  await web.settings.setSerial('123e4567-e89b-42d3-a456-426614174000');
  const headers = { 'X-Site': 'gate' };
  const uid = await web.hook(`${server.url}/in?x=y`, { secret, headers });
  const model = { type: 'inputCode', number: '4711', raw: '1267', reader: 'front' };
  web.eventLog.append(happened('access_denied_by_not_valid_input_code', model));
  const [{ method, path, headers: sent, body } = assert.fail()] = await server.received(1);
  assert.deepEqual([method, path], ['POST', '/in?x=y']);
  const [event = assert.fail()] = await web.recorded();
  assert.deepEqual(JSON.parse(body), {
    webhook: uid,
    sequence: 1,
    timestamp: event.wallMs,
    event: 'log.access_denied_by_not_valid_input_code',
    data: eventItem(event, web.settings.wiegand()),
  });
  // A code is never told.
  assert.doesNotMatch(body, /4711|1267/);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  assert.equal(sent['x-latchd-signature'], `sha256=${signature}`);
  assert.equal(sent['x-latchd-event'], 'log.access_denied_by_not_valid_input_code');
  assert.equal(sent['x-latchd-delivery'], `123e4567-e89b-42d3-a456-426614174000-${uid}-1`);
  assert.equal(sent['content-type'], 'application/json');
  assert.equal(sent['x-site'], 'gate');
});

test('events come in order, one at a time, and only those asked for', async (t) => {
  let underWay = 0;
  let most = 0;
  const server = await receiver(t, (_, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    setImmediate(() => {
      underWay -= 1;
      response.end();
    });
    return undefined;
  });
  const web = await telling(t);
  await web.happen('before');
  await web.hook(server.url, { eventTypes: ['log.a', 'log.c'] });
  await web.happen(...Array.from({ length: 400 }, (_, n) => ['a', 'b', 'c', 'ab'][n % 4] ?? ''));
  const got = await server.received(200);
  // Sequence 1 happened before the webhook was made.
  const expected = Array.from({ length: 200 }, (_, n) => 2 * n + 2);
  assert.deepEqual(sequences(got), expected);
  assert.equal(most, 1);
  await until(() => web.queues.state(1).pending === 0);
  const { delivered, sequence, lastStatus } = web.queues.state(1);
  assert.deepEqual(
    { delivered, sequence, lastStatus },
    { delivered: 200, sequence: 401, lastStatus: 200 },
  );
});

test('a receiver that is away loses nothing: waits grow to minutes, then all comes', async (t) => {
  let status: number | undefined = 503;
  const server = await receiver(t, (_, response) => {
    if (status === undefined) response.destroy();
    return status;
  });
  const web = await telling(t);
  await web.hook(server.url, { retries: 0 });
  await web.happen('a', 'b');
  // Doubled each time, up to five minutes; the jitter of this test is always the longest.
  const waits = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
  const away = [408, 429, 502, 503, 504, undefined];
  for (const [index, seconds] of waits.entries()) {
    status = away[index % away.length];
    await server.received(index + 1);
    await until(() => web.queues.state(1).failures === index + 1);
    web.clock.advance(seconds * 1_000_000 - 1);
    assert.equal(server.got.length, index + 1, `after almost ${seconds} s`);
    web.clock.advance(1);
  }
  await until(() => web.queues.state(1).failures > waits.length);
  status = 200;
  web.clock.advance(300_000_000);
  await until(() => web.queues.state(1).pending === 0);
  const { delivered, givenUp, missed } = web.queues.state(1);
  assert.deepEqual({ delivered, givenUp, missed }, { delivered: 2, givenUp: 0, missed: 0 });
});

test('an event that is refused is tried again, then given up, and the next has its turn', async (t) => {
  const server = await receiver(t, ({ body }) =>
    JSON.parse(body).event === 'log.bad' ? 400 : 200,
  );
  const web = await telling(t);
  await web.hook(server.url, { retries: 2, eventTypes: ['log.bad', 'log.good'] });
  await web.happen('bad', 'good', 'bad');
  for (const [index, seconds] of [1, 2, 4].entries()) {
    await until(() => web.queues.state(1).failures === index + 1);
    web.clock.advance(seconds * 1_000_000);
  }
  await until(() => web.queues.state(1).delivered === 1);
  // Refusals of an earlier event do not count against a later one.
  for (const [index, seconds] of [1, 2].entries()) {
    await until(() => web.queues.state(1).failures === index + 1);
    web.clock.advance(seconds * 1_000_000);
  }
  await until(() => web.queues.state(1).givenUp === 2);
  assert.deepEqual(sequences(server.got), [1, 1, 1, 2, 3, 3, 3]);
  const events = (await web.recorded()).filter(({ key }) => key === 'webhook_event_given_up');
  assert.deepEqual(
    events.map(({ model }) => model),
    [
      { webhook: 1, sequence: 1, why: 'HTTP 400' },
      { webhook: 1, sequence: 3, why: 'HTTP 400' },
    ],
  );
});

test('a receiver that refuses everything is told once, and does not tell of itself for ever', async (t) => {
  const server = await receiver(t, () => 404);
  const web = await telling(t);
  await web.hook(server.url);
  await web.happen('a', 'b', 'c');
  for (const [index, seconds] of [1, 2, 4, 8].entries()) {
    await until(() => web.queues.state(1).failures === index + 1);
    assert.equal(web.queues.state(1).givenUp, index + 1);
    web.clock.advance(seconds * 1_000_000);
  }
  const keys = (await web.recorded()).map(({ key }) => key);
  assert.deepEqual(keys, ['a', 'b', 'c', 'webhook_event_given_up']);
});

test('a bad receiver does not hold others up', async (t) => {
  const silent = await receiver(t, () => undefined);
  const good = await receiver(t);
  const web = await telling(t);
  await web.hook(silent.url);
  await web.hook('http://127.0.0.1:1/');
  await web.hook(good.url);
  await web.happen('a', 'b', 'c');
  await good.received(3);
  assert.deepEqual(sequences(good.got), [1, 2, 3]);
  assert.equal(silent.got.length, 1);
  assert.equal(web.queues.state(1).pending, 3);
});

test('a worker goes on where the one before was; what was not written comes again', async (t) => {
  const server = await receiver(t);
  const folder = freshFolder(t);
  const web = await telling(t, { folder });
  await web.hook(server.url);
  await web.happen('a', 'b');
  await server.received(2);
  await until(() => web.queues.state(1).delivered === 2);
  // Five seconds later it is on the disk, in one write.
  web.clock.advance(5_000_000);
  await until(() => web.webhookProgress.get(1)?.sequence === 2);
  await web.happen('c');
  await server.received(3);
  // The worker dies now: nothing of `c` was written.
  assert.equal(web.webhookProgress.get(1)?.sequence, 2);
  restart(t, web);
  await web.happen('d');
  const got = await server.received(5);
  assert.deepEqual(sequences(got).filter((seq) => seq === 3).length, 2);
  const deliveries = got.map(({ headers }) => headers['x-latchd-delivery']);
  assert.equal(new Set(deliveries).size, 4);
});

test('a worker that is stopped writes how far it came', async (t) => {
  const server = await receiver(t);
  const web = await telling(t);
  await web.hook(server.url, { eventTypes: ['log.a'] });
  await web.happen('a', 'x', 'x');
  await until(() => web.queues.state(1).pending === 0);
  await web.queues.stop();
  const expected = { sequence: 3, delivered: 1, givenUp: 0, missed: 0 };
  assert.deepEqual(web.webhookProgress.get(1), expected);
  const second = restart(t, web);
  await web.happen('a');
  await server.received(2);
  assert.deepEqual(sequences(server.got), [1, 4]);
  await until(() => second.state(1).delivered === 2);
});

test('progress costs few writes', async (t) => {
  let writes = 0;
  const server = await receiver(t);
  const holder: { web?: FreshWeb } = {};
  const web = await telling(t, {
    commands: {
      setWebhookProgress: async (entries) => {
        writes += 1;
        await holder.web?.webhookProgress.set(entries);
      },
    },
  });
  holder.web = web;
  await web.hook(server.url);
  await web.hook(server.url);
  for (let n = 0; n < 50; n += 1) await web.happen('a');
  await server.received(100);
  await until(() => web.queues.state(1).delivered === 50 && web.queues.state(2).delivered === 50);
  web.clock.advance(5_000_000);
  await until(() => web.webhookProgress.get(2)?.sequence === 50);
  assert.equal(writes, 1);
});

test('while progress cannot be written deliveries go on, and it is tried again', async (t) => {
  const server = await receiver(t);
  let broken = true;
  const holder: { web?: FreshWeb } = {};
  const web = await telling(t, {
    commands: {
      setWebhookProgress: async (entries) => {
        if (broken) throw new Error('the disk is full');
        await holder.web?.webhookProgress.set(entries);
      },
    },
  });
  holder.web = web;
  await web.hook(server.url);
  await web.happen('a');
  await server.received(1);
  await until(() => web.queues.state(1).delivered === 1);
  const warned = () => web.log.entries.filter(({ text }) => text.includes('progress')).length;
  for (let n = 0; n < 3; n += 1) {
    web.clock.advance(5_000_000);
    await turns();
  }
  assert.equal(warned(), 1);
  broken = false;
  web.clock.advance(5_000_000);
  await until(() => web.webhookProgress.get(1)?.sequence === 1);
});

test('what the log no longer holds is skipped, counted, and told once', async (t) => {
  const server = await receiver(t, () => 503);
  const told: unknown[] = [];
  const record = async ({ key, model }: PanelEvent) => void told.push([key, model.count]);
  const web = await telling(t, { keep: 10, commands: { record } });
  await web.hook(server.url);
  await web.happen('early');
  await until(() => web.queues.state(1).failures === 1);
  // While it is away the log goes past it, twice before it is back.
  for (const [index, seconds] of [1, 2].entries()) {
    for (let n = 0; n < 20; n += 1) await web.happen('late');
    web.clock.advance(seconds * 1_000_000);
    await until(() => web.queues.state(1).failures === index + 2);
  }
  assert.deepEqual(told, [['webhook_events_missed', 11]]);
  server.answerWith(() => 200);
  for (let n = 0; n < 20; n += 1) await web.happen('late');
  web.clock.advance(4_000_000);
  await until(() => web.queues.state(1).pending === 0);
  const { missed, delivered, givenUp } = web.queues.state(1);
  assert.deepEqual({ missed, delivered, givenUp }, { missed: 51, delivered: 10, givenUp: 0 });
  assert.deepEqual(sequences(server.got), [1, 12, 32, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61]);
  assert.deepEqual(told, [
    ['webhook_events_missed', 11],
    ['webhook_events_missed', 40],
  ]);
});

test('a webhook that is disabled is told nothing, and nothing of that time afterwards', async (t) => {
  const server = await receiver(t);
  const web = await telling(t);
  const uid = await web.hook(server.url);
  await web.happen('a');
  await server.received(1);
  const fields = { url: server.url, timeoutMs: 5000, description: '', retries: 0 };
  const set = async (active: boolean) => {
    await web.commands.updateWebhook(uid, { ...fields, active, eventTypes: ['log.*'] });
    web.queues.changed(uid);
  };
  await set(false);
  await web.happen('b', 'c');
  await turns();
  assert.equal(web.queues.state(uid).pending, 0);
  await set(true);
  await web.happen('d');
  await server.received(2);
  assert.deepEqual(sequences(server.got), [1, 4]);
});

test('a webhook that is deleted is told nothing more, also if it was waiting', async (t) => {
  const server = await receiver(t, () => 503);
  const web = await telling(t);
  const uid = await web.hook(server.url);
  await web.happen('a');
  await server.received(1);
  await until(() => web.queues.state(uid).lastStatus === 503);
  await web.commands.removeWebhook(uid);
  web.queues.changed(uid);
  web.clock.advance(600_000_000);
  await web.happen('b');
  await turns();
  assert.equal(server.got.length, 1);
  assert.equal(web.webhookProgress.get(uid), undefined);
});

test('a webhook that is put right is tried at once', async (t) => {
  const server = await receiver(t);
  const web = await telling(t);
  const uid = await web.hook('http://127.0.0.1:1/');
  await web.happen('a');
  await until(() => web.queues.state(uid).lastError === 'ECONNREFUSED');
  const body = { url: server.url, status: 'active', event_types: ['log.*'] };
  const answer = await web.call('PUT', `/api/v1/webhooks/${uid}`, { auth: asAdmin, body });
  assert.equal(answer.status, 200);
  await server.received(1);
  assert.deepEqual(sequences(server.got), [1]);
});

/** Lets answers that have arrived be dealt with. */
async function turns(): Promise<void> {
  for (let n = 0; n < 50; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A worker over the same store; the one before just stops existing. */
function restart(t: TestContext, web: FreshWeb): WebhookQueues {
  const queues = new WebhookQueues({
    ...web,
    random: () => 1,
    refresh: () => web.store.refresh(),
  });
  queues.start();
  t.after(() => queues.stop());
  return queues;
}
