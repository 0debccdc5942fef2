/**
 * Bits one ring holds. The longest format has 130; the rest is room to see how long a burst of
 * noise was. A power of two, so that an index wraps with a mask.
 */
export const ringCapacity = 256;

/**
 * The bits of one reader with the time of each, oldest first, in memory that is taken once: a
 * push allocates nothing. What does not fit is refused and counted.
 */
export class Ring {
  readonly #bits = new Uint8Array(ringCapacity);
  /** Doubles: microseconds of a monotonic clock pass 2^32 after 72 minutes. */
  readonly #timesUs = new Float64Array(ringCapacity);
  #oldest = 0;
  #length = 0;
  #refused = 0;

  get length(): number {
    return this.#length;
  }

  /** Bits that did not fit since the last `clear`. */
  get refused(): number {
    return this.#refused;
  }

  /** Adds a bit seen at `atUs` (microseconds). False: the ring is full, the bit is only counted. */
  push(bit: 0 | 1, atUs: number): boolean {
    if (this.#length === ringCapacity) {
      this.#refused += 1;
      return false;
    }
    const slot = this.#slot(this.#length);
    this.#bits[slot] = bit;
    this.#timesUs[slot] = atUs;
    this.#length += 1;
    return true;
  }

  /** Microseconds at which bit `index` came, 0 being the oldest. @throws RangeError outside 0 to length - 1. */
  timeUsAt(index: number): number {
    this.#mustHold(index);
    return this.#timesUs[this.#slot(index)] ?? Number.NaN;
  }

  /** All bits as one unsigned integer, the oldest the most significant; 0 when empty. */
  toInteger(): bigint {
    let integer = 0n;
    // In words of 30 bits, because each step on a bigint allocates.
    for (let start = 0; start < this.#length; start += 30) {
      const end = Math.min(start + 30, this.#length);
      let word = 0;
      for (let index = start; index < end; index += 1) {
        word = (word << 1) | (this.#bits[this.#slot(index)] ?? 0);
      }
      integer = (integer << BigInt(end - start)) | BigInt(word);
    }
    return integer;
  }

  /** Copies the bits, and how many microseconds after the oldest each came, to the start of both. */
  copyTo(bits: Uint8Array, afterUs: Int32Array): void {
    const startUs = this.#timesUs[this.#slot(0)] ?? 0;
    for (let index = 0; index < this.#length; index += 1) {
      const slot = this.#slot(index);
      bits[index] = this.#bits[slot] ?? 0;
      afterUs[index] = (this.#timesUs[slot] ?? 0) - startUs;
    }
  }

  /** Forgets the bits and the count of those refused. */
  clear(): void {
    this.#oldest = this.#slot(this.#length);
    this.#length = 0;
    this.#refused = 0;
  }

  #slot(index: number): number {
    return (this.#oldest + index) & (ringCapacity - 1);
  }

  #mustHold(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.#length) {
      throw new RangeError(`no bit ${index} in a ring of ${this.#length}`);
    }
  }
}
