import type { CivilTime } from '../../src/door/model.ts';
import type { Clock, Timer } from '../../src/ports.ts';

/** `clock`, on which every wait takes `factor` times as long: for what is never to come in a test. */
export function slowed(clock: Clock, factor: number): Clock {
  return { ...clock, after: (delayUs, run) => clock.after(delayUs * factor, run) };
}

/** A clock that stands still until it is told to go on; timers fire in their order. */
export class FakeClock implements Clock {
  #monoUs = 1_000_000;
  #wallMs: number;
  #timers: { atUs: number; run: () => void }[] = [];
  /** The zone, seconds east of UTC. */
  zoneS = 0;

  constructor(wallMs = Date.UTC(2026, 5, 1, 12)) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monoUs(): number {
    return this.#monoUs;
  }

  after(delayUs: number, run: () => void): Timer {
    const timer = { atUs: this.#monoUs + delayUs, run };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  civil(unixS: number): CivilTime {
    const civilS = unixS + this.zoneS;
    const day = Math.floor(civilS / 86_400);
    return { day, second: civilS - day * 86_400 };
  }

  /** Moves the wall clock alone, as `date -s` does. */
  setWall(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  /** Lets `us` microseconds pass; what is due in them runs at its own time. */
  advance(us: number): void {
    const endUs = this.#monoUs + us;
    for (;;) {
      const due = this.#timers
        .filter(({ atUs }) => atUs <= endUs)
        .sort((a, b) => a.atUs - b.atUs)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#pass(Math.max(0, due.atUs - this.#monoUs));
      due.run();
    }
    this.#pass(endUs - this.#monoUs);
  }

  /** Lets time pass without any timer running, as while the main loop is stalled. */
  stall(us: number): void {
    this.#pass(us);
  }

  get armed(): number {
    return this.#timers.length;
  }

  #pass(us: number): void {
    this.#monoUs += us;
    this.#wallMs += us / 1000;
  }
}
