/**
 * What the locks of a panel know of their doors: which of them stand open, as their contacts say, and
 * which door an interlock keeps shut for another.
 */
import { type Bars, type LockName, lockNames } from '../door/model.ts';
import type { LockStation } from './lock-station.ts';

/** The doors of a panel. */
export class Doorways {
  readonly #locks: ReadonlyMap<LockName, LockStation>;
  readonly #interlock: boolean;
  readonly #open = new Set<LockName>();

  /** @param interlock first and second are the two doors of an interlock. */
  constructor(locks: ReadonlyMap<LockName, LockStation>, interlock: boolean) {
    this.#locks = locks;
    this.#interlock = interlock;
  }

  /** The door of a lock stands open now, or is closed. */
  is(name: LockName, open: boolean): void {
    if (open) this.#open.add(name);
    else this.#open.delete(name);
  }

  standsOpen(name: LockName): boolean {
    return this.#open.has(name);
  }

  /** Locks that no grant may release now, and why. */
  bars(): Bars {
    let bars: Bars = {};
    for (const [name, { state }] of this.#locks) {
      if (state.blocked) bars = { ...bars, [name]: 'door-blocked' };
      else if (this.#isInterlocked(name)) bars = { ...bars, [name]: 'interlock' };
    }
    return bars;
  }

  /** Locks whose grant yields where this lock was released, or its door opened, whatever the other does. */
  yieldingTo(name: LockName): LockName[] {
    if (!this.#interlock) return [];
    return lockNames.filter((other) => {
      const waits = this.#locks.get(other)?.state.grant != null;
      return waits && this.#isOpen(name, other);
    });
  }

  /** Whether the other door of an interlock is open, released or about to be. */
  #isInterlocked(name: LockName): boolean {
    return this.#interlock && lockNames.some((other) => this.#isOpen(other, name));
  }

  #isOpen(name: LockName, but: LockName): boolean {
    if (name === but) return false;
    const state = this.#locks.get(name)?.state;
    return state?.released === true || state?.grant != null || this.#open.has(name);
  }
}
