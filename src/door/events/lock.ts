/** What happened to a lock other than by a credential -> the event that tells it. */

import type { LockName, PanelEvent } from '../model.ts';
import { lockText, nameOf, type PassageFacts, passageModel } from './event.ts';

/** The event of locks opened by a remote server's call. `seconds` as asked, absent: the set time. */
export function remoteGrantedEvent(
  locks: readonly LockName[],
  by: string,
  seconds: number | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_granted_by_remote_server_api_call',
    text: `${by} opened ${lockText(locks)} for a remote server`,
    model: { lock: lockText(locks), by, ...(seconds !== undefined && { seconds }) },
  };
}

/** The event of a remote server that lets nobody in. */
export function remoteDeniedEvent(by: string): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_denied_by_remote_server_api_call',
    text: `${by} opened nothing for a remote server`,
    model: { lock: null, by },
  };
}

/** The event of a command whose delay ended with a lock not opened; `why` as in `locks.ts`. */
export function commandGivenUpEvent(lock: LockName, by: string, why: string): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'lock_was_not_opened',
    text: `${lock} stayed locked after the command of ${by}`,
    model: { lock, by, reason: why },
  };
}

/**
 * The event of a grant whose delay ended with a lock not opened. `passesLeft`: a pass was given back,
 * and so many there are now.
 */
export function grantGivenUpEvent(
  facts: PassageFacts,
  lock: LockName,
  why: string,
  passesLeft: number | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'lock_was_not_opened',
    text: `${lock} stayed locked for ${nameOf(facts)} at ${facts.reader}`,
    model: {
      ...passageModel(facts),
      lock,
      reason: why,
      ...(passesLeft !== undefined && { passes_left: passesLeft }),
    },
  };
}

/** The event of locks brought to rest by an operator or a tool. */
export function closedEvent(locks: readonly LockName[], by: string): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'lock_was_closed_by_api_call',
    text: `${by} closed ${lockText(locks)}`,
    model: { lock: lockText(locks), by },
  };
}

/** The event of a lock released for an emergency. */
export function emergencyOpenedEvent(lock: LockName, by: string, seconds: number): PanelEvent {
  return {
    category: 'access',
    priority: 'high',
    key: 'emergency_lock_is_opened',
    text: `${by} opened ${lock} for an emergency`,
    model: { lock, by, seconds },
  };
}

/** The event of an emergency that is over; `by` whom, absent: its time was up. */
export function emergencyClosedEvent(lock: LockName, by: string | undefined): PanelEvent {
  return {
    category: 'access',
    priority: 'high',
    key: 'emergency_lock_is_closed',
    text: `The emergency of ${lock} is over`,
    model: { lock, by: by ?? null, reason: by === undefined ? 'time-over' : 'command' },
  };
}

/** Why free access began or ended. Stable strings. */
export type FreeAccessReason =
  /** The hours of the week say so. */
  | 'schedule'
  /** Somebody set other hours, or switched it. */
  | 'settings'
  /** Somebody closed the lock. */
  | 'command'
  /** The door is blocked, or no longer. */
  | 'mode'
  | 'clock-untrusted'
  /** Events cannot be written, and nothing may open then. */
  | 'door-blocked'
  /** The hours cannot be read. */
  | 'store-unreadable';

/** The event of a lock that is held released from now on; `by` whom, where it was somebody. */
export function freeAccessBeganEvent(
  lock: LockName,
  reason: FreeAccessReason,
  by: string | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'free_access_lock_is_opened',
    text: `Free access holds ${lock} open`,
    model: { lock, by: by ?? null, reason },
  };
}

/** The event of a lock that free access has let go; `by` whom, where it was somebody. */
export function freeAccessEndedEvent(
  lock: LockName,
  reason: FreeAccessReason,
  by: string | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'free_access_lock_is_closed',
    text: `Free access to ${lock} is over`,
    model: { lock, by: by ?? null, reason },
  };
}
