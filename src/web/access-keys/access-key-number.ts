/**
 * Identifications of access keys: the texts of the access-key API, to and from the panel's canonical
 * numbers. A number is the same key however many zeros stand before it and in whichever base.
 */

/** Types of access key (its page on adding keys), each kept as one type of identifier. */
export const keyTypes = { proximity: 'card', code: 'inputCode' } as const;
export type KeyType = keyof typeof keyTypes;

/** Stands for a code in answers: codes are secrets. */
export const hiddenCode = '******';

/** Numbers of one composite key at the most. */
export const numbersAtMost = 8;

/** What a format specifier allows: digits, with leading zeros, and bits of the number. */
interface NumberForm {
  readonly digits: number;
  readonly bits: number;
}

const forms: { readonly [specifier: string]: NumberForm } = {
  EM: { digits: 13, bits: 40 },
  MC: { digits: 10, bits: 32 },
  MD: { digits: 17, bits: 56 },
};
/** Without a specifier: whatever a reader of this panel can read (128 bits of wiegand_130). */
const anyForm: NumberForm = { digits: 39, bits: 128 };

/** Digits of a number of 40 bits, which is how answers write a shorter one. */
const answeredDigits = 13;

/**
 * The canonical numbers of an identification: one, or several of a composite key (`a|b`). Undefined
 * when it is none of its type: a digit too many, a number out of its range, a code that is not 1 to
 * 10 decimal digits.
 */
export function parseIdentification(type: KeyType, text: string): readonly string[] | undefined {
  if (type === 'code') return /^[0-9]{1,10}$/.test(text) ? [text] : undefined;
  // The length first: nothing is computed from what cannot be one.
  if (text.length > numbersAtMost * 50) return undefined;
  const numbers = text.split('|').map(parseNumber);
  if (numbers.length > numbersAtMost) return undefined;
  const known = numbers.filter((number) => number !== undefined);
  return known.length === numbers.length ? [...new Set(known)] : undefined;
}

/** Numbers as answers write them: at least 13 decimal digits each, joined by `|`; codes are hidden. */
export function formatIdentification(type: KeyType, numbers: readonly string[]): string {
  if (type === 'code') return hiddenCode;
  return numbers.map((number) => number.padStart(answeredDigits, '0')).join('|');
}

function parseNumber(text: string): string | undefined {
  const match = /^(?:(EM|MC|MD):)?(0x[0-9a-f]+|[0-9]+)$/i.exec(text);
  const digits = match?.[2];
  if (digits === undefined) return undefined;
  const form = forms[match?.[1]?.toUpperCase() ?? ''] ?? anyForm;
  if (digits.replace(/^0x/i, '').length > form.digits) return undefined;
  const number = BigInt(digits.toLowerCase());
  return number < 1n << BigInt(form.bits) ? number.toString() : undefined;
}
