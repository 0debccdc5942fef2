import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode, encode, formatByName, formatNames, holds } from '../../src/reader/formats.ts';

interface Fields {
  readonly facility?: bigint;
  readonly card: bigint;
}
type Others = { readonly [name in 'issue' | 'oem' | 'maker']?: bigint };
type Vector = readonly [
  format: string,
  frameHex: string,
  number: bigint,
  fields: Fields,
  others?: Others,
];

/** Read from cards or printed in manuals, threads and tests of others. */
const published: readonly Vector[] = [
  ['H10301', '23E02A3', 0x1f0151n, { facility: 31n, card: 337n }],
  ['H10301', '2F623AE', 0x7b11d7n, { facility: 123n, card: 4567n }],
  ['H10301', '2EC0C86', 0x760643n, { facility: 118n, card: 1603n }],
  ['H10301', '2EC1258', 0x76092cn, { facility: 118n, card: 2348n }],
  ['H10301', '1C7C200', 0xe3e100n, { facility: 227n, card: 57600n }],
  ['H10301', '0C607CF', 0x6303e7n, { facility: 99n, card: 999n }],
  ['H10301', '0CA01F6', 0x6500fbn, { facility: 101n, card: 251n }],
  ['H10301', '0CA1440', 0x650a20n, { facility: 101n, card: 2592n }],
  ['H10301', '254008A', 0x2a0045n, { facility: 42n, card: 69n }],
  ['H10301', '0C9C83F', 0x64e41fn, { facility: 100n, card: 58399n }],
  ['H10301', '0B40288', 0x5a0144n, { facility: 90n, card: 324n }],
  ['H10301', '2B60997', 0x5b04cbn, { facility: 91n, card: 1227n }],
  ['H10301', '21C058F', 0xe02c7n, { facility: 14n, card: 711n }],
  ['H10301', '2020002', 0x10001n, { facility: 1n, card: 1n }],
  ['H10301', '0000001', 0x0n, { facility: 0n, card: 0n }],
  ['H10301', '1FFFFFF', 0xffffffn, { facility: 255n, card: 65535n }],
  ['ind26', '205408A', 0x2a045n, { facility: 42n, card: 69n }],
  ['ind27', '00A8045', 0xa8045n, { facility: 42n, card: 69n }],
  ['ADT31', '5508B6A0', 0x5508b6a0n, { facility: 5n, card: 2168532n }],
  ['H10306', '200A9DFEA', 0x54eff5n, { facility: 84n, card: 61429n }],
  ['wiegand_34', '2932C05A4', 0x499602d2n, { card: 1234567890n }],
  ['H10304', '0584A2B940', 0x2c2515ca0n, { facility: 22602n, card: 89248n }],
  ['Verkada40', '86400007D3', 0x3200003e9n, { facility: 50n, card: 1001n }],
  ['Verkada40', '86400007D9', 0x3200003ecn, { facility: 50n, card: 1004n }],
  ['IR56', '00007B0000007B', 0x7b0000007bn, { facility: 123n, card: 123n }],
  ['P10001', 'F0760643C3', 0xf0760643n, { facility: 118n, card: 1603n }],
];

