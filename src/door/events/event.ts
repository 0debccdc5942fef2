/** What happened at the door -> the event that tells it. Keys as in the panel API's log. */
import { type Credential, frameHex, type Misread } from '../../reader/credential.ts';
import type { Frame } from '../../reader/frame.ts';
import type {
  Decision,
  DenialReason,
  EventValue,
  Identifier,
  IdentifierType,
  LockName,
  LogicalAddress,
  PanelEvent,
} from '../model.ts';
import type { PinFact, Presented, SerialWire } from '../presented.ts';

/** What the wires said, as an event tells it; JSON values. */
interface WireFacts {
  readonly reader: string;
  readonly bits: number;
  /** Hex of the frame, right-aligned; null at a keypad, where it may say digits. */
  readonly raw: string | null;
}

/** A presentation that was decided. */
export interface PassageFacts {
  readonly reader: string;
  readonly type: IdentifierType;
  /** Null for a code, which nobody is told. */
  readonly number: string | null;
  readonly identifier: Identifier | undefined;
  /** What came over the wire, and how it was read. */
  readonly wire: {
    readonly bits?: number;
    /** Hex of the frame or packet. */
    readonly raw?: string;
    readonly format?: string;
    readonly facility?: string;
    readonly card?: string;
    /** All ways to read it, where there are several. */
    readonly readings?: readonly EventValue[];
  };
  readonly pin?: PinFact;
}

/** Facts of a frame that came over the wires of `reader`. */
export function wireFacts(reader: string, frame: Frame): WireFacts {
  return { reader, bits: frame.length, raw: frameHex(frame) };
}

/** Facts of what was presented and of what the store holds for it. */
export function passageFacts(
  reader: string,
  { types, number, wire, pin }: Presented,
  identifier: Identifier | undefined,
): PassageFacts {
  const [type] = types;
  return {
    reader,
    type,
    number: type === 'inputCode' ? null : number,
    identifier,
    wire: wire ? (wire.kind === 'serial' ? serialFacts(wire) : frameFacts(wire)) : {},
    ...(pin && { pin }),
  };
}

function serialFacts({ format, bytes }: SerialWire): PassageFacts['wire'] {
  return { ...(bytes && { raw: bytesHex(bytes) }), format };
}

function frameFacts({ frame, readings }: Credential): PassageFacts['wire'] {
  const told = readings.map(({ format, number, facility, card }) => ({
    format,
    number: number.toString(),
    ...(facility !== undefined && { facility: facility.toString() }),
    ...(card !== undefined && { card: card.toString() }),
  }));
  const { number: _, ...first } = { ...told[0] };
  return {
    bits: frame.length,
    raw: frameHex(frame),
    ...first,
    ...(told.length > 1 && { readings: told }),
  };
}

/** Upper-case hex, two digits a byte. */
function bytesHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}

/** What the log says of a passage, beside `rest`. Who has the number of a QR code has the code. */
export function loggedPassage(
  { reader, type, number, identifier, wire }: PassageFacts,
  rest: { readonly [key: string]: string | number | undefined },
) {
  return {
    reader,
    type: type === 'card' ? undefined : type,
    owner: identifier?.owner.name,
    uid: identifier?.uid,
    number: type === 'qr' ? undefined : (number ?? undefined),
    format: wire.format,
    bits: wire.bits,
    raw: wire.raw,
    ...rest,
  };
}

/** What a grant tells besides who it was for. */
export interface GrantFacts {
  /** Of the apartment of the identifier; undefined: it has none, or one that cannot be read. */
  readonly address: LogicalAddress | undefined;
  /** Only where passes are limited. */
  readonly passesLeft?: number | undefined;
  /** Why a lock that was granted was not released. */
  readonly fault: string | undefined;
}

/** The event of a grant. */
export function grantedEvent(
  facts: PassageFacts,
  identifier: Identifier,
  { locks, passback }: Extract<Decision, { readonly granted: true }>,
  { address, passesLeft, fault }: GrantFacts,
): PanelEvent {
  const although = passback ? ', although already on that side' : '';
  return {
    category: 'access',
    priority: passback ? 'high' : 'medium',
    key: 'access_granted_by_valid_identifier',
    text: `${identifier.owner.name || 'Identifier'} may pass at ${facts.reader}${although}`,
    model: {
      ...passageModel(facts),
      apartment_address: address ?? null,
      lock: lockText(locks),
      ...(passback && { anti_passback: 'violated' }),
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
  return {
    category: 'access',
    priority: 'medium',
    key: deniedKey(facts, reason),
    text: `${nameOf(facts)} was refused at ${facts.reader}`,
    model: {
      ...passageModel(facts),
      lock: facts.identifier?.lock ?? null,
      reason,
      ...(fault !== undefined && { fault }),
    },
  };
}

/** What a passage is called where nobody is known for it. */
const unknownNames: { readonly [type in IdentifierType]: string } = {
  card: 'Unknown card',
  ukey: 'Unknown card',
  inputCode: 'Somebody with a code',
  qr: 'Unknown QR code',
  license_plate: 'Unknown plate',
};

/** Who it was, for people. */
export function nameOf({ identifier, type }: PassageFacts): string {
  return identifier?.owner.name || unknownNames[type];
}

function deniedKey({ type }: PassageFacts, reason: DenialReason): string {
  if (type === 'inputCode') return 'access_denied_by_not_valid_input_code';
  if (reason !== 'unknown-credential') return 'access_denied_by_not_valid_identifier';
  return type === 'card' ? 'access_denied_by_unknown_card' : 'access_denied_unknown_identifier';
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
export function passageModel({ reader, type, number, wire, identifier, pin }: PassageFacts) {
  return {
    reader,
    type: identifier?.type ?? type,
    number,
    owner: identifier?.owner.name ?? null,
    identifier_uid: identifier?.uid ?? null,
    ...wire,
    ...(pin && { pin }),
  };
}

/** Locks as an event names them. */
export function lockText(locks: readonly LockName[]): string {
  return locks.length > 1 ? 'all' : (locks[0] ?? 'none');
}
