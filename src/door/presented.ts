/** What somebody presented at a reader, of whatever kind the reader is. */
import type { Credential } from '../reader/credential.ts';
import type { IdentifierType } from './model.ts';
import type { RemoteQuestion } from './remote.ts';

/** What came over a serial line, as an event may tell it. */
export interface SerialWire {
  readonly kind: 'serial';
  /** Kind of the reader, as configured. */
  readonly format: string;
  /** Absent for what is read from paper or plates: the number says it all. */
  readonly bytes?: Uint8Array;
}

/** A card, code, picture or plate, ready for the look-up. */
export interface Presented {
  /** Types it may be stored under, in the order in which they are looked up. */
  readonly types: readonly [IdentifierType, ...IdentifierType[]];
  /** Canonical, as in `IdentifierFields`. That of a code is told to nobody. */
  readonly number: string;
  /** Absent for a code: the wire says its digits. */
  readonly wire?: Credential | SerialWire;
  readonly pin?: PinFact;
}

/**
 * What is known of the PIN of a card, where one was asked for: the right one was typed, or the card has
 * none. Never anything of its digits.
 */
export type PinFact = 'right' | 'unset';

/** A number that came over Wiegand or as a packet may be a card's or a touch key's. */
const cardTypes = ['card', 'ukey'] as const;

/** A card at the wires of a reader. */
export function cardOf(credential: Credential): Presented {
  return { types: cardTypes, number: credential.reading.number.toString(), wire: credential };
}

/** A card at a serial reader. */
export function serialCardOf(number: bigint, format: string, bytes: Uint8Array): Presented {
  return {
    types: cardTypes,
    number: number.toString(),
    wire: { kind: 'serial', format, bytes },
  };
}

/** What a QR scanner or a plate reader has read. */
export function scannedOf(type: 'qr' | 'license_plate', number: string): Presented {
  return { types: [type], number, wire: { kind: 'serial', format: type } };
}

/** A code typed at a keypad. */
export function codeOf(digits: string): Presented {
  return { types: ['inputCode'], number: digits };
}

const questionTypes: { readonly [type in IdentifierType]?: RemoteQuestion['type'] } = {
  card: 'card',
  ukey: 'card',
  inputCode: 'input_code',
  qr: 'qr',
};

/** What a remote server is asked about it; undefined: it knows nothing of such things. */
export function questionOf({ types, number }: Presented): RemoteQuestion | undefined {
  const type = questionTypes[types[0]];
  return type && { type, number };
}
