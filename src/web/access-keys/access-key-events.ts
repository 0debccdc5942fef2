/** `/v1/events/list`: passages as integrations read them, in steps that cost little each. */
import { z } from 'zod';
import { clockFloorMs } from '../../door/clock-trust.ts';
import { formatIsoTime } from '../../door/iso-time.ts';
import type { EventValue, Identifier, LoggedEvent } from '../../door/model.ts';
import { describeError } from '../../errors.ts';
import type { EventReader } from '../../ports/store.ts';
import type { Clock, Log } from '../../ports.ts';
import { answer, refuse } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { type AccessType, accessTypeOf } from './access-event-type.ts';
import { isoTime, keyAnswer, keyErrors, moment, personAnswer } from './access-key-body.ts';
import { idOfKey, type KeyStore, personItem, systemId } from './access-key-item.ts';
import { formatIdentification, hiddenCode, type KeyType } from './access-key-number.ts';
import { keyParts } from './access-key-parts.ts';

/** What the call works with. */
export interface KeyEventParts extends KeyStore {
  readonly events: EventReader;
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly log: Log;
}

const weekMs = 7 * 24 * 3600 * 1000;
/** Events looked at for one answer, so that none keeps the worker for long. */
const eventsAtOnce = 2000;
/**
 * How much earlier than asked the search begins, and how much later it ends: a clock may have been set
 * back in between, and events are found by their number.
 */
const marginMs = 24 * 3600 * 1000;

const wrongContinuation = 'Wrong continuation_key';

const body = z
  .object({
    from_date: moment('from_date'),
    to_date: moment('to_date'),
    systems: z.array(z.string()).max(1000).nullish(),
    include_access_granted: z.boolean().nullish(),
    include_access_denied: z.boolean().nullish(),
    limit: z.int().min(1).max(1000).nullish(),
    continuation_key: z.string().max(500).nullish(),
  })
  .prefault({});
type Body = z.output<typeof body>;

/** Where a search stands and what it looks for; a continuation key is this, as text. */
const searchSchema = z.strictObject({
  serial: z.string(),
  next: z.int().min(0),
  last: z.int().min(0),
  fromMs: z.number(),
  toMs: z.number(),
  granted: z.boolean(),
  denied: z.boolean(),
});
type Search = z.output<typeof searchSchema>;

const answers = z.strictObject({
  least_sync_time: isoTime,
  has_more: z.boolean(),
  continuation_key: z.string().nullable(),
  events: z.array(
    z.strictObject({
      event_time: isoTime,
      sequence_id: z.int(),
      category: z.enum(['accessgranted', 'accessdenied']),
      type: z.int(),
      system_id: z.string(),
      door_name: z.string(),
      key_id: z.uuid().nullable(),
      key: keyAnswer.nullable(),
      person: personAnswer.nullable(),
      subject: z.null(),
    }),
  ),
});

/** `POST /v1/events/list`. */
export function accessKeyEventRoutes(parts: KeyEventParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/events/list',
      summary: 'Passages that were granted or refused, oldest first',
      access: 'key',
      body,
      answers,
      refuses: [
        wrongContinuation,
        keyErrors.wrongDate('from_date'),
        keyErrors.wrongDate('to_date'),
      ],
      notes:
        'Events come in the order of `sequence_id`. An answer may hold fewer than `limit`, or none, ' +
        'while `has_more` is true: no answer looks at more than 2000 events of the log. With a ' +
        '`continuation_key` the limits of the first call hold, and only `limit` is read. ' +
        '`least_sync_time` is the time of the newest event in the log. `door_name` is the reader, else ' +
        'the lock. `subject` is always null. Codes are ******. Of a key that is gone `key_id` stays ' +
        'and `person` is null. Exit button 104; what has no number of its own is 100 or 200.',
      handler({ body }) {
        const begun = body.continuation_key
          ? continued(parts, body.continuation_key)
          : begin(parts, body);
        if (!begun) return refuse(400, wrongContinuation);
        const { next, found } = search(parts, begun, body.limit ?? 1000);
        const hasMore = next <= begun.last;
        return answer({
          least_sync_time: isoOf(newestMs(parts) ?? begun.fromMs),
          has_more: hasMore,
          continuation_key: hasMore ? encode({ ...begun, next }) : null,
          events: found,
        });
      },
    }),
  ];
}

function begin(parts: KeyEventParts, body: Body): Search {
  const nowMs = parts.clock.wallMs();
  const { include_access_granted: granted, include_access_denied: denied, systems } = body;
  const both = !granted && !denied;
  const fromMs = body.from_date ?? nowMs - weekMs;
  const serial = systemId(parts);
  const isAsked =
    !systems || systems.length === 0 || systems.some((id) => id.toLowerCase() === serial);
  const last = isAsked ? parts.events.lastSeq() : 0;
  return {
    serial,
    last,
    fromMs,
    toMs: body.to_date ?? nowMs,
    next: last === 0 ? 1 : firstSince(parts, fromMs - marginMs, last),
    granted: both || granted === true,
    denied: both || denied === true,
  };
}

