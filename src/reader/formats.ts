import {
  type Bits,
  type FormatRow,
  type OtherFieldName,
  otherFieldNames,
  type ParityRule,
} from './format-row.ts';
import { longFormats } from './format-table-long.ts';
import { shortFormats } from './format-table-short.ts';

/** Fields beside facility and card, by name; only those that the format has. */
type OtherFields = { readonly [name in OtherFieldName]?: bigint };

/** What a card says of itself in one format. All fields are unsigned. */
interface FormatFields {
  readonly facility?: bigint;
  readonly card?: bigint;
  readonly others?: OtherFields;
}

/** A frame as one format reads it. */
export interface Reading extends FormatFields {
  /** Name of the format. */
  readonly format: string;
  /** All bits that are not parity or check bits, in the order of the wire, as one integer. */
  readonly number: bigint;
  readonly others: OtherFields;
}

/** A format of the catalogue, ready for use; made by this module only. */
export interface Format {
  readonly name: string;
  /** Length of its frames. */
  readonly bits: number;
  /** It has parity or check bits, so it can refuse a frame. */
  readonly checked: boolean;
  /** `encode` makes frames of it. */
  readonly encodes: boolean;
  /** A length with parity and no known fields (`wiegand_26` and its like). */
  readonly generic: boolean;
  readonly compiled: CompiledFormat;
}

interface CompiledFormat {
  readonly fixedMask: bigint;
  readonly fixedOnes: bigint;
  readonly parity: readonly CompiledParity[];
  readonly number: Field;
  readonly facility: Field | undefined;
  readonly card: Field;
  readonly cardIsBcd: boolean;
  readonly others: readonly (readonly [OtherFieldName, Field])[];
}

interface CompiledParity {
  /** The bit that is computed. */
  readonly bit: bigint;
  /** That bit and those it watches over. */
  readonly mask: bigint;
  readonly odd: boolean;
}

/** Bits of a field that stand side by side on the wire; most fields are one such run. */
interface Run {
  readonly shift: bigint;
  readonly width: bigint;
  readonly mask: bigint;
}

interface Field {
  readonly width: number;
  /** Most significant first. */
  readonly runs: readonly Run[];
}

const catalogue: readonly Format[] = [...shortFormats, ...longFormats].map(compile);
const byName: ReadonlyMap<string, Format> = new Map(catalogue.map((each) => [each.name, each]));

/** Names of all formats, the shortest first, the generic ones last. */
export const formatNames: readonly string[] = catalogue.map(({ name }) => name);

/** The format of that name, exactly as written in the catalogue. */
export function formatByName(name: string): Format | undefined {
  return byName.get(name);
}

/** Whether a frame of this format's length keeps its parity, check and fixed bits. */
export function holds(format: Format, raw: bigint): boolean {
  if (raw < 0n || raw >> BigInt(format.bits) !== 0n) return false;
  const { fixedMask, fixedOnes, parity, card, cardIsBcd } = format.compiled;
  if ((raw & fixedMask) !== fixedOnes) return false;
  for (const rule of parity) {
    if (hasOddOnes(raw & rule.mask) !== rule.odd) return false;
  }
  return !cardIsBcd || fromBcd(extract(card, raw)) !== undefined;
}

/** Reads a frame of this format's length; undefined when it does not hold. */
export function decode(format: Format, raw: bigint): Reading | undefined {
  return holds(format, raw) ? fieldsIn(format, raw) : undefined;
}

/** What a frame of this format's length says, whether it holds or not: for those who look for a fault. */
export function fieldsIn(format: Format, raw: bigint): Reading {
  const { number, facility, card, cardIsBcd, others } = format.compiled;
  const cardBits = extract(card, raw);
  const cardNumber = cardIsBcd ? fromBcd(cardBits) : cardBits;
  const fields: { [name in OtherFieldName]?: bigint } = {};
  for (const [name, field] of others) fields[name] = extract(field, raw);
  return {
    format: format.name,
    number: extract(number, raw),
    ...(facility && { facility: extract(facility, raw) }),
    ...(cardNumber !== undefined && { card: cardNumber }),
    others: fields,
  };
}

/**
 * The frame of a card. Bits outside its fields are zero, unless the format fixes them.
 * @throws RangeError when the format is decode-only, a value does not fit its field, a field is
 *   given that the format has not, or facility or card is missing. Other fields are 0 by default.
 */
