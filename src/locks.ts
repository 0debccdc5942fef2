/**
 * The last step of the journey: carries out, on the relays, what the state machine of each lock
 * says. Knows when a lock closes again; knows nothing of who may open it.
 */
import { lockFailedEvent } from './door/event.ts';
import { emergencyClosedEvent } from './door/event-lock.ts';
import { type LockInput, type LockState, lockAtRest, stepLock } from './door/lock.ts';
import type { LockName, PanelEvent } from './door/model.ts';
import { describeError } from './errors.ts';
import type { Clock, Log, Relay, Timer } from './ports.ts';
import type { LockStatus } from './ports-locks.ts';

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
    this.#locks.set(name, { name, relay, state: lockAtRest, wake: undefined });
  }

  has(name: LockName): boolean {
    return this.#locks.has(name);
  }

  /**
   * Releases a lock for a time, after a delay; while a release runs that extends and never shortens
   * it, and while one waits for its delay that opens with it.
   * @returns whether it is, or will be; false when there is no such lock or its line cannot be
   *   driven.
   */
  release(name: LockName, openSeconds: number, delaySeconds: number): boolean {
    const times = { openUs: openSeconds * 1e6, delayUs: delaySeconds * 1e6 };
    return this.#step(name, { kind: 'release', ...times })?.grant != null;
  }

  /** Releases a lock at once for an emergency; of several the longest counts. @returns as `release`. */
  openEmergency(name: LockName, seconds: number): boolean {
    return this.#step(name, { kind: 'emergency', openUs: seconds * 1e6 })?.emergencyUntilUs != null;
  }

  /** Holds a lock released, or lets it go. @returns whether it is held. */
  hold(name: LockName, on: boolean): boolean {
    return this.#step(name, { kind: 'hold', on })?.held ?? false;
  }

  /** Brings a lock to rest, whatever releases it or is about to. `by`: who does, for the event. */
  shut(name: LockName, by: string): void {
    this.#step(name, { kind: 'close' }, by);
  }

  /** How each lock stands, and why. */
  states(): LockStatus[] {
    const { clock } = this.#parts;
    const nowUs = clock.monoUs();
    const wallMs = (atUs: number | undefined | null) =>
      atUs == null || atUs <= nowUs ? null : Math.round(clock.wallMs() + (atUs - nowUs) / 1000);
    return [...this.#locks.values()].map(({ name, relay, state }) => ({
      name,
      energised: relay.isEnergised(),
      opensAtMs: wallMs(state.grant?.fromUs),
      grantUntilMs: wallMs(state.grant?.untilUs),
      emergencyUntilMs: wallMs(state.emergencyUntilUs),
      freeAccess: state.held,
    }));
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

  /** One step of a lock, now. @returns its state then; undefined: there is no such lock. */
  #step(name: LockName, what: WithoutNow<LockInput>, by?: string): LockState | undefined {
    const lock = this.#locks.get(name);
    if (!lock) return undefined;
    const { state, effects } = stepLock(lock.state, { ...what, nowUs: this.#parts.clock.monoUs() });
    lock.state = state;
    lock.wake?.cancel();
    for (const effect of effects) {
      if (effect.kind === 'wake') this.#wakeAt(lock, effect.atUs);
      else if (effect.kind === 'emergency-over') this.#parts.record(emergencyClosedEvent(name, by));
      else if (!this.#drive(lock, effect.kind === 'energise')) break;
    }
    return lock.state;
  }

  #wakeAt(lock: LockStation, atUs: number): void {
    const { clock } = this.#parts;
    lock.wake = clock.after(Math.max(0, atUs - clock.monoUs()), () =>
      this.#step(lock.name, { kind: 'tick' }),
    );
  }

  /**
   * A lock that cannot be released stays shut and says so; the next grant tries again. One that
   * cannot be brought to rest ends the process: the kernel and the unit's after-stop command are
   * then what shuts it.
   */
  #drive(lock: LockStation, energised: boolean): boolean {
    const { clock, record, log } = this.#parts;
    try {
      lock.relay.set(energised);
      log.info(energised ? 'released' : 'at rest', { lock: lock.name });
      return true;
    } catch (error) {
      record(lockFailedEvent(lock.name, describeError(error)));
      log.error('the relay cannot be driven', { lock: lock.name, why: describeError(error) });
      if (!energised) {
        // Also where whoever asked for the rest would take the fault for an answer.
        clock.after(0, () => {
          throw error;
        });
        throw error;
      }
      lock.state = lockAtRest;
      return false;
    }
  }
}

type WithoutNow<T> = T extends unknown ? Omit<T, 'nowUs'> : never;

interface LockStation {
  readonly name: LockName;
  readonly relay: Relay;
  state: LockState;
  wake: Timer | undefined;
}
