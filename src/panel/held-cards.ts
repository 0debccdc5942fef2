/**
 * Cards that are held at a reader which sends them again and again: all of that is one presentation,
 * which ends when the reader has not sent the card for a while.
 */
import type { LockName } from '../door/model.ts';
import type { Presented } from '../door/presented.ts';

/** What is known of a card that was read a short while ago. */
export interface HeldCard {
  /** When it was read last, microseconds of the monotonic clock. */
  lastUs: number;
  /** Locks that its grant has opened and that have not come to rest since. */
  locks: readonly LockName[];
}

/** The cards at one reader. */
export class HeldCards {
  readonly #repeatUs: number;
  readonly #cards = new Map<string, HeldCard>();

  /** @param repeatUs a card that comes again within this time of its last reading is held; 0: none is. */
  constructor(repeatUs: number) {
    this.#repeatUs = repeatUs;
  }

  /**
   * Takes a reading at `atUs`, by the time of its edges. @returns the card where it is held; undefined:
   * it is presented now.
   */
  read(presented: Presented, atUs: number): HeldCard | undefined {
    if (this.#repeatUs === 0) return undefined;
    for (const [key, { lastUs }] of this.#cards) {
      if (atUs - lastUs >= this.#repeatUs) this.#cards.delete(key);
    }
    const held = this.#cards.get(keyOf(presented));
    if (held) held.lastUs = atUs;
    else this.#cards.set(keyOf(presented), { lastUs: atUs, locks: [] });
    return held;
  }

  /** What was presented has opened `locks`. */
  opened(presented: Presented, locks: readonly LockName[]): void {
    const held = this.#cards.get(keyOf(presented));
    if (held) held.locks = locks;
  }
}

function keyOf({ types, number }: Presented): string {
  return `${types[0]} ${number}`;
}
