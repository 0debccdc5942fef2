import { decode, type Format, formatsThatHold, holds, type Reading } from './formats.ts';
import { type Frame, shortestIntervalUs } from './frame.ts';
import { ringCapacity } from './ring.ts';

/** A frame that at least one format of the reader accepts. */
export interface Credential {
  readonly kind: 'credential';
  readonly frame: Frame;
  /** The first of `readings`: the one that counts. */
  readonly reading: Reading;
  /** Every format of the reader that holds, in the order of the reader's list. */
  readonly readings: readonly Reading[];
}

/**
 * Why a frame is no credential. Stable strings.
 * - `overrun`: edges are known to be missing.
 * - `glitch`: edges too close together to be bits.
 * - `excess`: bits after a complete frame, without a silence between.
 * - `length`: no format of the reader has this length.
 * - `swapped-wires`: it holds when every bit is inverted.
 * - `parity`: the length is right, parity, check or fixed bits are not.
 * - `key`: it is as long as a key of the reader's keypad, but none.
 */
export type MisreadCause =
  | 'overrun'
  | 'glitch'
  | 'excess'
  | 'length'
  | 'parity'
  | 'swapped-wires'
  | 'key';

/** A frame that opens nothing, with what a technician needs to know of it. */
export interface Misread {
  readonly kind: 'misread';
  readonly frame: Frame;
  readonly cause: MisreadCause;
  /** One sentence for a technician: what came, what was expected, what to look at. */
  readonly detail: string;
  /** Formats with parity that would accept this frame, for an installer; not the generic ones. */
  readonly suggestions: readonly string[];
}

/**
 * Reads a frame with the formats of its reader. A spoilt frame (glitches, lost edges, excess) is
 * never a credential, whatever its parity says.
 */
export function interpret(frame: Frame, formats: readonly Format[]): Credential | Misread {
  const spoilt = spoiltBy(frame);
  if (spoilt) return { kind: 'misread', frame, ...spoilt, suggestions: [] };
  const sameLength = formats.filter(({ bits }) => bits === frame.length);
  const readings = sameLength
    .map((format) => decode(format, frame.raw))
    .filter((reading) => reading !== undefined);
  const [reading] = readings;
  if (reading) return { kind: 'credential', frame, reading, readings };
  const refused = refusedBecause(frame, formats, sameLength);
  return {
    kind: 'misread',
    frame,
    ...refused,
    suggestions: formatsThatHold(frame.length, frame.raw),
  };
}

/** A frame as long as a key of the reader's keypad, but none. */
export function noKey(frame: Frame): Misread {
  return withoutBits({ kind: 'misread', frame, cause: 'key', detail: '', suggestions: [] });
}

/** A misread told without a word that depends on the bits: they may be digits of a code. */
export function withoutBits(misread: Misread): Misread {
  const detail = `${count(misread.frame.length, 'bit')} came that are neither a key nor a card.`;
  return { ...misread, detail, suggestions: [] };
}

/** The bits of a frame in upper-case hex, right-aligned, a digit for every four bits begun. */
export function frameHex(frame: Pick<Frame, 'raw' | 'length'>): string {
  return frame.raw
    .toString(16)
    .toUpperCase()
    .padStart(Math.ceil(frame.length / 4), '0');
}

/** Whether bits of a frame are missing or are none, so that it says nothing at all. */
export function isSpoilt({ lost, glitches, excess }: Frame): boolean {
  return lost > 0 || glitches > 0 || excess;
}

type Explanation = Pick<Misread, 'cause' | 'detail'>;

function spoiltBy({ length, lost, glitches, excess }: Frame): Explanation | undefined {
  if (lost > 0) {
    const more = `${count(lost, 'edge')} ${length === ringCapacity ? 'did not fit' : 'got lost'}`;
    const detail = `${count(length, 'bit')} came and ${more}, so the frame is not whole.`;
    return { cause: 'overrun', detail };
  }
  if (glitches > 0) {
    const detail =
      `${count(length, 'bit')} came, ${glitches} of them less than ${shortestIntervalUs} us after ` +
      'the one before, which no reader sends: look for noise, a missing ground or a long cable.';
    return { cause: 'glitch', detail };
  }
  if (excess) {
    const detail = `${count(length, 'bit')} came after a complete frame with no silence between.`;
    return { cause: 'excess', detail };
  }
  return undefined;
}

function refusedBecause(
  frame: Frame,
  formats: readonly Format[],
  sameLength: readonly Format[],
): Explanation {
  if (sameLength.length === 0) return { cause: 'length', detail: describeLength(frame, formats) };
  const names = sameLength.map(({ name }) => name).join(', ');
  const inverted = frame.raw ^ ((1n << BigInt(frame.length)) - 1n);
  const ifSwapped = sameLength.find((format) => holds(format, inverted));
  if (ifSwapped) {
    const detail =
      `${count(frame.length, 'bit')} came as expected but fit ${ifSwapped.name} only when ` +
      'inverted: D0 and D1 look swapped.';
    return { cause: 'swapped-wires', detail };
  }
  const detail = `${count(frame.length, 'bit')} came as expected but the parity of ${names} fails.`;
  return { cause: 'parity', detail };
}

function describeLength({ length, raw }: Frame, formats: readonly Format[]): string {
  const came = count(length, 'bit');
  const known = [...new Set(formats.map(({ bits }) => bits))].sort((a, b) => a - b);
  if (known.length === 0) return `${came} came but this reader has no format.`;
  const expected = `${came} came where ${known.join(' or ')} were expected`;
  if (length > 1 && raw === 0n) return `${expected}: only D0 pulsed, D1 may be broken.`;
  if (length > 1 && raw + 1n === 1n << BigInt(length)) {
    return `${expected}: only D1 pulsed, D0 may be broken.`;
  }
  const isShort = known.some((bits) => bits - length === 1 || bits - length === 2);
  return isShort ? `${expected}: lost bits are likely.` : `${expected}.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
