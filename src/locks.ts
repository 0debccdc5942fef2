/**
 * The last step of the journey: carries out, on the relays, what the state machine of each lock
 * says. Knows when a lock closes again; knows nothing of who may open it.
 */
import { lockFailedEvent } from './door/event.ts';
import { type LockInput, type LockState, lockAtRest, stepLock } from './door/lock.ts';
import type { LockName, PanelEvent } from './door/model.ts';
import { describeError } from './errors.ts';
import type { Clock, Log, Relay, Timer } from './ports.ts';

export interface LockParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
}

/** The locks of a panel, none at first. */
export class Locks {
  readonly #parts: LockParts;
  readonly #locks = new Map<LockName, LockStation>();

  constructor(parts: LockParts) {
    this.#parts = parts;
  }

  add(name: LockName, relay: Relay): void {
    this.#locks.set(name, { relay, state: lockAtRest, wake: undefined });
  }

  has(name: LockName): boolean {
    return this.#locks.has(name);
  }

  /**
   * Releases a lock for a time; while it is released that extends and never shortens it.
   * @returns whether it is released; false when there is no such lock or its line cannot be driven.
   */
  release(name: LockName, seconds: number): boolean {
    const lock = this.#locks.get(name);
    if (!lock) return false;
    const nowUs = this.#parts.clock.monoUs();
    this.#step(name, lock, { kind: 'release', nowUs, openUs: seconds * 1e6 });
    return lock.state.releasedUntilUs !== null;
  }

  /** As the relay lines stand. */
  states(): { name: LockName; energised: boolean }[] {
    return [...this.#locks].map(([name, { relay }]) => ({ name, energised: relay.isEnergised() }));
  }

  /**
   * Brings every lock to rest and lets go of its line, each whatever becomes of the others; there
   * are no locks afterwards.
   * @returns the locks that could not be brought to rest.
   */
  close(): LockName[] {
    const failed: LockName[] = [];
    for (const [name, { relay, wake }] of this.#locks) {
      wake?.cancel();
      try {
        relay.close();
      } catch (error) {
        failed.push(name);
        this.#parts.log.error('a lock could not be brought to rest', {
          lock: name,
          why: describeError(error),
        });
      }
    }
    this.#locks.clear();
    return failed;
  }

  #step(name: LockName, lock: LockStation, input: LockInput): void {
    const { state, effects } = stepLock(lock.state, input);
    lock.state = state;
    for (const effect of effects) {
      if (effect.kind === 'wake') this.#wakeAt(name, lock, effect.atUs);
      else this.#drive(name, lock, effect.kind === 'energise');
    }
  }

  #wakeAt(name: LockName, lock: LockStation, atUs: number): void {
    const { clock } = this.#parts;
    lock.wake?.cancel();
    lock.wake = clock.after(Math.max(0, atUs - clock.monoUs()), () =>
      this.#step(name, lock, { kind: 'tick', nowUs: clock.monoUs() }),
    );
  }

  /**
   * A lock that cannot be released stays shut and says so; the next grant tries again. One that
   * cannot be brought to rest ends the process: the kernel and the unit's after-stop command are
   * then what shuts it.
   */
  #drive(name: LockName, lock: LockStation, energised: boolean): void {
    const { record, log } = this.#parts;
    try {
      lock.relay.set(energised);
      log.info(energised ? 'released' : 'at rest', { lock: name });
    } catch (error) {
      record(lockFailedEvent(name, describeError(error)));
      log.error('the relay cannot be driven', { lock: name, why: describeError(error) });
      if (!energised) throw error;
      lock.state = lockAtRest;
    }
  }
}

interface LockStation {
  readonly relay: Relay;
  state: LockState;
  wake: Timer | undefined;
}
