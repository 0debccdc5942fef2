/** What happened at the door -> the event that tells it. Keys as in the panel API's log. */
import { type Credential, frameHex, type Misread } from '../reader/credential.ts';
import type { Frame } from '../reader/frame.ts';
import type { DenialReason, EventValue, Identifier, LockName, PanelEvent } from './model.ts';

/** What the wires said, as an event tells it; JSON values. */
export interface WireFacts {
  readonly reader: string;
  readonly bits: number;
  /** Hex of the frame, right-aligned. */
  readonly raw: string;
}

/** One way to read a frame; numbers as decimal strings. */
export interface ReadingFacts {
  readonly format: string;
  readonly number: string;
  readonly facility?: string;
  readonly card?: string;
}

/** A presentation that was decided. */
export interface PassageFacts extends WireFacts {
  readonly readings: readonly ReadingFacts[];
  readonly identifier: Identifier | undefined;
}

/** Facts of a frame that came over the wires of `reader`. */
export function wireFacts(reader: string, frame: Frame): WireFacts {
  return { reader, bits: frame.length, raw: frameHex(frame) };
}

/** Facts of a credential and of what the store holds for it. */
export function passageFacts(
  reader: string,
  { frame, readings }: Credential,
  identifier: Identifier | undefined,
): PassageFacts {
  return {
    ...wireFacts(reader, frame),
    identifier,
    readings: readings.map(({ format, number, facility, card }) => ({
      format,
      number: number.toString(),
      ...(facility !== undefined && { facility: facility.toString() }),
      ...(card !== undefined && { card: card.toString() }),
    })),
  };
}

/** What the log says of a passage, beside `rest`. */
export function loggedPassage(
  { reader, readings, identifier, bits, raw }: PassageFacts,
  rest: { readonly [key: string]: string | number | undefined },
) {
  const [first] = readings;
  return {
    reader,
    owner: identifier?.owner.name,
    uid: identifier?.uid,
    number: first?.number,
    format: first?.format,
    bits,
    raw,
    ...rest,
  };
}

/**
 * The event of a grant. `passesLeft` only where passes are limited; `fault` where a lock that was
 * granted could not be released.
 */
export function grantedEvent(
  facts: PassageFacts,
  identifier: Identifier,
  locks: readonly LockName[],
  passesLeft: number | undefined,
  fault: string | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_granted_by_valid_identifier',
    text: `${identifier.owner.name || 'Identifier'} may pass at ${facts.reader}`,
    model: {
      ...passageModel(facts),
      lock: lockText(locks),
      ...(passesLeft !== undefined && { passes_left: passesLeft }),
      ...(fault !== undefined && { fault }),
    },
  };
}

/** The event of a presentation that opened nothing. `fault`: what failed, where something did. */
export function deniedEvent(
  facts: PassageFacts,
  reason: DenialReason,
  fault: string | undefined,
): PanelEvent {
  const unknown = reason === 'unknown-credential';
  return {
    category: 'access',
    priority: 'medium',
    key: unknown ? 'access_denied_by_unknown_card' : 'access_denied_by_not_valid_identifier',
    text: `${facts.identifier?.owner.name || 'Unknown card'} was refused at ${facts.reader}`,
    model: {
      ...passageModel(facts),
      lock: facts.identifier?.lock ?? null,
      reason,
      ...(fault !== undefined && { fault }),
    },
  };
}

/** The event of a frame that is no credential. */
export function misreadEvent(
  facts: WireFacts,
  { cause, detail, suggestions }: Misread,
): PanelEvent {
  return {
    category: 'access',
    priority: 'low',
    key: 'access_denied_by_misread',
    text: `${facts.reader}: ${detail}`,
    model: {
      reader: facts.reader,
      lock: null,
      type: null,
      number: null,
      reason: 'misread',
      cause,
      bits: facts.bits,
      raw: facts.raw,
      format: null,
      ...(suggestions.length > 0 && { suggestions }),
    },
  };
}

/** The event of locks opened by an operator or a tool. `seconds` as asked, absent: the set time. */
export function commandEvent(
  locks: readonly LockName[],
  by: string,
  seconds: number | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_granted_by_api_call',
    text: `${by} opened ${lockText(locks)}`,
    model: { lock: lockText(locks), by, ...(seconds !== undefined && { seconds }) },
  };
}

/** The event of a reader whose lines are gone. */
export function readerLostEvent(reader: string, what: string): PanelEvent {
  return {
    category: 'emergency',
    priority: 'high',
    key: 'reader_lost',
    text: `${reader} is gone: ${what}`,
    model: { reader },
  };
}

/** The event of a lock whose relay could not be driven. */
export function lockFailedEvent(lock: LockName, what: string): PanelEvent {
  return {
    category: 'emergency',
    priority: 'high',
    key: 'lock_failed',
    text: `The relay of the ${lock} lock cannot be driven: ${what}`,
    model: { lock },
  };
}

/** The event of a start of the panel. */
export function bootedEvent(version: string, driver: string): PanelEvent {
  return {
    category: 'info',
    priority: 'low',
    key: 'device_booted',
    text: `latchd ${version} started`,
    model: { version, driver },
  };
}

/** The event of events that were dropped while the disk refused them for too long. */
export function eventsLostEvent(count: number): PanelEvent {
  return {
    category: 'system',
    priority: 'high',
    key: 'events_lost',
    text: `${count} events were lost because they could not be written`,
    model: { count },
  };
}

/** What every event of a presentation tells of it. */
export function passageModel({ reader, bits, raw, readings, identifier }: PassageFacts) {
  const [first] = readings;
  const model: { [key: string]: EventValue } = {
    reader,
    type: identifier?.type ?? 'card',
    number: first?.number ?? null,
    owner: identifier?.owner.name ?? null,
    identifier_uid: identifier?.uid ?? null,
    bits,
    raw,
    format: first?.format ?? null,
  };
  if (first?.facility !== undefined) model.facility = first.facility;
  if (first?.card !== undefined) model.card = first.card;
  if (readings.length > 1) model.readings = readings.map((reading) => ({ ...reading }));
  return model;
}

/** Locks as an event names them. */
export function lockText(locks: readonly LockName[]): string {
  return locks.length > 1 ? 'all' : (locks[0] ?? 'none');
}
