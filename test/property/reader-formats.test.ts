import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  decode,
  encode,
  type Format,
  formatByName,
  formatNames,
  holds,
} from '../../src/reader/formats.ts';
import { seedOf } from '../support/seed.ts';

type OtherName = 'issue' | 'oem' | 'maker';
type Widths = readonly [
  name: string,
  facilityBits: number,
  cardBits: number,
  other?: OtherName,
  otherBits?: number,
];

/** Bits of each field of every format that can be encoded. */
const widths: readonly Widths[] = [
  ['H10301', 8, 16],
  ['ind26', 12, 12],
  ['ind27', 13, 14],
  ['indasc27', 13, 14],
  ['Tecom27', 11, 16],
  ['2804W', 8, 15],
  ['ind29', 13, 16],
  ['ATSW30', 12, 16],
  ['Promag 30', 8, 20],
  ['WIE32', 12, 16],
  ['CSN32', 0, 32],
  ['Kastle', 8, 16, 'issue', 5],
  ['Kantech', 8, 16],
  ['D10202', 7, 24],
  ['H10306', 16, 16],
  ['N10002', 16, 16],
  ['Optus34', 11, 16],
  ['SMP34', 13, 16, 'issue', 3],
  ['BQT34', 8, 24],
  ['C1k35s', 12, 20],
  ['C15001', 8, 16, 'oem', 10],
  ['S12906', 8, 24, 'issue', 2],
  ['Sie36', 18, 16],
  ['36-bit FC16', 16, 16, 'oem', 2],
  ['H10302', 0, 35],
  ['H10304', 16, 19],
  ['S10401', 6, 29],
  ['BQT38', 13, 19, 'issue', 4],
  ['ISCS38', 10, 22, 'oem', 4],
  ['PW39', 17, 20],
  ['P10001', 12, 16],
  ['Casi40', 0, 38],
  ['Verkada40', 10, 28],
  ['Defcon32', 16, 20, 'issue', 4],
  ['W44', 0, 32, 'maker', 8],
  ['H800002', 14, 30],
  ['C1k48s', 22, 23],
  ['IR56', 24, 32],
  ['CSN56', 0, 56],
  ['CSN64', 0, 64],
  ['wiegand_26', 0, 24],
  ['wiegand_34', 0, 32],
  ['wiegand_42', 0, 40],
  ['wiegand_58', 0, 56],
  ['wiegand_66', 0, 64],
  ['wiegand_130', 0, 128],
];

/** Formats whose parity bits cover every bit of the frame. */
const everyBitIsCovered = [
  ...['H10301', 'ind26', '2804W', 'ATSW30', 'Promag 30', 'Kastle', 'D10202', 'H10306', 'N10002'],
  ...['BQT34', 'C1k35s', 'C15001', 'S12906', 'Sie36', '36-bit FC16', 'H10302', 'H10304', 'S10401'],
  ...['BQT38', 'ISCS38', 'PW39', 'P10001', 'Verkada40', 'W44', 'H800002', 'C1k48s'],
  ...['wiegand_26', 'wiegand_34', 'wiegand_42', 'wiegand_58', 'wiegand_66', 'wiegand_130'],
];

function format(name: string): Format {
  const found = formatByName(name);
  assert.ok(found, `no format ${name}`);
  return found;
}

const unsigned = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

function fieldsOf([, facilityBits, cardBits, other, otherBits = 0]: Widths) {
  return fc
    .tuple(unsigned(facilityBits), unsigned(cardBits), unsigned(otherBits))
    .map(([facility, card, value]) => ({
      ...(facilityBits > 0 && { facility }),
      card,
      others: other ? { [other]: value } : {},
    }));
}

