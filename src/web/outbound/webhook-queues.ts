/** The queues of all webhooks in the worker, and the place where their progress is kept. */
import { randomUUID } from 'node:crypto';
import { describeError, Fault } from '../../errors.ts';
import type { Webhook, WebhookProgress, WebhookProgressStore } from '../../ports/remote.ts';
import type { RecordReader } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Timer } from '../../ports.ts';
import type { Notices } from '../notices.ts';
import { type DeliveryOutcome, deliver } from './webhook-delivery.ts';
import {
  type DeliveryState,
  pendingAfter,
  type QueueParts,
  type StoredWebhook,
  WebhookQueue,
} from './webhook-queue.ts';

/** What they work with. */
interface WebhookQueuesParts extends Omit<QueueParts, 'record'> {
  readonly webhooks: RecordReader<Webhook>;
  readonly webhookProgress: Pick<WebhookProgressStore, 'get'>;
  readonly commands: Pick<PanelCommands, 'record' | 'setWebhookProgress'>;
  readonly notices: Notices;
}

/** Progress is written this often at the most: a write costs the disk, a repeat only a receiver. */
const saveUs = 5_000_000;

const noProgress: WebhookProgress = { sequence: 0, delivered: 0, givenUp: 0, missed: 0 };

/** All queues; those of webhooks that are not active do not exist. */
export class WebhookQueues {
  readonly #parts: WebhookQueuesParts;
  readonly #queues = new Map<number, WebhookQueue>();
  readonly #unsaved = new Map<number, WebhookProgress>();
  #save: Timer | undefined;
  #saveFailed = false;
  #stopped = false;
  #stopWaiting: () => void = () => undefined;

  constructor(parts: WebhookQueuesParts) {
    this.#parts = parts;
  }

  /** Goes on where the worker before this one was. */
  start(): void {
    const { webhooks, log } = this.#parts;
    try {
      for (const webhook of webhooks.all()) this.#follow(webhook.uid, webhook);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log.error('webhooks cannot be read', { why: describeError(error) });
    }
    this.#awaitEvents();
  }

  /** A webhook was created, changed or deleted. */
  changed(uid: number): void {
    this.#parts.refresh();
    this.#follow(uid, this.#parts.webhooks.get(uid));
  }

  state(uid: number): DeliveryState {
    const queue = this.#queues.get(uid);
    if (queue) return queue.state();
    const { events, webhooks } = this.#parts;
    const webhook = webhooks.get(uid);
    const progress = webhook ? this.#progressOf(webhook) : noProgress;
    const pending = webhook?.active ? pendingAfter(progress.sequence, events) : 0;
    return { ...progress, pending, lastStatus: null, lastError: null, failures: 0 };
  }

  /** Delivers a test, whether the webhook is active or not. */
  test(webhook: StoredWebhook): Promise<DeliveryOutcome> {
    const { outbound, clock } = this.#parts;
    const data = { text: 'A test of this webhook; nothing has happened' };
    return deliver(outbound, webhook, {
      delivery: randomUUID(),
      sequence: 0,
      timestamp: clock.wallMs(),
      event: 'webhook.test',
      data,
    });
  }

  /** Ends all deliveries and keeps how far they came. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopWaiting();
    for (const queue of this.#queues.values()) queue.stop();
    this.#queues.clear();
    this.#save?.cancel();
    await this.#saveNow();
  }

  #follow(uid: number, webhook: StoredWebhook | undefined): void {
    const queue = this.#queues.get(uid);
    if (!webhook?.active) {
      queue?.stop();
      this.#queues.delete(uid);
      return;
    }
    if (queue) {
      queue.changed(webhook);
      return;
    }
    const { commands, log, ...rest } = this.#parts;
    const record: QueueParts['record'] = (event) => {
      commands.record(event).catch((error: unknown) => {
        log.warn('an event of a webhook was lost', { why: describeError(error) });
      });
    };
    const progress = this.#progressOf(webhook);
    const fresh = new WebhookQueue({ ...rest, log, record }, webhook, progress, (now) => {
      this.#unsaved.set(uid, now);
      this.#saveSoon();
    });
    this.#queues.set(uid, fresh);
    fresh.poke();
  }

  #progressOf({ uid, after }: StoredWebhook): WebhookProgress {
    const kept = this.#unsaved.get(uid) ?? this.#parts.webhookProgress.get(uid) ?? noProgress;
    return { ...kept, sequence: Math.max(after, kept.sequence) };
  }

  #awaitEvents(): void {
    const { notices } = this.#parts;
    if (notices.ended) return;
    this.#stopWaiting = notices.next(() => {
      for (const queue of this.#queues.values()) queue.poke();
      this.#awaitEvents();
    });
  }

  #saveSoon(): void {
    this.#save ??= this.#parts.clock.after(saveUs, () => {
      this.#save = undefined;
      void this.#saveNow();
    });
  }

  async #saveNow(): Promise<void> {
    const { commands, log } = this.#parts;
    const entries = [...this.#unsaved].map(([uid, progress]) => ({ uid, ...progress }));
    if (entries.length === 0) return;
    try {
      await commands.setWebhookProgress(entries);
      this.#saveFailed = false;
      for (const { uid, sequence } of entries) {
        if (this.#unsaved.get(uid)?.sequence === sequence) this.#unsaved.delete(uid);
      }
    } catch (error) {
      if (!this.#saveFailed) {
        log.warn('the progress of webhooks was not written', { why: describeError(error) });
      }
      this.#saveFailed = true;
      if (!this.#stopped) this.#saveSoon();
    }
  }
}
