/**
 * One delivery of a webhook: its body, its signature, and what the answer means. The pages name
 * neither the body nor the headers; these are ours.
 */
import { createHmac } from 'node:crypto';
import type { Webhook } from '../../ports/remote.ts';
import type { Outbound } from './outbound.ts';
import { parseTarget } from './outbound-target.ts';

/** What a receiver is told. */
interface WebhookMessage {
  /** Of this delivery, the same each time it is tried. */
  readonly delivery: string;
  /** Of the event; receivers drop repeats by it. 0 for a test. */
  readonly sequence: number;
  /** Unix milliseconds. */
  readonly timestamp: number;
  /** `log.` and the key of the event. */
  readonly event: string;
  /** The event as `/log/items` writes it. */
  readonly data: object;
}

/** What came of a delivery. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered'; readonly status: number }
  /** The receiver is there and does not want this event. */
  | { readonly kind: 'refused'; readonly status: number; readonly why: string }
  /** Nobody took it: no answer, or one by which a server says that it cannot now. */
  | { readonly kind: 'away'; readonly status: number | null; readonly why: string };

/** Too slow, too many, and what a proxy says of a server behind it that is down (RFC 9110, 6585). */
const awayStatuses: readonly number[] = [408, 429, 502, 503, 504];

/** Delivers once. Never rejects. */
export async function deliver(
  outbound: Outbound,
  webhook: Webhook & { readonly uid: number },
  { delivery, ...message }: WebhookMessage,
): Promise<DeliveryOutcome> {
  const url = parseTarget(webhook.url);
  if (!url) return { kind: 'away', status: null, why: 'url-not-understood' };
  const body = JSON.stringify({ webhook: webhook.uid, ...message });
  const outcome = await outbound.post({
    url,
    body,
    timeoutMs: webhook.timeoutMs,
    headers: {
      ...webhook.headers,
      ...(webhook.secret !== undefined && { 'X-Latchd-Signature': sign(webhook.secret, body) }),
      'X-Latchd-Event': message.event,
      'X-Latchd-Delivery': delivery,
    },
  });
  if ('failure' in outcome) return { kind: 'away', status: null, why: outcome.failure };
  const { status } = outcome;
  if (status >= 200 && status <= 299) return { kind: 'delivered', status };
  const kind = awayStatuses.includes(status) ? 'away' : 'refused';
  return { kind, status, why: `HTTP ${status}` };
}

/** HMAC-SHA256 (RFC 2104) of the bytes of the body, in lower-case hex. */
function sign(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
