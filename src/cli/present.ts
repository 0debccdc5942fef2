/** A card as a person names it -> the bits on the wire. */
import { encode, formatByName, formatNames } from '../reader/formats.ts';
import { UsageError } from './words.ts';

/** The ways to name a card; one of them is to be given. */
interface CardWords {
  readonly bits?: string | undefined;
  readonly format?: string | undefined;
  readonly facility?: string | undefined;
  readonly card?: string | undefined;
  readonly number?: string | undefined;
  readonly type?: string | undefined;
}

/**
 * The bits of a presentation, first on the wire first.
 * @throws UsageError when the words name no card that can be encoded.
 */
export function presentedBits(words: CardWords): string {
  if (words.bits !== undefined) {
    if (/^[01]{1,1024}$/.test(words.bits)) return words.bits;
    throw new UsageError('--bits are 1 to 1024 digits 0 and 1');
  }
  const name = words.format ?? words.type ?? 'wiegand_26';
  const card = words.number ?? words.card;
  if (card === undefined) throw new UsageError('which card? --number, --card or --bits');
  const format = formatByName(name);
  if (!format) {
    throw new UsageError(`there is no format ${name}; formats are ${formatNames.join(', ')}`);
  }
  try {
    const raw = encode(format, {
      card: numberOf(words.number === undefined ? '--card' : '--number', card),
      ...(words.facility !== undefined && { facility: numberOf('--facility', words.facility) }),
    });
    return raw.toString(2).padStart(format.bits, '0');
  } catch (error) {
    if (error instanceof RangeError) {
      throw new UsageError(`${name} cannot hold that card: ${error.message}`);
    }
    throw error;
  }
}

/** Digits are decimal; pairs of hex digits with dashes or colons between are hex, as in the API. */
function numberOf(what: string, text: string): bigint {
  if (/^(?:[0-9A-Fa-f]{2}[:-])+[0-9A-Fa-f]{2}$/.test(text)) {
    return BigInt(`0x${text.replace(/[:-]/g, '')}`);
  }
  if (/^(?:[0-9]{1,40}|0x[0-9A-Fa-f]{1,32})$/.test(text)) return BigInt(text);
  throw new UsageError(
    `${what} is digits, or pairs of hex digits with dashes between, not ${text}`,
  );
}
