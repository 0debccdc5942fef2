import type { Format } from './formats.ts';
import type { Frame } from './frame.ts';
import { type Ring, ringCapacity } from './ring.ts';

/** Frames of one reader that are kept. */
export const framesKept = 32;

/** A frame as it came, for a technician. Plain data: it may cross threads. */
export interface KeptFrame {
  /** Counts the frames of the reader from 1 up. */
  readonly id: number;
  /** Unix milliseconds at its end. */
  readonly atMs: number;
  /** Absent where the bits are, or may be, what somebody typed at a keypad. */
  readonly seen?: SeenFrame;
}

/** What the wires said. */
export interface SeenFrame {
  readonly frame: Frame;
  /** Names of the formats that the reader took then, in its order. */
  readonly formats: readonly string[];
  /** The line of each edge, 0 or 1, and its time in microseconds after the first. */
  readonly lines: Uint8Array;
  readonly afterUs: Int32Array;
}

interface Entry {
  readonly id: number;
  readonly atMs: number;
  readonly frame: Frame | undefined;
  readonly formats: readonly Format[];
}

/**
 * The last frames of one reader with their edges, in memory that is taken once: keeping one costs a
 * small object and a copy of its edges. What they mean is worked out when somebody asks.
 */
export class FrameHistory {
  readonly #lines = new Uint8Array(framesKept * ringCapacity);
  readonly #afterUs = new Int32Array(framesKept * ringCapacity);
  readonly #entries: (Entry | undefined)[] = new Array(framesKept).fill(undefined);
  #count = 0;

  /** The edges of the frame that is kept next. */
  edges(ring: Ring): void {
    const { lines, afterUs } = this.#room(this.#count);
    ring.copyTo(lines, afterUs);
  }

  /** Keeps the frame whose edges came last. */
  keep(frame: Frame, atMs: number, formats: readonly Format[]): void {
    this.#add({ id: this.#count + 1, atMs, frame, formats });
  }

  /** Keeps only that the frame whose edges came last was there. */
  keepSecret(atMs: number): void {
    const { lines, afterUs } = this.#room(this.#count);
    lines.fill(0);
    afterUs.fill(0);
    this.#add({ id: this.#count + 1, atMs, frame: undefined, formats: [] });
  }

  /** Frames after number `after`, oldest first; of more than `atMost`, the newest. */
  after(after: number, atMost: number): KeptFrame[] {
    const wanted = Math.min(framesKept, atMost, Math.max(0, this.#count - after));
    const found: KeptFrame[] = [];
    for (let index = this.#count - wanted; index < this.#count; index += 1) {
      const entry = this.#entries[index % framesKept];
      if (entry) found.push(this.#told(entry));
    }
    return found;
  }

  #add(entry: Entry): void {
    this.#entries[this.#count % framesKept] = entry;
    this.#count += 1;
  }

  #told({ id, atMs, frame, formats }: Entry): KeptFrame {
    if (!frame) return { id, atMs };
    const { lines, afterUs } = this.#room(id - 1);
    const seen = {
      frame,
      formats: formats.map(({ name }) => name),
      lines: lines.slice(0, frame.length),
      afterUs: afterUs.slice(0, frame.length),
    };
    return { id, atMs, seen };
  }

  #room(index: number) {
    const start = (index % framesKept) * ringCapacity;
    const end = start + ringCapacity;
    return {
      lines: this.#lines.subarray(start, end),
      afterUs: this.#afterUs.subarray(start, end),
    };
  }
}
