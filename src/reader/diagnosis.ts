import { type Credential, interpret, type Misread } from './credential.ts';
import {
  type Format,
  fieldsIn,
  formatByName,
  formatsThatHold,
  holds,
  parityIn,
} from './formats.ts';
import type { Frame } from './frame.ts';

/**
 * What is likely wrong at a reader, as one of its frames shows it. Stable strings.
 * - `ok`: nothing; the frame is a card.
 * - `overrun`: edges are known to be missing: the machine was too busy, or there were too many.
 * - `noise`: pulses too close, or too few, to be a card.
 * - `excess`: more bits after a complete frame.
 * - `broken-wire`: only one of the two lines pulses.
 * - `swapped-wires`: it holds when D0 and D1 are exchanged.
 * - `wrong-format`: it holds in a format that the reader does not take.
 * - `lost-bits`: a few bits short of what is expected, or a gap where a bit would be.
 * - `length`, `parity`: no format of this length; parity that fails, for none of the reasons above.
 */
export type DiagnosisCode =
  | 'ok'
  | 'overrun'
  | 'noise'
  | 'excess'
  | 'broken-wire'
  | 'swapped-wires'
  | 'wrong-format'
  | 'lost-bits'
  | 'length'
  | 'parity';

/** A code and a sentence for a technician: what is seen, and what to look at. */
export interface Diagnosis {
  readonly code: DiagnosisCode;
  readonly sentence: string;
  readonly params: DiagnosisParams;
}

/** What the sentence says besides its code. */
interface DiagnosisParams {
  readonly bits: number;
  /** Formats that the bits fit, or should: of `ok` the first one counts. */
  readonly formats: readonly string[];
  /** Lengths that the reader takes, bits, from the least. */
  readonly expected: readonly number[];
  /** The line that never pulsed; null: both did, or nothing can be said. */
  readonly stillLine: 'D0' | 'D1' | null;
  /** After how many bits one is missing; null: unknown, or none is. */
  readonly gapAfter: number | null;
}

/** A frame as one format reads it, whether its parity holds or not. */
interface FrameReading {
  readonly format: string;
  /** The reader takes this format. */
  readonly accepted: boolean;
  /** Parity, check and fixed bits are all right. */
  readonly parityOk: boolean;
  readonly number: bigint;
  readonly facility?: bigint;
  readonly card?: bigint;
  /** Where its parity bits are, 0 being the first bit on the wire. */
  readonly parity: readonly { readonly bit: number; readonly ok: boolean }[];
}

/** Fewer bits than this are no frame of any reader; a keypad's have four. */
const fewestBits = 4;
/** An interval so many times the usual one has room for a bit that did not come. */
const gapFactor = 1.7;

/**
 * The formats of the reader that have this length, in its order, and then every other one with
 * parity that holds.
 */
export function readingsOf(frame: Frame, formats: readonly Format[]): FrameReading[] {
  const accepted = formats.filter(({ bits }) => bits === frame.length);
  const others = formatsThatHold(frame.length, frame.raw)
    .map(formatByName)
    .filter((format) => format !== undefined && !accepted.includes(format));
  return [...accepted, ...others].flatMap((format) => {
    if (!format) return [];
    const { number, facility, card } = fieldsIn(format, frame.raw);
    return {
      format: format.name,
      accepted: accepted.includes(format),
      parityOk: holds(format, frame.raw),
      number,
      ...(facility !== undefined && { facility }),
      ...(card !== undefined && { card }),
      parity: parityIn(format, frame.raw),
    };
  });
}

/**
 * What a frame says of its reader.
 * @param afterUs when each of its edges came, microseconds after the first.
 */
export function diagnose(
  frame: Frame,
  formats: readonly Format[],
  afterUs: ArrayLike<number>,
): Diagnosis {
  const read = interpret(frame, formats);
  const { code, sentence, ...known } =
    read.kind === 'misread' ? diagnoseMisread(read, formats, afterUs) : diagnoseCard(read);
  const expected = [...new Set(formats.map(({ bits }) => bits))].toSorted((a, b) => a - b);
  const params = { bits: frame.length, formats: [], expected, stillLine: null, gapAfter: null };
  return { code, sentence, params: { ...params, ...known } };
}

