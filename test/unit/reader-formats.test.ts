import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decode,
  encode,
  type Format,
  formatByName,
  formatNames,
  holds,
} from '../../src/reader/formats.ts';

function format(name: string): Format {
  const found = formatByName(name);
  assert.ok(found, `no format ${name}`);
  return found;
}

describe('frames that must not hold', () => {
  for (const [name, raw, why] of [
    ['H10302', 0x00100003n, 'built with an inverted parity stub'],
    ['C1k35s', 0x00de01254n, 'printed without its parity'],
    ['H10304', 0x007bdf0aan, 'printed without its parity'],
    ['H10301', 0x0000000n, 'all zero: D1 broken'],
    ['H10301', 0x3ffffffn, 'all one: D0 broken'],
    ['H10306', 0x20054008bn, 'second half even, as one public decoder has it'],
    ['H10320', 0xa0000000en, 'a digit above nine'],
    ['H10320', 0x12345678dn, 'check digit off by one'],
    ['Kastle', 0x8054008an, 'bit 1 is zero'],
    ['2804W', 0xb2a008an, 'bit 3 is one'],
    ['P10001', 0xe02a00458fn, 'first digit is not 15'],
    ['P10001', 0xf0760643c4n, 'check byte is wrong'],
    ['W44', 0x499602d200en, 'check digit is wrong'],
    ['HGen37', 0x060000008an, 'last bit is zero'],
  ] as const) {
    it(`${name} ${raw.toString(16)}: ${why}`, () => {
      assert.equal(holds(format(name), raw), false);
      assert.equal(decode(format(name), raw), undefined);
    });
  }

  it('refuses what is longer than the format or negative', () => {
    assert.equal(holds(format('H10301'), 0x2f623aen), true);
    assert.equal(holds(format('H10301'), 0x2f623aen + (1n << 27n)), false);
    assert.equal(holds(format('CSN32'), 1n << 32n), false);
    assert.equal(holds(format('CSN32'), -1n), false);
  });
});

describe('right forms of frames published wrong', () => {
  it('C1k35s 20DE01255', () => {
    const { facility, card } = decode(format('C1k35s'), 0x20de01255n) ?? {};
    assert.deepEqual([facility, card], [111n, 2346n]);
  });

  it('H10304 0007BDF0AB', () => {
    const { facility, card } = decode(format('H10304'), 0x0007bdf0abn) ?? {};
    assert.deepEqual([facility, card], [123n, 456789n]);
  });

  it('S10401 with bit 18 set, which the rule over 18 bits would refuse', () => {
    assert.equal(holds(format('S10401'), 0x1fffffffffn), true);
    assert.equal(holds(format('H10302'), 0x1fffffffffn), false);
  });
});

describe('one frame, several formats', () => {
  const readings = (names: readonly string[], raw: bigint) =>
    names.map((name) => {
      const { facility, card } = decode(format(name), raw) ?? {};
      return [name, facility, card];
    });

  it('26 bits', () => {
    assert.deepEqual(readings(['H10301', 'ind26', 'wiegand_26'], 0x254008an), [
      ['H10301', 42n, 69n],
      ['ind26', 672n, 69n],
      ['wiegand_26', undefined, 2752581n],
    ]);
  });

  it('34 bits', () => {
    assert.deepEqual(readings(['H10306', 'N10002', 'BQT34', 'wiegand_34'], 0x2932c05a4n), [
      ['H10306', 18838n, 722n],
      ['N10002', 18838n, 722n],
      ['BQT34', 73n, 9831122n],
      ['wiegand_34', undefined, 1234567890n],
    ]);
  });

  it('36 bits: S12906 and FC16 while bit 17 is one', () => {
    assert.deepEqual(readings(['S12906', '36-bit FC16', 'C15001'], 0xbda0423aen), [
      ['S12906', 123n, 135639n],
      ['36-bit FC16', 31552n, 33909n],
      ['C15001', undefined, undefined],
    ]);
  });

  it('37 bits: a real card of H10304', () => {
    assert.deepEqual(readings(['H10302', 'H10304', 'S10401'], 0x0584a2b940n), [
      ['H10302', undefined, 11850046624n],
      ['H10304', 22602n, 89248n],
      ['S10401', 22n, 38886560n],
    ]);
  });
});