export function encode(format: Format, fields: FormatFields): bigint {
  if (!format.encodes) throw new RangeError(`${format.name} can be read but not made`);
  const { fixedOnes, parity, facility, card, cardIsBcd, others } = format.compiled;
  const place = (name: string, field: Field | undefined, value: bigint | undefined): bigint => {
    if (field === undefined && value === undefined) return 0n;
    if (field === undefined) throw new RangeError(`${format.name} has no ${name}`);
    if (value === undefined) throw new RangeError(`${format.name} needs a ${name}`);
    const bits = cardIsBcd && value >= 0n ? toBcd(value) : value;
    if (bits < 0n || bits >> BigInt(field.width) !== 0n) {
      throw new RangeError(
        `${name} ${value} does not fit the ${field.width} bits of ${format.name}`,
      );
    }
    return insert(field, bits);
  };
  let raw = fixedOnes | place('facility', facility, fields.facility);
  raw |= place('card', card, fields.card);
  for (const name of otherFieldNames) {
    const field = others.find(([known]) => known === name)?.[1];
    raw |= place(name, field, fields.others?.[name] ?? (field && 0n));
  }
  for (const rule of parity) {
    if (hasOddOnes(raw & rule.mask) !== rule.odd) raw |= rule.bit;
  }
  return raw;
}

/**
 * Names of the formats that would accept a frame of `length` bits, among those that can refuse one
 * and know their fields.
 */
export function formatsThatHold(length: number, raw: bigint): readonly string[] {
  return catalogue
    .filter(({ bits, checked, generic }) => bits === length && checked && !generic)
    .filter((format) => holds(format, raw))
    .map(({ name }) => name);
}

/** Parity and check bits of a frame: where each is, 0 being the first on the wire, and whether it is right. */
export function parityIn(
  format: Format,
  raw: bigint,
): { readonly bit: number; readonly ok: boolean }[] {
  return format.compiled.parity.map(({ bit, mask, odd }) => ({
    bit: format.bits - bit.toString(2).length,
    ok: hasOddOnes(raw & mask) === odd,
  }));
}

function hasOddOnes(value: bigint): boolean {
  let folded = 0;
  for (let rest = value; rest !== 0n; rest >>= 32n) folded ^= Number(BigInt.asUintN(32, rest));
  folded ^= folded >>> 16;
  folded ^= folded >>> 8;
  folded ^= folded >>> 4;
  // Parity of each nibble, as a table of 16 bits.
  return ((0x6996 >>> (folded & 15)) & 1) === 1;
}

function extract(field: Field, raw: bigint): bigint {
  let value = 0n;
  for (const { shift, width, mask } of field.runs)
    value = (value << width) | ((raw >> shift) & mask);
  return value;
}

function insert(field: Field, value: bigint): bigint {
  let raw = 0n;
  let rest = value;
  for (const { shift, width, mask } of field.runs.toReversed()) {
    raw |= (rest & mask) << shift;
    rest >>= width;
  }
  return raw;
}

function fromBcd(digits: bigint): bigint | undefined {
  const text = digits.toString(16);
  return /^[0-9]+$/.test(text) ? BigInt(text) : undefined;
}

function toBcd(value: bigint): bigint {
  return BigInt(`0x${value}`);
}

function compile(row: FormatRow): Format {
  const parity = row.parity ?? [];
  const computed = new Set(parity.map(({ bit }) => bit));
  const numberBits = Array.from({ length: row.bits }, (_, bit) => bit).filter(
    (bit) => !computed.has(bit),
  );
  const others = otherFieldNames.flatMap((name) => {
    const bits = row.others?.[name];
    return bits ? [[name, compileField(row.bits, bits)] as const] : [];
  });
  const fixedOnes = maskOf(row.bits, row.ones ?? []);
  return {
    name: row.name,
    bits: row.bits,
    checked: parity.length > 0,
    encodes: row.decodeOnly !== true,
    generic: row.generic === true,
    compiled: {
      fixedMask: fixedOnes | maskOf(row.bits, row.zeros ?? []),
      fixedOnes,
      parity: parity.map((rule) => compileParity(row.bits, rule)),
      number: compileField(row.bits, numberBits),
      facility: row.facility && compileField(row.bits, row.facility),
      card: compileField(row.bits, row.card),
      cardIsBcd: row.cardIsBcd === true,
      others,
    },
  };
}

function compileParity(length: number, { bit, ones, over }: ParityRule): CompiledParity {
  return {
    bit: maskOf(length, [bit]),
    mask: maskOf(length, [bit, ...over]),
    odd: ones === 'odd',
  };
}

function compileField(length: number, bits: Bits): Field {
  const spans: { first: number; last: number }[] = [];
  for (const bit of bits) {
    const span = spans.at(-1);
    if (span && span.last + 1 === bit) span.last = bit;
    else spans.push({ first: bit, last: bit });
  }
  const runs = spans.map(({ first, last }) => {
    const width = BigInt(last - first + 1);
    return { shift: BigInt(length - 1 - last), width, mask: (1n << width) - 1n };
  });
  return { width: bits.length, runs };
}

function maskOf(length: number, bits: Bits): bigint {
  return bits.reduce((mask, bit) => mask | (1n << BigInt(length - 1 - bit)), 0n);
}
