/** Damaged records: lists leave them out and remember which, until they can be read again. */
import { Fault } from '../errors.ts';

/** Remembered at the most; more are left out as well. */
const namedAtMost = 100;

export class LeftOut {
  /** How each is read, by its name. */
  readonly #reads = new Map<string, () => unknown>();

  /** What `read` gives; undefined where the record is damaged, which is remembered as `name`. */
  orNone<T>(name: string | (() => string), read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (this.#reads.size < namedAtMost) {
        this.#reads.set(typeof name === 'string' ? name : name(), read);
      }
      return undefined;
    }
  }

  /** Names of those that are damaged still. */
  names(): string[] {
    for (const [name, read] of [...this.#reads]) {
      this.#reads.delete(name);
      this.orNone(name, read);
    }
    return [...this.#reads.keys()];
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof Fault && error.code === 'store-unreadable';
}