/** What a continuation key says; undefined where it is none of this panel's. */
function continued(parts: KeyEventParts, key: string): Search | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(key, 'base64url').toString('utf8'));
    const search = searchSchema.safeParse(value).data;
    return search?.serial === systemId(parts) ? search : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function encode(search: Search): string {
  return Buffer.from(JSON.stringify(search)).toString('base64url');
}

/**
 * Number of the first event since `fromMs`, by halves; `last + 1` when there is none. One that cannot be
 * read, or was written before the clock was set, is taken for late: rather too much is looked at than
 * too little.
 */
function firstSince(parts: KeyEventParts, fromMs: number, last: number): number {
  const neverSet = clockFloorMs(0);
  let low = parts.events.firstSeq();
  let high = last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const wallMs = read(parts, middle)?.wallMs ?? 0;
    if (wallMs >= neverSet && wallMs < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The events from `next` on that are asked for, and where to go on: at the next one that fits, so that a
 * page is not told to have more where the rest of the log fits nothing.
 */
function search(parts: KeyEventParts, { next, last, ...wanted }: Search, limit: number) {
  const found: ReturnType<typeof eventItem>[] = [];
  const first = Math.max(next, parts.events.firstSeq());
  const end = Math.min(last, first + eventsAtOnce - 1);
  let seq = first;
  for (; seq <= end; seq += 1) {
    const event = read(parts, seq);
    if (!event) continue;
    if (isPast(event, wanted.toMs, parts.clock)) return { next: last + 1, found };
    const access = accessTypeOf(event);
    if (!access || event.wallMs < wanted.fromMs || event.wallMs > wanted.toMs) continue;
    if (!(access.category === 'accessgranted' ? wanted.granted : wanted.denied)) continue;
    if (found.length === limit) break;
    found.push(eventItem(parts, event, access));
  }
  return { next: seq, found };
}

/** Whether events from here on are later than asked. One of a clock that ran ahead says nothing. */
function isPast({ wallMs }: LoggedEvent, toMs: number, clock: Pick<Clock, 'wallMs'>): boolean {
  return wallMs > toMs + marginMs && wallMs <= clock.wallMs() + marginMs;
}

/** Undefined for an event that is gone or damaged; the others are told all the same. */
function read({ events, log }: KeyEventParts, seq: number): LoggedEvent | undefined {
  try {
    return events.get(seq);
  } catch (error) {
    log.warn('an event was left out', { sequence: seq, why: describeError(error) });
    return undefined;
  }
}

function newestMs(parts: KeyEventParts): number | undefined {
  const last = parts.events.lastSeq();
  return last === 0 ? undefined : read(parts, last)?.wallMs;
}

function eventItem(parts: KeyEventParts, { seq, wallMs, model }: LoggedEvent, access: AccessType) {
  const { number, identifier_uid: uid } = model;
  const type = keyTypeOfModel(model.type);
  const first = typeof uid === 'number' ? keyOf(parts, uid) : undefined;
  // Of a key that is gone the id is known still, but not of what never was one.
  const wasKey = typeof uid === 'number' && type !== undefined && model.type !== 'ukey';
  const keyUid = first?.uid ?? (wasKey ? uid : undefined);
  return {
    event_time: isoOf(wallMs),
    sequence_id: seq,
    ...access,
    system_id: systemId(parts),
    door_name: String(model.reader ?? model.lock ?? ''),
    key_id: keyUid === undefined ? null : idOfKey(parts, { uid: keyUid }),
    key: keyItem(type, number, keyUid),
    person: first ? personItem(parts, first) : null,
    subject: null,
  };
}

/** The number that was presented. Events do not say that of a code: only whose it is tells that it is one. */
function keyItem(type: KeyType | undefined, number: EventValue | undefined, uid?: number) {
  if (type === 'code') return uid === undefined ? null : { identification: hiddenCode, type };
  if (type === undefined || typeof number !== 'string') return null;
  return { identification: formatIdentification(type, [number]), type };
}

/** One that is damaged is as good as gone: the event is told all the same. */
function keyOf({ identifiers, log }: KeyEventParts, uid: number): Identifier | undefined {
  try {
    return keyParts(identifiers, uid)[0];
  } catch (error) {
    log.warn('an identifier of an event cannot be read', { uid, why: describeError(error) });
    return undefined;
  }
}

/** A touch key is a proximity key to those who only see its number. */
function keyTypeOfModel(type: unknown): KeyType | undefined {
  if (type === 'card' || type === 'ukey') return 'proximity';
  return type === 'inputCode' ? 'code' : undefined;
}

/** No clock gets beyond the years that can be written. */
function isoOf(unixMs: number): string {
  return formatIsoTime(Math.floor(unixMs / 1000)) ?? '';
}
