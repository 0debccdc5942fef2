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
  /** How long after an opening a contact tells it at the latest, microseconds. */
  readonly #settleUs = new Map<LockName, number>();
  /** Until when a door may turn out to have been opened before its lock came to rest. */
  readonly #unsettledUntilUs = new Map<LockName, number>();

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

  /** The door of a lock has a contact, which tells an opening `settleUs` later at the latest. */
  watched(name: LockName, settleUs: number): void {
    this.#settleUs.set(name, settleUs);
  }

  /** A lock has come to rest. Its door may have been opened just before, which nobody knows yet. */
  rested(name: LockName, nowUs: number): void {
    this.#unsettledUntilUs.set(name, nowUs + (this.#settleUs.get(name) ?? 0));
  }

  standsOpen(name: LockName): boolean {
    return this.#open.has(name);
  }

  /** Locks that no grant may release now, and why. */
  bars(nowUs: number): Bars {
    let bars: Bars = {};
    for (const [name, { state }] of this.#locks) {
      if (state.blocked) bars = { ...bars, [name]: 'door-blocked' };
      else if (this.#isInterlocked(name, nowUs)) bars = { ...bars, [name]: 'interlock' };
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
  #isInterlocked(name: LockName, nowUs: number): boolean {
    if (!this.#interlock) return false;
    return lockNames.some(
      (other) => this.#isOpen(other, name) || this.#isUnsettled(other, name, nowUs),
    );
  }

  #isUnsettled(name: LockName, but: LockName, nowUs: number): boolean {
    return name !== but && nowUs < (this.#unsettledUntilUs.get(name) ?? nowUs);
  }

  #isOpen(name: LockName, but: LockName): boolean {
    if (name === but) return false;
    const state = this.#locks.get(name)?.state;
    return state?.released === true || state?.grant != null || this.#open.has(name);
  }
}
