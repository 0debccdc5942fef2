/** Counts failures by key and refuses a key for a while once there were too many. */
import type { Clock } from '../../ports.ts';

/** Failures of one key within `windowUs` after which it is refused for another `windowUs`. */
const limit = 5;
const windowUs = 60_000_000;
/** Keys remembered at the most; beyond, the one longest known is forgotten. */
const keysAtMost = 4096;

interface Entry {
  readonly sinceUs: number;
  readonly failures: number;
  /** 0: not refused. */
  readonly untilUs: number;
}

/** One kind of key: addresses, or names. Time is monotonic: a set clock frees nobody. */
export class Throttle {
  readonly #clock: Pick<Clock, 'monoUs'>;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Pick<Clock, 'monoUs'>) {
    this.#clock = clock;
  }

  /** Microseconds until `key` is heard again; 0: it is heard now. */
  waitUs(key: string): number {
    const entry = this.#entries.get(key);
    return entry ? Math.max(0, entry.untilUs - this.#clock.monoUs()) : 0;
  }

  /** Counts a failure. True: from now on the key is refused. */
  failed(key: string): boolean {
    const nowUs = this.#clock.monoUs();
    const old = this.#entries.get(key);
    // One that began before: it must not end the refusal.
    if (old && old.untilUs > nowUs) return true;
    const goesOn = old && old.untilUs === 0 && nowUs - old.sinceUs < windowUs;
    const failures = goesOn ? old.failures + 1 : 1;
    const refused = failures >= limit;
    this.#entries.delete(key);
    this.#entries.set(key, {
      sinceUs: goesOn ? old.sinceUs : nowUs,
      failures,
      untilUs: refused ? nowUs + windowUs : 0,
    });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > keysAtMost && oldest !== undefined) this.#entries.delete(oldest);
    return refused;
  }
}
