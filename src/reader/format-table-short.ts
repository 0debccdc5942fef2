import { even, type FormatRow, halves, odd, pairs, range, xorOfUnits } from './format-row.ts';

/**
 * Formats of 26 to 35 bits. Positions as restated by RfidResearchGroup/proxmark3 and compared with
 * accessgrid.com; where a row follows something else, its comment says what.
 */
export const shortFormats: readonly FormatRow[] = [
  {
    name: 'H10301',
    bits: 26,
    facility: range(1, 8),
    card: range(9, 24),
    parity: halves(12, 25),
  },
  // Same parity as H10301: only the reader's list can tell the two apart.
  {
    name: 'ind26',
    bits: 26,
    facility: range(1, 12),
    card: range(13, 24),
    parity: halves(12, 25),
  },
];
