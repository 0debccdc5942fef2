/** A lock with its relay and how it stands. */
import type { LockState } from './door/lock.ts';
import type { LockName } from './door/model.ts';
import type { Relay, Timer } from './ports.ts';

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
