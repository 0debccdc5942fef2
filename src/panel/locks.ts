/**
 * The last step of the journey: carries out, on the relays, what the state machine of each lock
 * says. Knows when a lock closes again; knows nothing of who may open it.
 */
import { lockFailedEvent } from '../door/events/event.ts';
import { emergencyClosedEvent } from '../door/events/lock.ts';
import {
  type DoorMode,
  type LockInput,
  type LockState,
  lockAtRest,
  mayStandOpen,
  type Outlasts,
  opensByToggle,
  stepLock,
} from '../door/lock.ts';
import type { Bars, LockName, PanelEvent } from '../door/model.ts';
import { describeError } from '../errors.ts';
import type { LockStatus } from '../ports/locks.ts';
import type { Clock, Log, Relay } from '../ports.ts';
import { Doorways } from './doorways.ts';
import {
  type GivenUp,
  type LockKind,
  type LockStation,
  letGo,
  lineOf,
  lockStation,
  settleWaiting,
  statusOf,
} from './lock-station.ts';

export interface LockParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  /** First and second are the two doors of an interlock; absent: they are not. */
  readonly interlock?: boolean;
  /** Told when a lock stands otherwise than before, or may. */
  readonly moved?: () => void;
}

/** How a lock stands, for whoever watches its door. */
export interface LockStand {
  readonly released: boolean;
  /** Released for more than one passage. */
  readonly mayStandOpen: boolean;
}

/** The locks of a panel, none at first. */
export class Locks {
  readonly #parts: LockParts;
  readonly #locks = new Map<LockName, LockStation>();
  readonly #doorways: Doorways;
  /** Told after every step of a lock. */
  onStep: (name: LockName, stand: LockStand) => void = () => undefined;

  constructor(parts: LockParts) {
    this.#parts = parts;
    this.#doorways = new Doorways(this.#locks, parts.interlock === true);
  }

  /**
   * Adds a lock whose relay is at rest. A magnet is locked from now on.
   * @throws Fault `gpio-lost` when that cannot be.
   */
  add(name: LockName, relay: Relay, kind: LockKind = { relay: 'strike', toggle: false }): void {
    if (kind.relay === 'magnet') relay.set(true);
    this.#locks.set(name, lockStation(name, relay, kind));
  }

  has(name: LockName): boolean {
    return this.#locks.has(name);
  }

  /** How a lock stands; one that does not exist is at rest. */
  stand(name: LockName): LockStand {
    const state = this.#locks.get(name)?.state ?? lockAtRest;
    return { released: state.released, mayStandOpen: mayStandOpen(state) };
  }

  /** Locks that no grant may release now, and why. */
  bars(): Bars {
    return this.#doorways.bars(this.#parts.clock.monoUs());
  }

  /**
   * A grant: releases a lock for a time, after a delay; while a release runs that extends and never
   * shortens it, and while one waits for its delay that opens with it. A lock that toggles changes
   * at once and stays so. `givenUp`: told when a delay ends with nothing opened.
   * @returns whether it is done, or will be; false when there is no such lock, it is barred, or its
   *   line cannot be driven.
   */
  release(name: LockName, openSeconds: number, delaySeconds: number, givenUp?: GivenUp): boolean {
    const lock = this.#locks.get(name);
    if (!lock?.kind.toggle) return this.open(name, openSeconds, delaySeconds, { givenUp });
    if (this.bars()[name]) return false;
    const opens = opensByToggle(lock.state, this.#parts.clock.monoUs());
    return this.#step(name, { kind: 'toggle' })?.toggled === opens;
  }

  /**
   * Keeps open for `openSeconds` from now what a grant holds open; it opens nothing, and a lock that
   * toggles needs nothing. @returns whether a grant holds it open, or will.
   */
  extend(name: LockName, openSeconds: number): boolean {
    const lock = this.#locks.get(name);
    if (lock?.kind.toggle) return lock.state.toggled;
    if (!lock?.state.grant || this.bars()[name]) return false;
    return this.#step(name, { kind: 'extend', openUs: openSeconds * 1e6 })?.grant != null;
  }

  /**
   * A command: as a grant, but of its time always. `isSet`: an operator has said how long, whatever the
   * door does meanwhile. @returns as `release`.
   */
  open(
    name: LockName,
    openSeconds: number,
    delaySeconds: number,
    { isSet, givenUp }: { isSet?: boolean; givenUp?: GivenUp | undefined } = {},
  ): boolean {
    const lock = this.#locks.get(name);
    if (!lock || this.bars()[name]) return false;
    const outlasts = isSet ? 'every-close' : this.#outlasts(name);
    const times = { openUs: openSeconds * 1e6, delayUs: delaySeconds * 1e6 };
    const grant = this.#step(name, { kind: 'release', ...times, outlasts })?.grant;
    const waits = grant != null && grant.fromUs > this.#parts.clock.monoUs();
    if (waits && givenUp) lock.waiting = [...lock.waiting, givenUp];
    return grant != null;
  }

  /** Releases a lock at once for somebody who leaves, whatever bars it. @returns as `release`. */
  exit(name: LockName, openSeconds: number): boolean {
    const outlasts = this.#outlasts(name);
    return this.#step(name, { kind: 'exit', openUs: openSeconds * 1e6, outlasts })?.exit != null;
  }

  /** Releases a lock at once for an emergency; of several the longest counts. @returns as `release`. */
  openEmergency(name: LockName, seconds: number): boolean {
    return this.#step(name, { kind: 'emergency', openUs: seconds * 1e6 })?.emergencyUntilUs != null;
  }

  /** Tells a lock of fire, or of its end, which alone does not lock it. @returns as `release`. */
  fire(name: LockName, active: boolean): boolean {
    return this.#step(name, { kind: 'fire', active })?.fire === (active ? 'active' : 'over');
  }

  /**
   * Holds a lock released for free access, or lets it go. The doors of an interlock are never held.
   * @returns whether it is held.
   */
  hold(name: LockName, on: boolean): boolean {
    const may = on && !this.#parts.interlock;
    return this.#step(name, { kind: 'hold', on: may })?.held ?? false;
  }

  /** @returns whether the lock is in that mode; false where its line cannot be driven. */
  setMode(name: LockName, mode: DoorMode): boolean {
    const state = this.#step(name, { kind: 'mode', mode });
    return state !== undefined && state.free === (mode === 'free');
  }

  /** Ends what was for the passage of whoever opened its door, which was closed. */
  relock(name: LockName): void {
    this.#step(name, { kind: 'relock' });
  }

  /** The door of a lock has a contact, which tells an opening `settleUs` later at the latest. */
  doorIsWatched(name: LockName, settleUs: number): void {
    this.#doorways.watched(name, settleUs);
  }

  /** The door of a lock stands open now, or is closed. */
  doorIs(name: LockName, open: boolean): void {
    this.#doorways.is(name, open);
    if (open) this.#step(name, { kind: 'opened' });
    this.#yieldTo(name);
  }

  /**
   * Brings a lock to rest, whatever releases it or is about to, but fire that is active. `by`: who
   * does, for the event.
   */
  shut(name: LockName, by: string): void {
    this.#step(name, { kind: 'close' }, by);
  }

  /** Locks whose relay could not be driven the last time, or cannot be asked now, and why. */
  faults(): { readonly lock: LockName; readonly why: string }[] {
    return [...this.#locks.values()].flatMap((lock) => {
      const why = lock.fault ?? lineOf(lock).lost;
      return why === undefined ? [] : [{ lock: lock.name, why }];
    });
  }

