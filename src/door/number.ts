/**
 * Identifier numbers: the texts that clients write, and the one canonical form that is stored.
 * `1c-3b-4a`, `1C:3B:4A` and, in decimal representation, `1850186` are the same card.
 */
import type { IdentifierType, Representation, WiegandType } from './model.ts';

const digits = /^[0-9]{1,10}$/;
const hexPairs = /^(?:[0-9A-Fa-f]{2}[:-]){1,7}[0-9A-Fa-f]{2}$/;
/** Characters, not UTF-16 units: a character beyond the first 65,536 is one. As `reader/line.ts` counts. */
const plate = /^.{1,100}$/su;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The canonical number of a text as the panel API allows it; undefined when it fits none of the
 * patterns of its type. Bare digits of a card are read in the panel's representation (its page on updates by
 * type: `44` is 68 in hex), pairs of hex digits are hex in both.
 */
export function parseNumber(
  type: IdentifierType,
  text: string,
  representation: Representation,
): string | undefined {
  switch (type) {
    case 'card':
    case 'ukey':
      if (hexPairs.test(text)) return BigInt(`0x${text.replace(/[:-]/g, '')}`).toString();
      if (!digits.test(text)) return undefined;
      return BigInt(representation === 'hex' ? `0x${text}` : text).toString();
    case 'inputCode':
      return digits.test(text) ? text : undefined;
    case 'qr':
      return uuid.test(text) ? text.toLowerCase() : undefined;
    case 'license_plate':
      return plate.test(text) ? text : undefined;
  }
}

/** As many digits, and as many bytes, as the longest format has: 128 bits. */
const manyDigits = /^[0-9]{1,39}$/;
const manyPairs = /^[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){1,15}$/;

/**
 * The canonical number of a text as answers write it too: longer cards than clients may create, from
 * readers of up to 128 bits. For calls that look for what there is.
 */
export function readNumber(
  type: IdentifierType,
  text: string,
  representation: Representation,
): string | undefined {
  const number = parseNumber(type, text, representation);
  if (number !== undefined || (type !== 'card' && type !== 'ukey')) return number;
  if (manyPairs.test(text)) return BigInt(`0x${text.replace(/[:-]/g, '')}`).toString();
  return representation === 'decimal' && manyDigits.test(text)
    ? BigInt(text).toString()
    : undefined;
}

/**
 * A canonical number as answers write it: cards in the panel's representation, hex as upper-case
 * pairs joined by `-`, at least as many as the panel's reader type has data bytes.
 */
export function formatNumber(
  type: IdentifierType,
  number: string,
  representation: Representation,
  wiegand: WiegandType,
): string {
  if (representation === 'decimal' || (type !== 'card' && type !== 'ukey')) return number;
  const hex = BigInt(number).toString(16).toUpperCase();
  const bytes = Math.max(dataBytes(wiegand), Math.ceil(hex.length / 2));
  return (hex.padStart(bytes * 2, '0').match(/../g) ?? []).join('-');
}

/** Bytes between the two parity bits of a generic format. */
function dataBytes(wiegand: WiegandType): number {
  return (Number(wiegand.slice('wiegand_'.length)) - 2) / 8;
}
