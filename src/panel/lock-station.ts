/** A lock with its relay and how it stands. */
import type { LockState } from '../door/lock.ts';
import type { LockName } from '../door/model.ts';
import { describeError, Fault } from '../errors.ts';
import type { LockStatus } from '../ports/locks.ts';
import type { Clock, Relay, Timer } from '../ports.ts';

/** How a lock is built. */
export interface LockKind {
  /** `strike`: energised to release it. `magnet`: energised to keep it locked. */
  readonly relay: 'strike' | 'magnet';
  /** Whether each grant changes it, for good. */
  readonly toggle: boolean;
}

/** Owned by `Locks`. */
export interface LockStation {
  readonly name: LockName;
  readonly relay: Relay;
  readonly kind: LockKind;
  state: LockState;
  wake: Timer | undefined;
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
