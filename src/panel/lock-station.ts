/** A lock with its relay and how it stands. */
import { type LockInput, type LockState, lockAtRest } from '../door/lock.ts';
import type { LockName } from '../door/model.ts';
import { describeError, Fault } from '../errors.ts';
import type { LockStatus } from '../ports/locks.ts';
import type { Clock, Log, Relay, Timer } from '../ports.ts';

/** How a lock is built. */
export interface LockKind {
  /** `strike`: energised to release it. `magnet`: energised to keep it locked. */
  readonly relay: 'strike' | 'magnet';
  /** Whether each grant changes it, for good. */
  readonly toggle: boolean;
}

/** Why a grant that was to open after a delay never did. Stable strings. */
export type GivenUpReason =
  /** The other door of an interlock was opened. */
  | 'interlock'
  | 'door-blocked'
  /** Somebody closed the lock. */
  | 'command'
  /** A card has locked it. */
  | 'toggle'
  | 'gpio-lost'
  /** Its time was over before anybody looked: the machine was too busy. */
  | 'too-late'
  /** latchd was stopped. */
  | 'stop';

/** Told when a grant that waited for its delay never opened the lock, in a turn of its own. */
export type GivenUp = (why: GivenUpReason) => void;

/** Owned by `Locks`. */
export interface LockStation {
  readonly name: LockName;
  readonly relay: Relay;
  readonly kind: LockKind;
  state: LockState;
  wake: Timer | undefined;
  /** Those whose grant waits for its delay. */
  waiting: readonly GivenUp[];
  /** Why its relay could not be driven the last time. */
  fault: string | undefined;
}

/**
 * How the line of a lock stands; where it cannot be asked, as it was driven last, and why. A door that
 * works is not to end because another one's line is gone.
 */
export function lineOf({ relay, kind, state }: LockStation): { energised: boolean; lost?: string } {
  try {
    return { energised: relay.isEnergised() };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const energised = state.released === (kind.relay === 'strike');
    return { energised, lost: describeError(error) };
  }
}

/** A lock whose relay is at rest. */
export function lockStation(name: LockName, relay: Relay, kind: LockKind): LockStation {
  const state = lockAtRest;
  return { name, relay, kind, state, wake: undefined, waiting: [], fault: undefined };
}

/** Why a grant that waited is given up by a step of that kind. */
const givenUpBy: { readonly [kind in LockInput['kind']]?: GivenUpReason } = {
  yield: 'interlock',
  mode: 'door-blocked',
  close: 'command',
  toggle: 'toggle',
};

/**
 * Those whose grant no longer waits are no longer among the waiting. @returns what tells those of them
 * whose grant has not opened the lock, which a step with `input` did;
 * `isDriven`: its relay did what it said.
 */
export function settleWaiting(
  lock: LockStation,
  { kind, nowUs }: LockInput,
  isDriven: boolean,
): (() => void)[] {
  const { waiting, state } = lock;
  if (state.grant !== null && state.grant.fromUs > nowUs) return [];
  lock.waiting = [];
  if (state.grant !== null) return [];
  const why = isDriven ? (givenUpBy[kind] ?? 'too-late') : 'gpio-lost';
  return waiting.map((givenUp) => () => givenUp(why));
}

/**
 * Brings a lock to rest and lets go of its line. A magnet at rest holds no door. @returns whether it is
 * at rest.
 */
export function letGo({ name, relay, wake, kind }: LockStation, log: Log): boolean {
  wake?.cancel();
  try {
    relay.close();
    if (kind.relay === 'magnet') log.warn('a magnet is off', { lock: name });
    return true;
  } catch (error) {
    const why = describeError(error);
    log.error('a lock could not be brought to rest', { lock: name, why });
    return false;
  }
}

/** How a lock stands, and why. */
export function statusOf(lock: LockStation, clock: Pick<Clock, 'monoUs' | 'wallMs'>): LockStatus {
  const { name, kind, state } = lock;
  const nowUs = clock.monoUs();
  const wallMs = (atUs: number | undefined | null) =>
    atUs == null || atUs <= nowUs ? null : Math.round(clock.wallMs() + (atUs - nowUs) / 1000);
  return {
    name,
    relay: kind.relay,
    energised: lineOf(lock).energised,
    released: state.released,
    mode: state.blocked ? 'blocked' : state.free ? 'free' : 'normal',
    opensAtMs: wallMs(state.grant?.fromUs),
    grantUntilMs: wallMs(state.grant?.untilUs),
    emergencyUntilMs: wallMs(state.emergencyUntilUs),
    exitUntilMs: wallMs(state.exit?.untilUs),
    freeAccess: state.held,
    toggled: state.toggled,
    fire: state.fire !== 'none',
  };
}
