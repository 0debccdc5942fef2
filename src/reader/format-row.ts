/**
 * What a row of the format table says, and the short words it is written in. Bits are counted from
 * the first on the wire, which is 0.
 */

/** Bit positions; of a field the most significant first. */
export type Bits = readonly number[];

/** Fields that some formats have beside facility and card. */
export const otherFieldNames = ['issue', 'oem', 'maker'] as const;
export type OtherFieldName = (typeof otherFieldNames)[number];

/** `bit` makes the number of ones in itself and in the bits of `over` even, or odd. */
export interface ParityRule {
  readonly bit: number;
  readonly ones: 'even' | 'odd';
  readonly over: Bits;
}

/** One format. The number of a card is all bits that no parity rule computes. */
export interface FormatRow {
  readonly name: string;
  readonly bits: number;
  readonly facility?: Bits;
  readonly card: Bits;
  /** The card is written in decimal digits of four bits; a digit above 9 is no card. */
  readonly cardIsBcd?: true;
  readonly others?: { readonly [name in OtherFieldName]?: Bits };
  /** In the order in which an encoder computes them: a later rule may cover an earlier bit. */
  readonly parity?: readonly ParityRule[];
  /** Bits that are always one. */
  readonly ones?: Bits;
  /** Bits that are always zero. */
  readonly zeros?: Bits;
  /** Why no frame is made of it: some bits follow a rule that nobody has published. */
  readonly decodeOnly?: true;
  /** A length with parity and nothing known of its fields; never suggested to an installer. */
  readonly generic?: true;
}

/** Every bit from `first` to `last`, or every `step`-th. */
export function range(first: number, last: number, step = 1): Bits {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
}

/** Two bits of every three from `first` to `last`: both, then one left out. */
export function pairs(first: number, last: number): Bits {
  return range(first, last).filter((bit) => (bit - first) % 3 !== 2);
}

/** A bit that makes the ones of `over` and itself even. */
export function even(bit: number, over: Bits): ParityRule {
  return { bit, ones: 'even', over };
}

/** A bit that makes the ones of `over` and itself odd. */
export function odd(bit: number, over: Bits): ParityRule {
  return { bit, ones: 'odd', over };
}

/**
 * The commonest scheme: bit 0 even over 1 to `middle`, the last bit of the frame odd over all that
 * stands between.
 */
export function halves(middle: number, last: number): readonly ParityRule[] {
  return [even(0, range(1, middle)), odd(last, range(middle + 1, last - 1))];
}

/**
 * A last unit of `width` bits that is the exclusive or of the `count` units before it. Column by
 * column that is even parity.
 */
export function xorOfUnits(width: number, count: number): readonly ParityRule[] {
  const at = width * count;
  return range(0, width - 1).map((column) => even(at + column, range(column, at - 1, width)));
}
