/** Readers and their frames as `GET /api/v1/readers…` tells them. */

/** A reader. */
export interface ReaderItem {
  readonly name: string;
  readonly kind: string;
  readonly keypad: boolean;
  readonly formats: readonly string[];
  /** Why it is gone; null: present. */
  readonly away: string | null;
  readonly credentials: number;
  readonly misreads: number;
  readonly glitches: number;
  readonly lostEdges: number;
  readonly lastFrameMs: number | null;
}

/** What one format makes of a frame; numbers are decimal digits. */
export interface Reading {
  readonly format: string;
  readonly accepted: boolean;
  readonly parityOk: boolean;
  readonly number: string;
  readonly facility: string | null;
  readonly card: string | null;
  readonly parity: readonly { readonly bit: number; readonly ok: boolean }[];
}

/** A frame that may be told. */
export interface SeenFrame {
  readonly id: number;
  readonly atMs: number;
  readonly secret: false;
  readonly edges: readonly { readonly line: 0 | 1; readonly atUs: number }[];
  readonly bits: string;
  readonly hex: string;
  readonly outcome: string;
  readonly glitches: number;
  readonly lost: number;
  readonly readings: readonly Reading[];
  readonly diagnosis: {
    readonly code: string;
    readonly sentence: string;
    readonly params: {
      readonly bits: number;
      readonly formats: readonly string[];
      readonly expected: readonly number[];
      readonly stillLine: 'D0' | 'D1' | null;
      readonly gapAfter: number | null;
    };
  };
}

/** A frame, or only that there was one: it may be digits of a code. */
export type Frame =
  | SeenFrame
  | { readonly id: number; readonly atMs: number; readonly secret: true };
