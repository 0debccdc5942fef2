/** Webhooks between JSON and what is stored. */
import { z } from 'zod';
import type { WebhookFields } from '../../ports/remote.ts';
import { errors } from '../answer.ts';
import { parseTarget } from './outbound-target.ts';
import type { DeliveryState, StoredWebhook } from './webhook-queue.ts';

const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const headerValue = /^[\t\x20-\x7e]{0,1024}$/;
const mostHeaders = 32;

/** Headers that are the panel's own business, as the page names them. */
const systemHeaders = [
  ...['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'via', 'te', 'trailer'],
  ...['authorization', 'origin', 'permissions-policy', 'user-agent', 'forwarded', 'x-real-ip'],
  ...['date', 'expires', 'last-modified', 'cache-control', 'etag', 'expect'],
];
const systemPrefixes = [
  ...['content-', 'accept', 'proxy-', 'if-', 'x-forwarded-', 'access-control-', 'x-latchd-'],
];

/** JSON in a string, as the page has it: an object of texts. */
const headersText = z
  .string()
  .max(8192)
  .transform((text, context): Record<string, string> => {
    const headers = parseHeaders(text);
    if (headers) return headers;
    context.addIssue({ code: 'custom', message: errors.wrongType('headers') });
    return z.NEVER;
  });

function parseHeaders(text: string): Record<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = z.record(z.string().regex(headerName), z.string().regex(headerValue));
  const headers = parsed.safeParse(value).data;
  if (!headers) return undefined;
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const isOwn = (name: string) =>
    systemHeaders.includes(name) || systemPrefixes.some((prefix) => name.startsWith(prefix));
  const fits = names.length <= mostHeaders && new Set(names).size === names.length;
  return fits && !names.some(isOwn) ? headers : undefined;
}

/** Body of creation and update. */
export const webhookBody = z
  .object({
    url: z
      .string()
      .min(4)
      .max(2000)
      .refine((url) => parseTarget(url) !== undefined, errors.wrongBody),
    secret: z.string().min(16).max(128).optional(),
    status: z.enum(['active', 'disabled']),
    timeout: z.int().min(1000).max(30_000).default(10_000),
    headers: headersText.optional(),
    description: z.string().max(1000).default(''),
    event_types: z
      .array(z.string().regex(/^log\.(?:\*|[a-z0-9_]{1,100})$/))
      .min(1)
      .max(200)
      .meta({ examples: [['log.*']] }),
    retries: z.int().min(0).max(5).default(3),
  })
  .transform(
    ({
      url,
      secret,
      status,
      timeout,
      headers,
      description,
      event_types,
      retries,
    }): WebhookFields => ({
      url,
      description,
      retries,
      active: status === 'active',
      timeoutMs: timeout,
      eventTypes: [...new Set(event_types)],
      ...(secret !== undefined && { secret }),
      ...(headers && { headers }),
    }),
  );

/** A webhook in answers. */
export const webhookItem = z.strictObject({
  item_uid: z.int().min(1),
  url: z.string(),
  status: z.enum(['active', 'disabled']),
  timeout: z.int(),
  description: z.string(),
  event_types: z.array(z.string()),
  retries: z.int(),
  has_secret: z.boolean(),
  header_names: z.array(z.string()),
  delivery: z.strictObject({
    last_status: z.int().nullable(),
    last_error: z.string().nullable(),
    failures_in_a_row: z.int(),
    last_sequence: z.int(),
    pending: z.int(),
    delivered: z.int(),
    given_up: z.int(),
    missed: z.int(),
  }),
});

/** A webhook as answers write it: without its secret and without the values of its headers. */
export function writeWebhook(
  webhook: StoredWebhook,
  state: DeliveryState,
): z.output<typeof webhookItem> {
  return {
    item_uid: webhook.uid,
    url: webhook.url,
    status: webhook.active ? 'active' : 'disabled',
    timeout: webhook.timeoutMs,
    description: webhook.description,
    event_types: [...webhook.eventTypes],
    retries: webhook.retries,
    has_secret: webhook.secret !== undefined,
    header_names: Object.keys(webhook.headers),
    delivery: {
      last_status: state.lastStatus,
      last_error: state.lastError,
      failures_in_a_row: state.failures,
      last_sequence: state.sequence,
      pending: state.pending,
      delivered: state.delivered,
      given_up: state.givenUp,
      missed: state.missed,
    },
  };
}
