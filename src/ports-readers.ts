/** Readers with keypads: what they are, and what they need of the store. Types only. */
import type { Attempts, Trier } from './door/attempts.ts';
import type { KeypadKind, ReaderMode } from './reader/keypad.ts';

/** Wrong tries, kept so that a restart forgives nobody. */
export interface AttemptStore {
  /** All; what is damaged is left out, for it must not keep the door from starting. */
  all(): { readonly who: Trier; readonly state: Attempts }[];
  /** Undefined: forgotten. Resolves when it is on the disk. */
  set(who: Trier, state: Attempts | undefined): Promise<void>;
}

/** A keypad as the configuration describes it. */
export interface KeypadSetup {
  readonly kind: KeypadKind;
  readonly mode: ReaderMode;
  readonly betweenKeysUs: number;
  /** Digits of a code, where all have as many; absent: `#` sends. */
  readonly digits?: number;
  /** Of the frames that a buffered keypad sends; a card's is another. */
  readonly facility: number;
}
