/**
 * Writes lines to standard output, of which a reader that stalls keeps a bounded number in memory:
 * the panel is to outlive whoever reads its log.
 */
import type { Writable } from 'node:stream';

/** Kept in memory for a reader that stalls, bytes; later lines are dropped. */
const longestQueue = 1024 * 1024;

/** One a stream, which must not block; that of a pipe or a socket does not. */
export class LineWriter {
  readonly #stream: Writable;
  #dropped = 0;
  #lost = 0;

  /** `lost` is told, once the reader takes lines again, how many it did not get. */
  constructor(stream: Writable, lost: (count: number) => void) {
    this.#stream = stream;
    // Whoever read it has gone. The door goes on without.
    stream.on('error', () => {});
    stream.on('drain', () => {
      const count = this.#dropped;
      this.#dropped = 0;
      this.#lost += count;
      if (count > 0) lost(count);
    });
  }

  /** Lines that the reader did not get, since the start. */
  get lost(): number {
    return this.#lost + this.#dropped;
  }

  /** Takes a line, with its newline; never waits, never throws. */
  write(line: string): void {
    if (this.#stream.writableLength + Buffer.byteLength(line) > longestQueue) this.#dropped += 1;
    else this.#stream.write(line);
  }

  /** Resolves when every line taken so far is written, or nobody reads any more. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      this.#stream.write('', () => resolve());
    });
  }
}
