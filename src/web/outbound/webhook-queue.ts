/**
 * Events on their way to one webhook, in order, one at a time. The queue is the event log itself; a
 * webhook only knows the number of the last event it has dealt with. At least once: what was
 * delivered just before the worker died is delivered again.
 */
import { webhookGaveUpEvent, webhookMissedEvent } from '../../door/events/remote.ts';
import type { LoggedEvent, PanelEvent } from '../../door/model.ts';
import { describeError, Fault } from '../../errors.ts';
import type { Webhook, WebhookProgress } from '../../ports/remote.ts';
import type { EventReader, SettingReader } from '../../ports/store.ts';
import type { Clock, Log, Timer } from '../../ports.ts';
import { eventItem } from '../log/log.ts';
import type { Outbound } from './outbound.ts';
import { type DeliveryOutcome, deliver } from './webhook-delivery.ts';

/** What a queue works with. */
export interface QueueParts {
  readonly events: EventReader;
  readonly settings: Pick<SettingReader, 'wiegand' | 'serial'>;
  /** Makes the next read see what has been committed by now. */
  readonly refresh: () => void;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  /** From 0 to 1, so that panels that failed together do not all come back together. */
  readonly random: () => number;
}

export type StoredWebhook = Webhook & { readonly uid: number };

/** How a webhook has been doing; status and error since the worker started. */
export interface DeliveryState extends WebhookProgress {
  readonly lastStatus: number | null;
  /** A short word; null after a delivery that went well. */
  readonly lastError: string | null;
  /** Deliveries in a row that failed; the more, the longer is the wait before the next. */
  readonly failures: number;
  /** Events of the log that it has not yet dealt with, of any kind. */
  readonly pending: number;
}

/** Events looked at before others get their turn. */
const eventsAtOnce = 100;
/** Events only passed by before that is worth a write. */
const passedWorthKeeping = 50;
const firstWaitUs = 1_000_000;
const longestWaitUs = 300_000_000;

/** The queue of an active webhook. */
export class WebhookQueue {
  readonly #parts: QueueParts;
  readonly #moved: (progress: WebhookProgress) => void;
  #webhook: StoredWebhook;
  #progress: WebhookProgress;
  #lastStatus: number | null = null;
  #lastError: string | null = null;
  /** Deliveries in a row that failed, of whatever event. */
  #failures = 0;
  /** Refusals of the event at hand. */
  #refusals = 0;
  #missedUntold = 0;
  /** Events passed by since progress was last told. */
  #passed = 0;
  /** What went wrong has been told; not again before a delivery has gone well. */
  #told: { missed: boolean; gaveUp: boolean } = { missed: false, gaveUp: false };
  #busy = false;
  #wait: Timer | undefined;
  #stopped = false;

  /** `moved` hears of progress worth keeping. */
  constructor(
    parts: QueueParts,
    webhook: StoredWebhook,
    progress: WebhookProgress,
    moved: (progress: WebhookProgress) => void,
  ) {
    this.#parts = parts;
    this.#webhook = webhook;
    this.#progress = progress;
    this.#moved = moved;
  }

