/** Readers with keypads: what they are, and what they need of the store. Types only. */
import type { Attempts, Trier } from '../door/attempts.ts';
import type { KeypadKind, ReaderMode } from '../reader/keypad.ts';
import type { LineFaultCode } from '../reader/line-faults.ts';

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

/** What the wires of a reader may do before it is a fault. */
export interface LineLimits {
  /** The most that people can present, over some seconds. */
  readonly framesPerSecond: number;
  /** Misreads of a reader that are told one by one; more are counted. */
  readonly misreadsPerMinute: number;
}

/** How the wires of a reader have been doing since the start. */
export interface LineStatus {
  /** Faults that there are now. */
  readonly faults: readonly LineFaultCode[];
  /** How often each has begun; those that never did are absent. */
  readonly faultCounts: { readonly [code in LineFaultCode]?: number };
  /** Frames that were not believed, because of a fault. */
  readonly ignoredFrames: number;
  /** Misreads that have no event of their own, because too many came. */
  readonly untoldMisreads: number;
}