/** Computed from the published rules by a program that is not this one. */
const derived: readonly Vector[] = [
  ['H10301', '254008A', 0x2a0045n, { facility: 42n, card: 69n }],
  ['H10301', '2F623AE', 0x7b11d7n, { facility: 123n, card: 4567n }],
  ['H10301', '2020002', 0x10001n, { facility: 1n, card: 1n }],
  ['ind26', '205408A', 0x2a045n, { facility: 42n, card: 69n }],
  ['ind26', '00F6391', 0x7b1c8n, { facility: 123n, card: 456n }],
  ['ind26', '1FFE002', 0xfff001n, { facility: 4095n, card: 1n }],
  ['ind27', '00A8045', 0xa8045n, { facility: 42n, card: 69n }],
  ['ind27', '01ED1D7', 0x1ed1d7n, { facility: 123n, card: 4567n }],
  ['ind27', '0004001', 0x4001n, { facility: 1n, card: 1n }],
  ['indasc27', '0046428', 0x46428n, { facility: 42n, card: 69n }],
  ['indasc27', '305E6F8', 0x305e6f8n, { facility: 123n, card: 4567n }],
  ['indasc27', '0000018', 0x18n, { facility: 1n, card: 1n }],
  ['Tecom27', '0A18120', 0xa18120n, { facility: 42n, card: 69n }],
  ['Tecom27', '1F9C730', 0x1f9c730n, { facility: 123n, card: 4567n }],
  ['Tecom27', '1200000', 0x1200000n, { facility: 1n, card: 1n }],
  ['2804W', '22A008A', 0x150045n, { facility: 42n, card: 69n }],
  ['2804W', '07B23AF', 0x3d91d7n, { facility: 123n, card: 4567n }],
  ['2804W', '2010002', 0x8001n, { facility: 1n, card: 1n }],
  ['ind29', '002A0045', 0x2a0045n, { facility: 42n, card: 69n }],
  ['ind29', '007B11D7', 0x7b11d7n, { facility: 123n, card: 4567n }],
  ['ind29', '00010001', 0x10001n, { facility: 1n, card: 1n }],
  ['ATSW30', '2054008A', 0x2a0045n, { facility: 42n, card: 69n }],
  ['ATSW30', '00F623AF', 0x7b11d7n, { facility: 123n, card: 4567n }],
  ['ATSW30', '20020002', 0x10001n, { facility: 1n, card: 1n }],
  ['ADT31', '08000228', 0x8000228n, { facility: 2n, card: 69n }],
  ['ADT31', '04000008', 0x4000008n, { facility: 1n, card: 1n }],
  ['ADT31', '3FFFFFF8', 0x3ffffff8n, { facility: 15n, card: 8388607n }],
  ['HCP32', '00002280', 0x2280n, { card: 69n }],
  ['HCP32', '0008EB80', 0x8eb80n, { card: 4567n }],
  ['HCP32', '001FFF80', 0x1fff80n, { card: 16383n }],
  ['WIE32', '002A0045', 0x2a0045n, { facility: 42n, card: 69n }],
  ['WIE32', '007B11D7', 0x7b11d7n, { facility: 123n, card: 4567n }],
  ['WIE32', '00010001', 0x10001n, { facility: 1n, card: 1n }],
  ['Kastle', '4054008A', 0x202a0045n, { facility: 42n, card: 69n }, { issue: 0n }],
  ['Kastle', 'C6F623AE', 0x237b11d7n, { facility: 123n, card: 4567n }, { issue: 3n }],
  ['Kastle', '40020003', 0x20010001n, { facility: 1n, card: 1n }, { issue: 0n }],
  ['Kantech', '0054008A', 0x54008an, { facility: 42n, card: 69n }],
  ['Kantech', '00F623AE', 0xf623aen, { facility: 123n, card: 4567n }],
  ['Kantech', '00020002', 0x20002n, { facility: 1n, card: 1n }],
  ['D10202', '15400008A', 0x2a000045n, { facility: 42n, card: 69n }],
  ['D10202', '0F60023AF', 0x7b0011d7n, { facility: 123n, card: 4567n }],
  ['D10202', '003FFFFFF', 0x1ffffffn, { facility: 1n, card: 16777215n }],
  ['H10306', '20054008A', 0x2a0045n, { facility: 42n, card: 69n }],
  ['H10306', '000F623AF', 0x7b11d7n, { facility: 123n, card: 4567n }],
  ['H10306', '1FFFE0002', 0xffff0001n, { facility: 65535n, card: 1n }],
  ['Optus34', '0008A0054', 0x8a0054n, { facility: 42n, card: 69n }],
  ['Optus34', '023AE00F6', 0x23ae00f6n, { facility: 123n, card: 4567n }],
  ['Optus34', '000020002', 0x20002n, { facility: 1n, card: 1n }],
  ['SMP34', '002A0008A', 0x2a0008an, { facility: 42n, card: 69n }, { issue: 0n }],
  ['SMP34', '007B423AE', 0x7b423aen, { facility: 123n, card: 4567n }, { issue: 2n }],
  ['SMP34', '000100002', 0x100002n, { facility: 1n, card: 1n }, { issue: 0n }],
  ['BQT34', '25400008A', 0x2a000045n, { facility: 42n, card: 69n }],
  ['BQT34', '0F60023AF', 0x7b0011d7n, { facility: 123n, card: 4567n }],
  ['BQT34', '203FFFFFF', 0x1ffffffn, { facility: 1n, card: 16777215n }],
  ['C1k35s', '40540008A', 0x2a00045n, { facility: 42n, card: 69n }],
  ['C1k35s', '21BC06072', 0xde03039n, { facility: 222n, card: 12345n }],
  ['C1k35s', '7FFE00002', 0xfff00001n, { facility: 4095n, card: 1n }],
  ['C15001', '80054008A', 0x2a0045n, { facility: 42n, card: 69n }, { oem: 0n }],
  ['C15001', 'F08F623AE', 0x3847b11d7n, { facility: 123n, card: 4567n }, { oem: 900n }],
  ['C15001', 'F08EC0C86', 0x384760643n, { facility: 118n, card: 1603n }, { oem: 900n }],
  ['S12906', '15000008A', 0xa8000045n, { facility: 42n, card: 69n }, { issue: 0n }],
  ['S12906', '3DA0023AF', 0x1ed0011d7n, { facility: 123n, card: 4567n }, { issue: 1n }],
  ['Sie36', '80054008B', 0x2a0045n, { facility: 42n, card: 69n }],
  ['Sie36', '800F623AE', 0x7b11d7n, { facility: 123n, card: 4567n }],
  ['Sie36', '800020003', 0x10001n, { facility: 1n, card: 1n }],
  ['H10302', '000000008A', 0x45n, { card: 69n }],
  ['H10302', '1000100002', 0x80001n, { card: 524289n }],
  ['H10302', '0FFFFFFFFF', 0x7ffffffffn, { card: 34359738367n }],
  ['H10304', '1002A0008A', 0x1500045n, { facility: 42n, card: 69n }],
  ['H10304', '0007BDF0AB', 0x3def855n, { facility: 123n, card: 456789n }],
  ['H10304', '0FFFFFFFFF', 0x7ffffffffn, { facility: 65535n, card: 524287n }],
  ['S10401', '1A8000008A', 0x540000045n, { facility: 42n, card: 69n }],
  ['S10401', '1FFFFFFFFF', 0x7ffffffffn, { facility: 63n, card: 536870911n }],
  ['S10401', '1040000002', 0x20000001n, { facility: 1n, card: 1n }],
  ['BQT38', '0001140055', 0x8a002an, { facility: 42n, card: 69n }, { issue: 0n }],
  ['BQT38', '20475C80F7', 0x23ae407bn, { facility: 123n, card: 4567n }, { issue: 2n }],
  ['BQT38', '0000040003', 0x20001n, { facility: 1n, card: 1n }, { issue: 0n }],
  ['ISCS38', '201500008A', 0xa800045n, { facility: 42n, card: 69n }, { oem: 0n }],
  ['ISCS38', '243D8023AF', 0x21ec011d7n, { facility: 123n, card: 4567n }, { oem: 2n }],
  ['ISCS38', '2000800002', 0x400001n, { facility: 1n, card: 1n }, { oem: 0n }],
  ['PW39', '400540008A', 0x2a00045n, { facility: 42n, card: 69n }],
  ['PW39', '000F6023AF', 0x7b011d7n, { facility: 123n, card: 4567n }],
  ['PW39', '4000200002', 0x100001n, { facility: 1n, card: 1n }],
  ['Casi40', '000000008A', 0x8an, { card: 69n }],
  ['Casi40', '00000023AE', 0x23aen, { card: 4567n }],
  ['Casi40', '0000000002', 0x2n, { card: 1n }],
  ['Verkada40', '854000008B', 0x2a0000045n, { facility: 42n, card: 69n }],
  ['Verkada40', '0F600023AE', 0x7b00011d7n, { facility: 123n, card: 4567n }],
  ['Verkada40', '8020000003', 0x10000001n, { facility: 1n, card: 1n }],
  ['BC40', '0005400114', 0x2a0008an, { facility: 42n, card: 69n }, { oem: 0n }],
  ['BC40', '0A0F60475D', 0x507b023aen, { facility: 123n, card: 4567n }, { oem: 5n }],
  ['BC40', '0000200004', 0x100002n, { facility: 1n, card: 1n }, { oem: 0n }],
  ['H800002', '00150000008B', 0xa80000045n, { facility: 42n, card: 69n }],
  ['H800002', '003D800023AF', 0x1ec00011d7n, { facility: 123n, card: 4567n }],
  ['H800002', '000080000003', 0x40000001n, { facility: 1n, card: 1n }],
  ['C1k48s', '80002A00008A', 0x15000045n, { facility: 42n, card: 69n }],
  ['C1k48s', '40007B0023AE', 0x3d8011d7n, { facility: 123n, card: 4567n }],
  ['C1k48s', 'FFFFFF000002', 0x1fffff800001n, { facility: 4194303n, card: 1n }],
  ['Avig56', '8001500000008A', 0xa800000045n, { facility: 42n, card: 69n }],
  ['Avig56', '0003D8000023AF', 0x1ec000011d7n, { facility: 123n, card: 4567n }],
  ['Avig56', '80000800000002', 0x400000001n, { facility: 1n, card: 1n }],
  ['IR56', '00002A00000045', 0x2a00000045n, { facility: 42n, card: 69n }],
  ['IR56', '00007B000011D7', 0x7b000011d7n, { facility: 123n, card: 4567n }],
  ['IR56', '00000100010000', 0x100010000n, { facility: 1n, card: 65536n }],
  ['P10001', 'F02A00459F', 0xf02a0045n, { facility: 42n, card: 69n }],
  ['P10001', 'F07B11D74D', 0xf07b11d7n, { facility: 123n, card: 4567n }],
  ['P10001', 'F0010001F0', 0xf0010001n, { facility: 1n, card: 1n }],
  ['W44', '499602D200F', 0x499602d200n, { card: 1234567890n }, { maker: 0n }],
  ['W44', '00000001FF1', 0x1ffn, { card: 1n }, { maker: 255n }],
];

