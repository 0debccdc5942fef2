/** Answers that last: a bounded number of them, of which no client holds all. */
import { clientOf } from '../address.ts';

/** One for all streams of an application. */
export class StreamPlaces {
  readonly #held = new Map<string, number>();
  #all = 0;

  /**
   * Takes a place for the client at an address. @returns a way to give it back, which may be called
   * twice; undefined: there is none.
   */
  take(remote: string): (() => void) | undefined {
    const client = clientOf(remote);
    const held = this.#held.get(client) ?? 0;
    if (held >= streamsPerAddress || this.#all >= streamsAtOnce) return undefined;
    this.#held.set(client, held + 1);
    this.#all += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#all -= 1;
      const left = (this.#held.get(client) ?? 1) - 1;
      if (left > 0) this.#held.set(client, left);
      else this.#held.delete(client);
    };
  }
}

/** Streams at once: of one client, and of all. */
export const streamsPerAddress = 16;
export const streamsAtOnce = 64;