  /** An event may have come. */
  poke(): void {
    if (this.#busy || this.#wait || this.#stopped) return;
    this.#busy = true;
    void this.#run();
  }

  /** An operator has changed it: whatever made it wait may be put right. */
  changed(webhook: StoredWebhook): void {
    this.#webhook = webhook;
    this.#failures = 0;
    this.#refusals = 0;
    this.#wait?.cancel();
    this.#wait = undefined;
    this.poke();
  }

  /** No more deliveries; one under way is not waited for. */
  stop(): void {
    this.#stopped = true;
    this.#wait?.cancel();
    if (this.#passed > 0) this.#advance({});
  }

  state(): DeliveryState {
    return {
      ...this.#progress,
      lastStatus: this.#lastStatus,
      lastError: this.#lastError,
      failures: this.#failures,
      pending: pendingAfter(this.#progress.sequence, this.#parts.events),
    };
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const next = this.#next();
        if (this.#stopped || next === 'none') break;
        if (next === 'more') await new Promise((resolve) => setImmediate(resolve));
        else if (!(await this.#deliver(next))) break;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { log } = this.#parts;
      log.warn('a webhook cannot go on', { webhook: this.#webhook.uid, why: describeError(error) });
      this.#fail(null, error.code);
    }
    this.#busy = false;
  }

  /** The next event that it is to be told of. */
  #next(): LoggedEvent | 'more' | 'none' {
    const { events, refresh } = this.#parts;
    refresh();
    const last = events.lastSeq();
    this.#skipPruned(events.firstSeq());
    const end = Math.min(last, this.#progress.sequence + eventsAtOnce);
    while (this.#progress.sequence < end) {
      const event = this.#read(this.#progress.sequence + 1);
      if (event) return event;
      this.#progress = { ...this.#progress, sequence: this.#progress.sequence + 1 };
      this.#passed += 1;
    }
    if (this.#passed >= passedWorthKeeping) this.#advance({});
    return end < last ? 'more' : 'none';
  }

  /** Undefined: none that it wants, or one that is damaged. */
  #read(seq: number): LoggedEvent | undefined {
    const { events, log } = this.#parts;
    try {
      const event = events.get(seq);
      return event && wants(this.#webhook, event.key) ? event : undefined;
    } catch (error) {
      log.warn('an event was left out', { sequence: seq, why: describeError(error) });
      return undefined;
    }
  }

  #skipPruned(firstSeq: number): void {
    const missed = firstSeq - 1 - this.#progress.sequence;
    if (missed <= 0) return;
    this.#refusals = 0;
    this.#missedUntold += missed;
    this.#advance({ sequence: firstSeq - 1, missed: this.#progress.missed + missed });
    if (!this.#told.missed) this.#tellMissed();
  }

  #tellMissed(): void {
    this.#told.missed = true;
    this.#parts.record(webhookMissedEvent(this.#webhook.uid, this.#missedUntold));
    this.#missedUntold = 0;
  }

  /** False: there is a wait before the next delivery. */
  async #deliver(event: LoggedEvent): Promise<boolean> {
    const { outbound, settings } = this.#parts;
    const { uid } = this.#webhook;
    const outcome = await deliver(outbound, this.#webhook, {
      delivery: `${settings.serial() ?? 'latchd'}-${uid}-${event.seq}`,
      sequence: event.seq,
      timestamp: event.wallMs,
      event: typeOf(event.key),
      data: eventItem(event, settings.wiegand()),
    });
    if (this.#stopped) return false;
    if (outcome.kind === 'delivered') {
      this.#delivered(event, outcome.status);
      return true;
    }
    if (outcome.kind === 'refused') this.#refused(event, outcome);
    this.#fail(outcome.status, outcome.why);
    return false;
  }

  #delivered(event: LoggedEvent, status: number): void {
    this.#lastStatus = status;
    this.#lastError = null;
    this.#failures = 0;
    this.#refusals = 0;
    this.#advance({ sequence: event.seq, delivered: this.#progress.delivered + 1 });
    if (this.#missedUntold > 0) this.#tellMissed();
    this.#told = { missed: false, gaveUp: false };
  }

  /** The receiver is there: an event that it refuses over and over does not hold up the others. */
  #refused(event: LoggedEvent, { why }: Extract<DeliveryOutcome, { kind: 'refused' }>): void {
    this.#refusals += 1;
    if (this.#refusals <= this.#webhook.retries) return;
    this.#refusals = 0;
    this.#advance({ sequence: event.seq, givenUp: this.#progress.givenUp + 1 });
    if (this.#told.gaveUp) return;
    this.#told.gaveUp = true;
    this.#parts.record(webhookGaveUpEvent(this.#webhook.uid, event.seq, why));
  }

  /** The wait doubles with every failure in a row, whatever the event. */
  #fail(status: number | null, why: string): void {
    const { clock, log, random } = this.#parts;
    this.#lastStatus = status;
    this.#lastError = why;
    this.#failures += 1;
    const waitUs = Math.min(firstWaitUs * 2 ** (this.#failures - 1), longestWaitUs);
    const jitteredUs = waitUs * (0.5 + random() / 2);
    if (this.#failures === 1) log.warn('a webhook failed', { webhook: this.#webhook.uid, why });
    this.#wait = clock.after(jitteredUs, () => {
      this.#wait = undefined;
      this.poke();
    });
  }

  #advance(change: Partial<WebhookProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#passed = 0;
    this.#moved(this.#progress);
  }
}

/** Events after `sequence` that the log holds. */
export function pendingAfter(sequence: number, events: EventReader): number {
  return Math.max(0, events.lastSeq() - Math.max(sequence, events.firstSeq() - 1));
}

function wants({ eventTypes }: Webhook, key: string): boolean {
  return eventTypes.includes('log.*') || eventTypes.includes(typeOf(key));
}

/** The name that webhooks have for a kind of event. */
function typeOf(key: string): string {
  return `log.${key}`;
}
