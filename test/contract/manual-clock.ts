/** A clock that stands still until a test moves it. */

import type { Clock, Timer } from '../../src/ports.ts';

export class ManualClock implements Clock {
  #nowUs = 1_000_000;
  #timers: { readonly atUs: number; readonly run: () => void }[] = [];

  wallMs(): number {
    return Math.floor(this.#nowUs / 1000);
  }

  monoUs(): number {
    return this.#nowUs;
  }

  after(delayUs: number, run: () => void): Timer {
    const timer = { atUs: this.#nowUs + delayUs, run };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /** Time passes and no timer fires, as in a process that is busy. */
  stall(us: number): void {
    this.#nowUs += us;
  }

  /** Fires timers in order, each in its time, until none is left. */
  runAll(): void {
    for (;;) {
      const [next, ...rest] = this.#timers.toSorted((a, b) => a.atUs - b.atUs);
      if (next === undefined) return;
      this.#timers = rest;
      this.#nowUs = Math.max(this.#nowUs, next.atUs);
      next.run();
    }
  }
}