/** For the formats of which nobody printed a frame, computed in the same way. */
const derivedForTheRest: readonly Vector[] = [
  ['N10002', '20054008A', 0x2a0045n, { facility: 42n, card: 69n }],
  ['Promag 30', '2540008A', 0x2a00045n, { facility: 42n, card: 69n }],
  ['Promag 30', '1FFFFFFF', 0xfffffffn, { facility: 255n, card: 1048575n }],
  ['Promag 30', '0F6DF0AA', 0x7b6f855n, { facility: 123n, card: 456789n }],
  ['CSN32', '7186A61E', 0x7186a61en, { card: 1904649758n }],
  ['36-bit FC16', '001500229', 0xa80114n, { facility: 42n, card: 69n }, { oem: 0n }],
  ['36-bit FC16', '803D88EBD', 0x1ec475en, { facility: 123n, card: 4567n }, { oem: 2n }],
  ['36-bit FC16', '00008000A', 0x40005n, { facility: 1n, card: 1n }, { oem: 1n }],
  ['H10320', '12345678C', 0x12345678n, { card: 12345678n }],
  ['H10320', '000000004', 0x0n, { card: 0n }],
  ['H10320', '999999994', 0x99999999n, { card: 99999999n }],
  ['P10004', '00150008A0', 0x150008a0n, { facility: 42n, card: 69n }],
  ['P10004', '0FFFFFFFE0', 0xfffffffe0n, { facility: 8191n, card: 262143n }],
  ['HGen37', '060000008B', 0x8bn, { card: 69n }],
  ['HGen37', '10000023AF', 0x23afn, { card: 4567n }],
  ['HGen37', '05FFFFFFFF', 0x1ffffffffn, { card: 4294967295n }],
  ['Defcon32', '0005400008B', 0x2a000045n, { facility: 42n, card: 69n }, { issue: 0n }],
  ['Defcon32', '200F6A023AF', 0x7b5011d7n, { facility: 123n, card: 4567n }, { issue: 5n }],
  ['Defcon32', '1FFFFFFFFFF', 0xffffffffffn, { facility: 65535n, card: 1048575n }, { issue: 15n }],
  ['CSN56', '04A1B2C3D4E5F6', 0x4a1b2c3d4e5f6n, { card: 1303689068602870n }],
  ['CSN64', 'E00401001234ABCD', 0xe00401001234abcdn, { card: 16142028064219769805n }],
  ['wiegand_26', '2387695', 0x1c3b4an, { card: 1850186n }],
  ['wiegand_34', '2395E7695', 0x1caf3b4an, { card: 481246026n }],
  ['wiegand_42', '22468ACF135', 0x123456789an, { card: 78187493530n }],
  ['wiegand_58', '009436587A9CBEC', 0x4a1b2c3d4e5f6n, { card: 1303689068602870n }],
  ['wiegand_66', '3C00802002469579A', 0xe00401001234abcdn, { card: 16142028064219769805n }],
  [
    'wiegand_130',
    '002468ACF13579BDFFDB97530ECA86421',
    0x123456789abcdeffedcba9876543210n,
    { card: 1512366075204170947332355369683137040n },
  ],
];

