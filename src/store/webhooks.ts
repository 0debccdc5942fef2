/** Webhooks, and how far each has come in the event log. */
import { z } from 'zod';
import type { Webhook, WebhookProgress, WebhookProgressStore } from '../ports/remote.ts';
import { readChecked } from './checked.ts';
import { Records } from './records.ts';
import type { Store } from './store.ts';

const webhookSchema: z.ZodType<Webhook> = z.object({
  url: z.string(),
  secret: z.string().exactOptional(),
  active: z.boolean(),
  timeoutMs: z.int().min(1),
  headers: z.record(z.string(), z.string()),
  description: z.string(),
  eventTypes: z.array(z.string()),
  retries: z.int().min(0),
  after: z.int().min(0),
});

const progressSchema: z.ZodType<WebhookProgress> = z.object({
  sequence: z.int().min(0),
  delivered: z.int().min(0),
  givenUp: z.int().min(0),
  missed: z.int().min(0),
});

/** Opens the webhooks of a store. */
export function openWebhooks(store: Store): Records<Webhook> {
  return new Records(store, { name: 'webhooks', schema: webhookSchema });
}

/**
 * Opens the progress of webhooks, apart from what an operator sets. Methods that write belong to the
 * main thread.
 */
export function openWebhookProgress(store: Store): WebhookProgressStore {
  const byUid = store.database<number>('webhook-progress', 'uint32');
  return {
    get: (uid) => readChecked(byUid, uid, progressSchema, `the progress of webhook ${uid}`),

    set: (entries) =>
      store.durably(() => {
        for (const { uid, ...progress } of entries) byUid.putSync(uid, progress);
      }),

    remove: (uid) =>
      store.durably(() => {
        byUid.removeSync(uid);
      }),
  };
}
