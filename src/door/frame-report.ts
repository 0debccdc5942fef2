/** What a technician is told of a frame. */
import { frameHex, interpret, type MisreadCause } from '../reader/credential.ts';
import { type Diagnosis, diagnose, readingsOf } from '../reader/diagnosis.ts';
import { formatByName } from '../reader/formats.ts';
import type { KeptFrame, SeenFrame } from '../reader/frame-history.ts';

/** A frame with everything that can be said of it; numbers beyond 2^53 as decimal text. */
export type FrameReport =
  | { readonly id: number; readonly atMs: number; readonly secret: true }
  | ({ readonly id: number; readonly atMs: number; readonly secret: false } & SeenReport);

/** What the bits say. */
interface SeenReport {
  /** Each pulse: its line (0: D0, 1: D1) and how many microseconds after the first it began. */
  readonly edges: readonly { readonly line: 0 | 1; readonly atUs: number }[];
  /** As on the wire, the first bit first. */
  readonly bits: string;
  readonly hex: string;
  readonly outcome: 'card' | MisreadCause;
  readonly glitches: number;
  readonly lost: number;
  readonly readings: readonly ReadingReport[];
  readonly diagnosis: Diagnosis;
}

/** One format's reading. `number`, `facility` and `card` are decimal digits. */
interface ReadingReport {
  readonly format: string;
  readonly accepted: boolean;
  readonly parityOk: boolean;
  readonly number: string;
  readonly facility: string | null;
  readonly card: string | null;
  readonly parity: readonly { readonly bit: number; readonly ok: boolean }[];
}

/** What is told of a frame that was kept. */
export function reportOf({ id, atMs, seen }: KeptFrame): FrameReport {
  return seen ? { id, atMs, secret: false, ...seenReport(seen) } : { id, atMs, secret: true };
}

function seenReport({ frame, formats: names, lines, afterUs }: SeenFrame): SeenReport {
  const formats = names.map(formatByName).filter((format) => format !== undefined);
  const read = interpret(frame, formats);
  return {
    edges: Array.from(lines, (line, index) => ({
      line: line === 1 ? 1 : 0,
      atUs: afterUs[index] ?? 0,
    })),
    bits: frame.raw.toString(2).padStart(frame.length, '0'),
    hex: frameHex(frame),
    outcome: read.kind === 'misread' ? read.cause : 'card',
    glitches: frame.glitches,
    lost: frame.lost,
    readings: readingsOf(frame, formats).map(({ number, facility, card, ...rest }) => ({
      ...rest,
      number: number.toString(),
      facility: facility?.toString() ?? null,
      card: card?.toString() ?? null,
    })),
    diagnosis: diagnose(frame, formats, afterUs),
  };
}