/** A diagnosis with those parameters that it has. */
type Found = Pick<Diagnosis, 'code' | 'sentence'> & Partial<DiagnosisParams>;

function diagnoseCard({ frame, reading, readings }: Credential): Found {
  const others = readings.slice(1).map(({ format }) => format);
  const also = others.length > 0 ? ` It also fits ${others.join(', ')}; the first counts.` : '';
  const sentence = `A card: ${frame.length} bits that fit ${reading.format}.${also}`;
  return { code: 'ok', sentence, formats: [reading.format, ...others] };
}

function diagnoseMisread(
  { frame, cause, detail, suggestions }: Misread,
  formats: readonly Format[],
  afterUs: ArrayLike<number>,
): Found {
  const { length } = frame;
  if (cause === 'overrun' || cause === 'excess' || cause === 'swapped-wires') {
    return { code: cause, sentence: `${detail}${advice[cause]}` };
  }
  if (cause === 'glitch') return { code: 'noise', sentence: detail };
  if (length < fewestBits) {
    const came = length === 1 ? '1 pulse' : `${length} pulses`;
    return { code: 'noise', sentence: `${came} alone: a spike on a wire, not a card.${grounding}` };
  }
  const still = stillLine(frame);
  if (still) {
    const other = still === 'D0' ? 'D1' : 'D0';
    const sentence = `${length} bits came, all on ${other}: the wire of ${still} may be broken.`;
    return { code: 'broken-wire', sentence, stillLine: still };
  }
  if (suggestions.length > 0) {
    const list = suggestions.join(', ');
    const sentence = `${length} bits that fit ${list}, which this reader does not take: add it to its formats.`;
    return { code: 'wrong-format', sentence, formats: suggestions };
  }
  const gap = gapIn(afterUs, length);
  const isShort = formats.some(({ bits }) => bits > length && bits - length <= 2);
  if (isShort || (gap !== undefined && cause === 'length')) {
    const where = gap === undefined ? '' : ` After bit ${gap} there is a gap where one is missing.`;
    const sentence = `${detail}${where}${wiring}`;
    return { code: 'lost-bits', sentence, gapAfter: gap ?? null };
  }
  const sentence = `${detail}${otherFormat}`;
  if (cause !== 'parity') return { code: 'length', sentence };
  const names = formats.filter(({ bits }) => bits === length).map(({ name }) => name);
  return { code: 'parity', sentence, formats: names };
}

const grounding = ' Look at the ground between reader and panel, and at the shield of the cable.';
const wiring = ' Look at loose wires, the level shifter and the length of the cable.';
const otherFormat = ' Either a bit was misread, or the reader sends another format.';
const advice = {
  overrun: ' If it happens again, the machine is too busy, or a line is floating.',
  excess: ' Two readers on the same wires, or noise.',
  'swapped-wires': ' Exchange the two wires.',
} as const;

/** The line that never pulsed. */
function stillLine({ length, raw }: Frame): 'D0' | 'D1' | undefined {
  if (raw === 0n) return 'D1';
  return raw + 1n === 1n << BigInt(length) ? 'D0' : undefined;
}

/** After how many bits there is an interval with room for one more, where there is exactly one such. */
function gapIn(afterUs: ArrayLike<number>, length: number): number | undefined {
  const intervals = Array.from(
    { length: length - 1 },
    (_, index) => (afterUs[index + 1] ?? 0) - (afterUs[index] ?? 0),
  );
  const usual = intervals.toSorted((a, b) => a - b)[intervals.length >> 1] ?? 0;
  const long = intervals.flatMap((interval, index) =>
    interval >= gapFactor * usual ? [index + 1] : [],
  );
  return long.length === 1 ? long[0] : undefined;
}
