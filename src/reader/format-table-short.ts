import { even, type FormatRow, halves, odd, pairs, range } from './format-row.ts';

/**
 * Formats of 26 to 35 bits. Where a row has no comment its positions stand in the table of
 * RfidResearchGroup/proxmark3 and agree with other published tables. Left out: R901592C (33 bits)
 * is described on one page only, whose two parities cover the same bits, and no card is known to
 * check it with; HPP32, because its published field runs past the end of the frame.
 */
export const shortFormats: readonly FormatRow[] = [
  { name: 'H10301', bits: 26, facility: range(1, 8), card: range(9, 24), parity: halves(12, 25) },
  // Same parity as H10301: only the reader's list tells the two apart.
  { name: 'ind26', bits: 26, facility: range(1, 12), card: range(13, 24), parity: halves(12, 25) },
  { name: 'ind27', bits: 27, facility: range(0, 12), card: range(13, 26) },
  // Scattered on purpose by the maker; facility has 13 bits, though some tables read only 11.
  {
    name: 'indasc27',
    bits: 27,
    facility: [9, 4, 6, 5, 0, 7, 19, 8, 10, 16, 24, 12, 22],
    card: [26, 1, 3, 15, 14, 17, 20, 13, 25, 2, 18, 21, 11, 23],
  },
  {
    name: 'Tecom27',
    bits: 27,
    facility: [15, 19, 24, 23, 22, 18, 6, 10, 14, 3, 2],
    card: [0, 1, 13, 12, 9, 26, 20, 16, 17, 21, 25, 7, 8, 11, 4, 5],
  },
  // Bit 2 first: the two other rules cover it.
  {
    name: '2804W',
    bits: 28,
    facility: range(4, 11),
    card: range(12, 26),
    parity: [odd(2, pairs(4, 26)), even(0, range(1, 13)), odd(27, range(0, 26))],
    zeros: [1, 3],
  },
  { name: 'ind29', bits: 29, facility: range(0, 12), card: range(13, 28) },
  { name: 'ATSW30', bits: 30, facility: range(1, 12), card: range(13, 28), parity: halves(12, 29) },
  // Promag WEC200 manual.
  {
    name: 'Promag 30',
    bits: 30,
    facility: range(1, 8),
    card: range(9, 28),
    parity: halves(14, 29),
  },
  // Bit 0 and the last three follow a rule nobody has published.
  { name: 'ADT31', bits: 31, facility: range(1, 4), card: range(5, 27), decodeOnly: true },
  // Bit 0 and the last seven are not known.
  { name: 'HCP32', bits: 32, card: range(1, 24), decodeOnly: true },
  { name: 'WIE32', bits: 32, facility: range(4, 15), card: range(16, 31) },
  // Readers differ in the order of the bytes of a chip's serial number; as on the wire here.
  { name: 'CSN32', bits: 32, card: range(0, 31) },
  {
    name: 'Kastle',
    bits: 32,
    facility: range(7, 14),
    card: range(15, 30),
    others: { issue: range(2, 6) },
    parity: [even(0, range(1, 16)), odd(31, range(14, 30))],
    ones: [1],
  },
  { name: 'Kantech', bits: 32, facility: range(7, 14), card: range(15, 30) },
  // Bit 16 is in both rules.
  {
    name: 'D10202',
    bits: 33,
    facility: range(1, 7),
    card: range(8, 31),
    parity: [even(0, range(1, 16)), odd(32, range(16, 31))],
  },
  { name: 'H10306', bits: 34, facility: range(1, 16), card: range(17, 32), parity: halves(16, 33) },
  { name: 'N10002', bits: 34, facility: range(1, 16), card: range(17, 32), parity: halves(16, 33) },
  { name: 'Optus34', bits: 34, facility: range(22, 32), card: range(1, 16) },
  {
    name: 'SMP34',
    bits: 34,
    facility: range(1, 13),
    card: range(17, 32),
    others: { issue: range(14, 16) },
  },
  { name: 'BQT34', bits: 34, facility: range(1, 8), card: range(9, 32), parity: halves(16, 33) },
  // Bit 1 first, bit 0 last: each later rule covers the earlier bits.
  {
    name: 'C1k35s',
    bits: 35,
    facility: range(2, 13),
    card: range(14, 33),
    parity: [even(1, pairs(2, 33)), odd(34, pairs(1, 32)), odd(0, range(1, 34))],
  },
];
