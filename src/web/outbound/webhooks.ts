/** Webhooks over HTTP. */
import { z } from 'zod';
import type { Webhook } from '../../ports/remote.ts';
import type { RecordReader } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { answer, done, emptyAnswer, refuse, tryLater } from '../answer.ts';
import { Gate } from '../gate.ts';
import { mostWebhooks } from '../main-thread/commands-remote.ts';
import { type Operator, type Route, route } from '../route.ts';
import { pathUid } from '../uid.ts';
import { machineOf } from './outbound-target.ts';
import { webhookBody, webhookItem, writeWebhook } from './webhook-body.ts';
import type { StoredWebhook } from './webhook-queue.ts';
import type { WebhookQueues } from './webhook-queues.ts';

/** What these calls work with. */
interface WebhookParts {
  readonly webhooks: RecordReader<Webhook>;
  readonly queues: WebhookQueues;
  readonly commands: Pick<PanelCommands, 'createWebhook' | 'updateWebhook' | 'removeWebhook'>;
  readonly log: Log;
}

const collection = '/api/v1/webhooks';
const item = `${collection}/{webhookUid}`;
const params = z.object({ webhookUid: pathUid });
const wrongUid = 'Wrong Webhook uid';
const tooMany = `Number of webhooks exceeded: ${mostWebhooks}`;
/** Tests under way at once. */
const testsAtOnce = 2;

const secrets =
  'A URL may hold a secret: a manager is answered only its scheme, machine and port. Secret and ' +
  'headers are never answered; has_secret and header_names say what is set.';
const deliveryNotes =
  'delivery tells how it goes: last_status, last_error and failures_in_a_row since the web started, last_sequence of ' +
  'the last event dealt with, pending events of the log not yet looked at, and how many events were ' +
  'delivered, given up and missed.';

/** Creating, reading, changing, deleting and testing. */
export function webhookRoutes(parts: WebhookParts): Route[] {
  return [createRoute(parts), ...readRoutes(parts), ...changeRoutes(parts), testRoute(parts)];
}

function createRoute({ commands, queues, log }: WebhookParts): Route {
  return route({
    method: 'POST',
    path: collection,
    summary: 'Create a webhook; it is told of events from now on',
    access: 'admin',
    body: webhookBody,
    answers: z.strictObject({ item_uid: z.int().min(1) }),
    refuses: [tooMany],
    notes:
      'event_types may also be `log.*`. Each event is a POST of {webhook, sequence, timestamp, event, ' +
      'data}, data as /log/items writes it, with X-Latchd-Event, X-Latchd-Delivery and, where there ' +
      'is a secret, X-Latchd-Signature: sha256= and the hex HMAC-SHA256 of the body; the pages name ' +
      'none of these. In order, one at a time, at least once: receivers drop repeats by sequence. ' +
      'Any 2xx takes an event. Without an answer, or with 408, 429, 502, 503 or 504, it is tried ' +
      'again for as long as the log holds it, after 1 second up to 5 minutes; any other answer ' +
      'refuses it, and after `retries` (0 to 5, else 3) more tries it is given up. Redirects are not ' +
      'followed.',
    async handler({ body, who }) {
      const uid = await commands.createWebhook(body);
      if (uid === undefined) return refuse(400, tooMany);
      queues.changed(uid);
      log.info('webhook created', { by: who.name, webhook: uid });
      return answer({ item_uid: uid });
    },
  });
}

function readRoutes({ webhooks, queues }: WebhookParts): Route[] {
  const write = (webhook: StoredWebhook, { role }: Operator) => {
    const item = writeWebhook(webhook, queues.state(webhook.uid));
    return role === 'admin' ? item : { ...item, url: machineOf(item.url) };
  };
  return [
    route({
      method: 'GET',
      path: collection,
      summary: 'All webhooks, with how their deliveries go',
      access: 'read',
      answers: z.strictObject({ list_items: z.array(webhookItem) }),
      notes: `${secrets} ${deliveryNotes} There are ${mostWebhooks} at the most, so no pages.`,
      handler: ({ who }) =>
        answer({ list_items: webhooks.all().map((webhook) => write(webhook, who)) }),
    }),
    route({
      method: 'GET',
      path: item,
      summary: 'One webhook, with how its deliveries go',
      access: 'read',
      params,
      answers: webhookItem,
      refuses: [wrongUid],
      notes: `${secrets} ${deliveryNotes}`,
      handler({ params: { webhookUid }, who }) {
        const webhook = webhooks.get(webhookUid);
        return webhook ? answer(write(webhook, who)) : refuse(400, wrongUid);
      },
    }),
  ];
}

function changeRoutes({ commands, queues, log }: WebhookParts): Route[] {
  return [
    route({
      method: 'PUT',
      path: item,
      summary: 'Change a webhook',
      access: 'admin',
      params,
      body: webhookBody,
      answers: emptyAnswer,
      refuses: [wrongUid],
      notes:
        'A secret or headers that are not given stay as they are, since nobody can read them back; ' +
        'headers of `{}` removes them. Everything else is replaced. Events of the time in which it ' +
        'was disabled are not sent afterwards.',
      async handler({ params: { webhookUid }, body, who }) {
        if (!(await commands.updateWebhook(webhookUid, body))) return refuse(400, wrongUid);
        queues.changed(webhookUid);
        log.info('webhook changed', { by: who.name, webhook: webhookUid });
        return done();
      },
    }),
    route({
      method: 'DELETE',
      path: item,
      summary: 'Delete a webhook',
      access: 'admin',
      params,
      answers: emptyAnswer,
      refuses: [wrongUid],
      async handler({ params: { webhookUid }, who }) {
        if (!(await commands.removeWebhook(webhookUid))) return refuse(400, wrongUid);
        queues.changed(webhookUid);
        log.info('webhook deleted', { by: who.name, webhook: webhookUid });
        return done();
      },
    }),
  ];
}

function testRoute({ webhooks, queues }: WebhookParts): Route {
  const gate = new Gate(testsAtOnce, 0);
  return route({
    method: 'POST',
    path: `${item}/test`,
    summary: 'Send a webhook a test now, and tell what came of it',
    access: 'admin',
    params,
    answers: z.strictObject({
      success: z.boolean(),
      status: z.int().nullable(),
      reason: z.string().nullable(),
    }),
    refuses: [wrongUid],
    notes:
      'The event is `webhook.test` with sequence 0; sent once, also where the webhook is disabled. ' +
      'The page leaves the answer open: success, the status of the receiver if there was one, and a ' +
      `short word for what failed as reason. 429 while ${testsAtOnce} tests are under way.`,
    async handler({ params: { webhookUid } }) {
      const webhook = webhooks.get(webhookUid);
      if (!webhook) return refuse(400, wrongUid);
      if (gate.isFull()) return tryLater(1e6);
      const outcome = await gate.run(() => queues.test(webhook));
      const reason = outcome.kind === 'delivered' ? null : outcome.why;
      return answer({ success: reason === null, status: outcome.status, reason });
    },
  });
}
