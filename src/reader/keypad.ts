/**
 * Key presses to codes. A keypad on Wiegand sends each key as a burst of 4 or 8 bits (HID 7393760),
 * or a whole code as one number in a frame like a card's (HID 7393800); which of them is marked at
 * the reader, since a frame cannot tell.
 */
import type { Frame } from './frame.ts';

/** How a keypad sends: a frame a key of 4 bits, of 8 bits, or a frame of 26 bits a code. */
export const keypadKinds = ['burst_4', 'burst_8', 'buffered_26'] as const;
export type KeypadKind = (typeof keypadKinds)[number];

/** What a reader takes: cards, codes, either, or a card together with its PIN. */
export const readerModes = ['card', 'code', 'card_or_code', 'card_and_code'] as const;
export type ReaderMode = (typeof readerModes)[number];

/** A key; `*` clears, `#` sends. */
export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';

const keys: readonly Key[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#'];

/** Bits of one key of a burst. */
export const burstBits = { burst_4: 4, burst_8: 8 } as const;

/**
 * The key of a burst; undefined when it is none: a number that no key has, or an 8-bit frame whose
 * high half is not the complement of its low half.
 */
export function keyOf({ length, raw }: Pick<Frame, 'length' | 'raw'>): Key | undefined {
  const bits = Number(raw);
  if (length === burstBits.burst_4) return keys[bits];
  if (length !== burstBits.burst_8 || bits >> 4 !== (~bits & 0xf)) return undefined;
  return keys[bits & 0xf];
}

/** The most digits of a code (panel API, pattern of numbers). */
export const longestCode = 10;

/** What a press led to. */
type Pressed =
  /** The code goes on. */
  | { readonly kind: 'typing' }
  /** Thrown away: by `*`, or because it got too long. */
  | { readonly kind: 'cleared' }
  /** `#` came after these digits, leading zeros kept. */
  | { readonly kind: 'code'; readonly digits: string };

/**
 * The digits typed at one keypad. A code is sent by `#`, or by its last digit where the number of
 * digits is fixed. Digits wait for the next one for a time only, so that nobody's begin another's.
 */
export class Keypad {
  readonly #betweenKeysUs: number;
  readonly #fixedLength: number | undefined;
  #digits = '';
  #lastUs = Number.NEGATIVE_INFINITY;
  /** Too many digits came, or too few: what follows until a clear or a send is thrown away. */
  #spoilt = false;

  /**
   * @param betweenKeysUs longest time between two keys of a code, microseconds.
   * @param fixedLength digits after which a code is sent without `#`, 1 to 10.
   */
  constructor(betweenKeysUs: number, fixedLength?: number) {
    this.#betweenKeysUs = betweenKeysUs;
    this.#fixedLength = fixedLength;
  }

  /** Takes a key that came at `atUs`. */
  press(key: Key, atUs: number): Pressed {
    if (atUs - this.#lastUs > this.#betweenKeysUs) this.clear();
    this.#lastUs = atUs;
    if (key === '*') {
      this.clear();
      return { kind: 'cleared' };
    }
    if (key === '#') return this.#send();
    if (this.#digits.length === longestCode) this.#spoilt = true;
    if (this.#spoilt) return { kind: 'typing' };
    this.#digits += key;
    return this.#digits.length === this.#fixedLength ? this.#send() : { kind: 'typing' };
  }

  /**
   * A key came at `atUs` that could not be read: digits are missing, and what is left of the code
   * might be another's. Thrown away is all up to a clear, a send or a pause.
   */
  spoil(atUs: number): void {
    this.#digits = '';
    this.#spoilt = true;
    this.#lastUs = atUs;
  }

  /** Throws the digits away. */
  clear(): void {
    this.#digits = '';
    this.#spoilt = false;
  }

  #send(): Pressed {
    const digits = this.#spoilt ? '' : this.#digits;
    this.clear();
    return digits === '' ? { kind: 'cleared' } : { kind: 'code', digits };
  }
}

/** What a buffered keypad sends when the number was too long for its frame (HID 7393800). */
const overflow = 65_535n;

/**
 * The code in a frame of a keypad that buffers: the card field of H10301. The wire cannot carry
 * leading zeros, so the code is filled up to `digits` where that is fixed.
 * @returns undefined for the number that stands for a code too long to send.
 */
export function bufferedCode(card: bigint, digits?: number): string | undefined {
  return card === overflow ? undefined : card.toString().padStart(digits ?? 1, '0');
}