describe('encode then decode', () => {
  it('covers every format that can be encoded', () => {
    const encodable = formatNames.filter((name) => format(name).encodes);
    assert.deepEqual([...widths.map(([name]) => name), 'H10320'].sort(), encodable.toSorted());
  });

  for (const row of widths) {
    const [name, facilityBits, cardBits, , otherBits = 0] = row;
    it(`is identity: ${name}`, (t) => {
      const seed = seedOf(t);
      const { bits } = format(name);
      fc.assert(
        fc.property(fieldsOf(row), (fields) => {
          const raw = encode(format(name), fields);
          assert.ok(raw >= 0n && raw < 1n << BigInt(bits));
          const reading = decode(format(name), raw);
          assert.ok(reading);
          const { number, ...rest } = reading;
          assert.deepEqual(rest, { format: name, ...fields });
          assert.ok(number < 1n << BigInt(bits));
        }),
        { seed, numRuns: 300 },
      );
    });

    it(`refuses one bit more: ${name}`, () => {
      const facility = facilityBits > 0 ? { facility: 0n } : {};
      const tooBig = { ...facility, card: 1n << BigInt(cardBits) };
      assert.throws(() => encode(format(name), tooBig), RangeError);
      if (facilityBits > 0) {
        const fields = { facility: 1n << BigInt(facilityBits), card: 0n };
        assert.throws(() => encode(format(name), fields), RangeError);
      }
      if (row[3]) {
        const fields = { ...facility, card: 0n, others: { [row[3]]: 1n << BigInt(otherBits) } };
        assert.throws(() => encode(format(name), fields), RangeError);
      }
    });
  }

  it('is identity: H10320', (t) => {
    const seed = seedOf(t);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 99_999_999n }), (card) => {
        const raw = encode(format('H10320'), { card });
        const number = BigInt(`0x${card}`);
        assert.deepEqual(decode(format('H10320'), raw), {
          format: 'H10320',
          number,
          card,
          others: {},
        });
        // Of eight digits and a check digit, the check is the exclusive or with bit 2 turned.
        const digits = [...raw.toString(16).padStart(9, '0')].map((digit) =>
          Number.parseInt(digit, 16),
        );
        assert.equal(
          digits.reduce((xor, digit) => xor ^ digit, 0),
          4,
        );
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('numbers', () => {
  it('differ whenever two frames that hold differ', (t) => {
    const seed = seedOf(t);
    for (const row of widths) {
      fc.assert(
        fc.property(fieldsOf(row), fieldsOf(row), (one, other) => {
          const [a, b] = [one, other].map((fields) => encode(format(row[0]), fields)) as [
            bigint,
            bigint,
          ];
          const same = decode(format(row[0]), a)?.number === decode(format(row[0]), b)?.number;
          assert.equal(same, a === b);
        }),
        { seed, numRuns: 50 },
      );
    }
  });
});

describe('parity', () => {
  for (const name of everyBitIsCovered) {
    it(`of ${name} refuses every single flip of every card`, (t) => {
      const seed = seedOf(t);
      const row = widths.find(([known]) => known === name);
      assert.ok(row);
      const { bits } = format(name);
      fc.assert(
        fc.property(fieldsOf(row), fc.nat(bits - 1), (fields, bit) => {
          const raw = encode(format(name), fields);
          assert.equal(holds(format(name), raw), true);
          assert.equal(holds(format(name), raw ^ (1n << BigInt(bit))), false);
        }),
        { seed, numRuns: 300 },
      );
    });
  }

  it('of C15001 and S12906 never holds at once; of S12906 and FC16 while bit 17 is one', (t) => {
    const seed = seedOf(t);
    fc.assert(
      fc.property(unsigned(36), (raw) => {
        const [c15001, s12906, fc16] = ['C15001', 'S12906', '36-bit FC16'].map((name) =>
          holds(format(name), raw),
        );
        assert.equal(c15001 && s12906, false);
        const bit17 = ((raw >> 18n) & 1n) === 1n;
        if (s12906) assert.equal(fc16, bit17);
      }),
      { seed, numRuns: 20_000 },
    );
  });
});
