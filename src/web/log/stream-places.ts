/** Answers that last: a bounded number of them, of which no client holds all. */

/** One for all streams of an application. */
export class StreamPlaces {
  readonly #held = new Map<string, number>();
  #all = 0;

  /**
   * Takes a place for the client at an address. @returns a way to give it back, which may be called
   * twice; undefined: there is none.
   */
  take(remote: string): (() => void) | undefined {
    const held = this.#held.get(remote) ?? 0;
    if (held >= streamsPerAddress || this.#all >= streamsAtOnce) return undefined;
    this.#held.set(remote, held + 1);
    this.#all += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#all -= 1;
      const left = (this.#held.get(remote) ?? 1) - 1;
      if (left > 0) this.#held.set(remote, left);
      else this.#held.delete(remote);
    };
  }
}

/** Streams at once: of one address, and of all. */
export const streamsPerAddress = 16;
export const streamsAtOnce = 64;