  /** Asks every relay how it stands. @throws Fault `gpio-lost` for one that cannot say. */
  lookAtLines(): void {
    for (const { relay } of this.#locks.values()) relay.isEnergised();
  }

  /** How each lock stands, and why. */
  states(): LockStatus[] {
    return [...this.#locks.values()].map((lock) => statusOf(lock, this.#parts.clock));
  }

  /**
   * Brings every relay to rest and lets go of its line, each whatever becomes of the others; there
   * are no locks afterwards.
   * @returns the locks that could not be brought to rest.
   */
  close(): LockName[] {
    const locks = [...this.#locks.values()];
    const failed = locks.filter((lock) => !letGo(lock, this.#parts.log)).map(({ name }) => name);
    this.#locks.clear();
    for (const { waiting } of locks) for (const givenUp of waiting) givenUp('stop');
    return failed;
  }

  /** One step of a lock, now. @returns its state then; undefined: there is no such lock. */
  #step(name: LockName, what: WithoutNow<LockInput>, by?: string): LockState | undefined {
    const lock = this.#locks.get(name);
    if (!lock) return undefined;
    const { clock } = this.#parts;
    const input = { ...what, nowUs: clock.monoUs() };
    const { state, effects } = stepLock(lock.state, input);
    lock.state = state;
    lock.wake?.cancel();
    let isDriven = true;
    for (const effect of effects) {
      if (effect.kind === 'wake') this.#wakeAt(lock, effect.atUs);
      else if (effect.kind === 'emergency-over') this.#parts.record(emergencyClosedEvent(name, by));
      else isDriven = this.#drive(lock, effect.kind === 'release');
      if (!isDriven) break;
      if (effect.kind === 'rest') this.#doorways.rested(name, input.nowUs);
    }
    this.onStep(name, this.stand(name));
    this.#yieldTo(name);
    this.#parts.moved?.();
    const givenUp = settleWaiting(lock, input, isDriven);
    // In a turn of its own: what the store does about it must keep no other lock waiting.
    for (const tell of givenUp) clock.after(0, tell);
    return lock.state;
  }

  /** Whoever is let in while the door stands open comes after the one who opened it. */
  #outlasts(name: LockName): Outlasts {
    return this.#doorways.standsOpen(name) ? 'this-close' : 'nothing';
  }

  #yieldTo(name: LockName): void {
    for (const other of this.#doorways.yieldingTo(name)) this.#step(other, { kind: 'yield' });
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
  #drive(lock: LockStation, released: boolean): boolean {
    const { clock, record, log } = this.#parts;
    try {
      lock.relay.set(released === (lock.kind.relay === 'strike'));
      lock.fault = undefined;
      log.info(released ? 'released' : 'at rest', { lock: lock.name });
      return true;
    } catch (error) {
      lock.fault = describeError(error);
      record(lockFailedEvent(lock.name, lock.fault));
      log.error('the relay cannot be driven', { lock: lock.name, why: describeError(error) });
      if (!released) {
        // Also where whoever asked would take the fault for an answer.
        clock.after(0, () => {
          throw error;
        });
        throw error;
      }
      lock.state = { ...lockAtRest, blocked: lock.state.blocked };
      return false;
    }
  }
}

type WithoutNow<T> = T extends unknown ? Omit<T, 'nowUs'> : never;
