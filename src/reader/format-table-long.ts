import { even, type FormatRow, halves, odd, pairs, range, xorOfUnits } from './format-row.ts';

/**
 * Formats of 36 bits and more. Where a row has no comment its positions stand in the table of
 * RfidResearchGroup/proxmark3 and agree with other published tables.
 */
export const longFormats: readonly FormatRow[] = [
  // The maker's number is 900 on most cards.
  {
    name: 'C15001',
    bits: 36,
    facility: range(11, 18),
    card: range(19, 34),
    others: { oem: range(1, 10) },
    parity: halves(17, 35),
  },
  // Bit 17 is in both rules. Never holds together with C15001: odd against even over 1 to 17.
  {
    name: 'S12906',
    bits: 36,
    facility: range(1, 8),
    card: range(11, 34),
    others: { issue: range(9, 10) },
    parity: [odd(0, range(1, 17)), odd(35, range(17, 34))],
  },
  {
    name: 'Sie36',
    bits: 36,
    facility: range(1, 18),
    card: range(19, 34),
    parity: [odd(0, [1, ...pairs(3, 34)]), even(35, [...pairs(1, 32), 34])],
  },
  // Holds together with S12906 whenever bit 17 is one.
  {
    name: '36-bit FC16',
    bits: 36,
    facility: range(1, 16),
    card: range(17, 32),
    others: { oem: range(33, 34) },
    parity: [odd(0, range(1, 17)), even(35, range(18, 34))],
  },
  // As eleven working fobs have it; the table of proxmark3 takes bit 28 twice and 37 bits.
  {
    name: 'H10320',
    bits: 36,
    card: range(0, 31),
    cardIsBcd: true,
    parity: [
      even(32, range(0, 28, 4)),
      odd(33, range(1, 29, 4)),
      even(34, range(2, 30, 4)),
      even(35, range(3, 31, 4)),
    ],
  },
  // H10302 and H10304 have the same parity: a card of one is always a card of the other.
  {
    name: 'H10302',
    bits: 37,
    card: range(1, 35),
    parity: [even(0, range(1, 18)), odd(36, range(18, 35))],
  },
  {
    name: 'H10304',
    bits: 37,
    facility: range(1, 16),
    card: range(17, 35),
    parity: [even(0, range(1, 18)), odd(36, range(18, 35))],
  },
  // Bit 0 and the last five follow a rule nobody has published.
  { name: 'P10004', bits: 37, facility: range(1, 13), card: range(14, 31), decodeOnly: true },
  // Six bits of facility and 17 bits under the first rule, as 52 real cards have it (DarkFlippers/
  // unleashed-firmware PR 1149); as MDI37 in proxmark3, only cards with bit 18 clear would pass.
  {
    name: 'S10401',
    bits: 37,
    facility: range(1, 6),
    card: range(7, 35),
    parity: halves(17, 36),
  },
  // The decoder of proxmark3 has bit 28 in the second rule where its encoder, and both sides of
  // RfidResearchGroup/ChameleonUltra, have 26; 28 also breaks the pace of four. Bit 1 and every
  // fourth bit from 5 are under no known rule, so nothing is encoded.
  {
    name: 'HGen37',
    bits: 37,
    card: range(4, 35),
    parity: [even(0, range(4, 32, 4)), odd(2, range(6, 34, 4)), even(3, range(7, 35, 4))],
    ones: [36],
    decodeOnly: true,
  },
  {
    name: 'BQT38',
    bits: 38,
    facility: range(24, 36),
    card: range(1, 19),
    others: { issue: range(20, 23) },
    parity: halves(18, 37),
  },
  {
    name: 'ISCS38',
    bits: 38,
    facility: range(5, 14),
    card: range(15, 36),
    others: { oem: range(1, 4) },
    parity: halves(18, 37),
  },
  { name: 'PW39', bits: 39, facility: range(1, 17), card: range(18, 37), parity: halves(18, 38) },
  {
    name: 'P10001',
    bits: 40,
    facility: range(4, 15),
    card: range(16, 31),
    parity: xorOfUnits(8, 4),
    ones: range(0, 3),
  },
  // A Casi C10106 card holds its printed number plus an offset that differs between sites.
  { name: 'Casi40', bits: 40, card: range(1, 38) },
  {
    name: 'Verkada40',
    bits: 40,
    facility: range(1, 10),
    card: range(11, 38),
    parity: [even(0, range(1, 10)), even(39, range(11, 38))],
  },
  // Published with a card of 20 bits in a field of 19, bit 38 without a meaning: probably a slip.
  {
    name: 'BC40',
    bits: 40,
    facility: range(7, 18),
    card: range(19, 37),
    others: { oem: range(0, 6) },
    parity: [odd(39, range(19, 37))],
    decodeOnly: true,
  },
  // Every second bit only: the bits between are under no rule.
  {
    name: 'Defcon32',
    bits: 42,
    facility: range(1, 16),
    card: range(21, 40),
    others: { issue: range(17, 20) },
    parity: [even(0, range(2, 20, 2)), odd(41, range(21, 39, 2))],
  },
  // Hikvision DS-K2600 manual, appendix B.
  {
    name: 'W44',
    bits: 44,
    card: range(0, 31),
    others: { maker: range(32, 39) },
    parity: xorOfUnits(4, 10),
  },
  {
    name: 'H800002',
    bits: 46,
    facility: range(1, 14),
    card: range(15, 44),
    parity: [even(0, range(1, 44)), odd(45, range(1, 44))],
  },
  // Bit 1 first, bit 0 last: each later rule covers the earlier bits.
  {
    name: 'C1k48s',
    bits: 48,
    facility: range(2, 23),
    card: range(24, 46),
    parity: [even(1, pairs(3, 46)), odd(47, pairs(2, 45)), odd(0, range(1, 47))],
  },
  // The source names a parity of every second bit but computes the plain one, and panels offer
  // both (Avigilon ACM manual p. 42). No real card was found to decide.
  {
    name: 'Avig56',
    bits: 56,
    facility: range(1, 20),
    card: range(21, 54),
    parity: halves(27, 55),
    decodeOnly: true,
  },
  { name: 'IR56', bits: 56, facility: range(0, 23), card: range(24, 55) },
  { name: 'CSN56', bits: 56, card: range(0, 55) },
  { name: 'CSN64', bits: 64, card: range(0, 63) },
  ...[26, 34, 42, 58, 66, 130].map(generic),
];

/** The panel API's `wiegand_N`: a parity bit at each end, half of the data under each. */
function generic(bits: number): FormatRow {
  return {
    name: `wiegand_${bits}`,
    bits,
    card: range(1, bits - 2),
    parity: halves((bits - 2) / 2, bits - 1),
    generic: true,
  };
}
