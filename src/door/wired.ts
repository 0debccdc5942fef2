/** What may be wired to a panel besides locks: the words for it. */
import { scannerKinds } from '../reader/line.ts';

/** What comes over the serial line of a reader. */
export const serialKinds = ['em4100', 'packet', ...scannerKinds] as const;

/** What a reader is: two wires, or what comes over its serial line. */
export const readerKinds = ['wiegand', ...serialKinds] as const;
export type ReaderKind = (typeof readerKinds)[number];

/** What an input is for. */
export const inputKinds = ['exit_button', 'door_contact', 'tamper', 'fire'] as const;
export type InputKind = (typeof inputKinds)[number];

/** Ways to know of a door (panel API, `mode`). Kept for its clients: this panel has a contact. */
export const sensorModes = ['door_sensor', 'call_button'] as const;
export type SensorMode = (typeof sensorModes)[number];
