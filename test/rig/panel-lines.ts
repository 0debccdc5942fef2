/** The panel that the rig's tests wire up: lines of one chip of gpio-sim, as `sim-chip` makes it. */

import type { InputLine, ReaderLines, RelayLine } from '../../src/ports.ts';

/** The chip's label. */
export const chip = 'panel';
export const lineCount = 32;
/** Readers idle high; a relay's line idles at its rest level; the kernel itself holds line 12. */
export const chipSettings = ['0-11=up', '21=up', '12=hog:input'];

export const left: ReaderLines = { name: 'left', chip, d0: 4, d1: 5 };
export const right: ReaderLines = { name: 'right', chip, d0: 6, d1: 7 };
export const first: RelayLine = { name: 'first', chip, line: 20, activeLow: false };
export const second: RelayLine = { name: 'second', chip, line: 21, activeLow: true };
const input = { chip, bias: 'none', debounceUs: 50_000 } as const;
export const button: InputLine = { ...input, name: 'button', line: 14, activeLow: false };
export const contact: InputLine = { ...input, name: 'contact', line: 15, activeLow: true };
export const spareLine = 10;
export const hoggedLine = 12;