const decodeOnly = ['ADT31', 'HCP32', 'P10004', 'HGen37', 'BC40', 'Avig56'];

for (const [title, vectors] of [
  ['published vectors', published],
  ['derived vectors', derived],
  ['derived vectors for the rest', derivedForTheRest],
] as const) {
  describe(title, () => {
    for (const [name, frameHex, number, fields, others = {}] of vectors) {
      it(`${name} ${frameHex}`, () => {
        const format = formatByName(name);
        assert.ok(format, `no format ${name}`);
        const raw = BigInt(`0x${frameHex}`);
        assert.deepEqual(decode(format, raw), { format: name, number, ...fields, others });
        assert.equal(holds(format, raw), true);
        assert.equal(frameHex.length, Math.ceil(format.bits / 4));
        if (decodeOnly.includes(name)) {
          assert.throws(() => encode(format, { ...fields, others }), RangeError);
        } else {
          assert.equal(encode(format, { ...fields, others }), raw);
        }
      });
    }
  });
}

describe('the catalogue', () => {
  it('has a vector for every format', () => {
    const tested = new Set([...published, ...derived, ...derivedForTheRest].map(([name]) => name));
    assert.deepEqual(
      formatNames.filter((name) => !tested.has(name)),
      [],
    );
  });

  it('makes frames of every format but those with bits nobody understands', () => {
    assert.deepEqual(
      formatNames.filter((name) => formatByName(name)?.encodes === false),
      decodeOnly,
    );
  });
});