describe('single wrong bits', () => {
  const rejecting = [
    ...['H10301', 'ind26', '2804W', 'ATSW30', 'Promag 30', 'Kastle', 'D10202', 'H10306', 'N10002'],
    ...['BQT34', 'C1k35s', 'C15001', 'S12906', 'Sie36', '36-bit FC16', 'H10320', 'H10302'],
    ...['H10304', 'S10401', 'BQT38', 'ISCS38', 'PW39', 'P10001', 'Verkada40', 'W44', 'H800002'],
    ...['C1k48s', 'Avig56', 'wiegand_26', 'wiegand_34', 'wiegand_42', 'wiegand_58', 'wiegand_66'],
    'wiegand_130',
  ];
  /** A frame of formats that cannot be encoded. */
  const decodeOnly = new Map([
    ['ADT31', 0x5508b6a0n],
    ['HCP32', 0x00002280n],
    ['P10004', 0x00150008a0n],
    ['HGen37', 0x060000008bn],
    ['BC40', 0x0005400114n],
    ['Avig56', 0x8001500000008an],
  ]);

  function acceptedFlips(name: string): readonly number[] {
    const { bits, compiled } = format(name);
    const raw =
      decodeOnly.get(name) ??
      encode(format(name), { ...(compiled.facility && { facility: 42n }), card: 69n });
    const positions = Array.from({ length: bits }, (_, bit) => bit);
    return positions.filter((bit) => holds(format(name), raw ^ (1n << BigInt(bits - 1 - bit))));
  }

  it('are refused by exactly the formats whose parity covers every bit', () => {
    assert.deepEqual(
      formatNames.filter((name) => acceptedFlips(name).length === 0),
      rejecting,
    );
  });

  it('pass BC40 outside its card field', () => {
    assert.deepEqual(acceptedFlips('BC40'), [...Array.from({ length: 19 }, (_, bit) => bit), 38]);
  });

  it('pass Defcon32 at every second bit', () => {
    const before = Array.from({ length: 10 }, (_, i) => 1 + 2 * i);
    const after = Array.from({ length: 10 }, (_, i) => 22 + 2 * i);
    assert.deepEqual(acceptedFlips('Defcon32'), [...before, ...after]);
  });
});

describe('encode', () => {
  for (const [name, fields, message] of [
    ['H10301', { facility: 256n, card: 1n }, 'facility 256 does not fit the 8 bits of H10301'],
    ['H10301', { facility: 1n, card: 65536n }, 'card 65536 does not fit the 16 bits of H10301'],
    ['H10301', { facility: 1n, card: -1n }, 'card -1 does not fit the 16 bits of H10301'],
    ['H10301', { facility: 1n }, 'H10301 needs a card'],
    ['H10301', { card: 1n }, 'H10301 needs a facility'],
    ['H10302', { facility: 0n, card: 1n }, 'H10302 has no facility'],
    ['H10301', { facility: 1n, card: 1n, others: { issue: 0n } }, 'H10301 has no issue'],
    ['H10320', { card: 100000000n }, 'card 100000000 does not fit the 32 bits of H10320'],
    ['H10320', { card: -1n }, 'card -1 does not fit the 32 bits of H10320'],
    ['Avig56', { facility: 1n, card: 1n }, 'Avig56 can be read but not made'],
  ] as const) {
    it(`says: ${message}`, () => {
      assert.throws(() => encode(format(name), fields), { name: 'RangeError', message });
    });
  }

  it('takes other fields as 0 when they are left out', () => {
    assert.equal(encode(format('C15001'), { facility: 42n, card: 69n }), 0x80054008an);
  });
});

describe('formatByName', () => {
  it('knows only names as they are written', () => {
    for (const name of ['h10301', 'MDI37', 'HPP32', 'R901592C', '', 'constructor']) {
      assert.equal(formatByName(name), undefined, name);
    }
  });

  it('finds every name once', () => {
    assert.equal(new Set(formatNames).size, formatNames.length);
    for (const name of formatNames) assert.equal(formatByName(name)?.name, name);
  });
});
