/** A card as a person names it -> the bits on the wire. */
import { encode, formatByName } from '../reader/formats.ts';
import { ClientError } from './client.ts';

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
 * @throws ClientError when the words name no card that can be encoded.
 */
export function presentedBits(words: CardWords): string {
  if (words.bits !== undefined) return words.bits;
  const name = words.format ?? words.type ?? 'wiegand_26';
  const card = words.number ?? words.card;
  if (card === undefined) throw new ClientError('which card? --number, --card or --bits');
  const format = formatByName(name);
  if (!format) throw new ClientError(`there is no format ${name}`);
  try {
    const raw = encode(format, {
      card: numberOf(card),
      ...(words.facility !== undefined && { facility: BigInt(words.facility) }),
    });
    return raw.toString(2).padStart(format.bits, '0');
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) {
      throw new ClientError(`${name} cannot hold that card: ${error.message}`);
    }
    throw error;
  }
}

/** Digits are decimal; pairs of hex digits with dashes or colons between are hex, as in the API. */
function numberOf(text: string): bigint {
  return /^(?:[0-9A-Fa-f]{2}[:-])+[0-9A-Fa-f]{2}$/.test(text)
    ? BigInt(`0x${text.replace(/[:-]/g, '')}`)
    : BigInt(text);
}
