/** What inputs and door contacts tell -> the event that says so. */

import type { DoorMode } from '../lock.ts';
import type { LockName, PanelEvent } from '../model.ts';
import { lockText } from './event.ts';

/** The event of a press of an exit button that released locks, or (`excuses`) lets doors be opened. */
export function exitEvent(
  input: string,
  locks: readonly LockName[],
  way: 'releases' | 'excuses',
): PanelEvent {
  const released = way === 'releases';
  return {
    category: 'access',
    priority: 'medium',
    key: released ? 'lock_was_opened_by_exit_btn' : 'exit_btn_was_pressed',
    text: released ? `${input} opened ${lockText(locks)}` : `Somebody leaves by ${lockText(locks)}`,
    model: { input, lock: lockText(locks) },
  };
}

/** The event of an exit button whose lock could not be driven. */
export function exitFailedEvent(input: string, locks: readonly LockName[]): PanelEvent {
  return {
    category: 'emergency',
    priority: 'high',
    key: 'exit_btn_failed',
    text: `${input} could not open ${lockText(locks)}`,
    model: { input, lock: lockText(locks) },
  };
}

/** The events of a door. */
export const doorEvents = {
  opened: doorEvent('access', 'low', 'door_was_opened', 'was opened'),
  closed: doorEvent('access', 'low', 'door_was_closed', 'was closed'),
  forced: doorEvent('emergency', 'high', 'door_was_forced', 'was opened without leave'),
  'held-warning': doorEvent(
    'access',
    'medium',
    'door_was_not_closed_warning',
    'is to be closed soon',
  ),
  held: doorEvent(
    'emergency',
    'high',
    'door_was_not_closed_too_long',
    'has been standing open for too long',
  ),
} as const;

function doorEvent(
  category: PanelEvent['category'],
  priority: PanelEvent['priority'],
  key: string,
  what: string,
) {
  return (lock: LockName, input: string, openSeconds: number): PanelEvent => ({
    category,
    priority,
    key,
    text: `The door of the ${lock} lock ${what}`,
    model: { lock, input, open_seconds: openSeconds },
  });
}

/** The event of a door that was forced or held, and is no more. */
export function doorSettledEvent(
  lock: LockName,
  input: string,
  after: 'forced' | 'held',
): PanelEvent {
  return {
    category: 'emergency',
    priority: 'medium',
    key: 'door_alarm_is_over',
    text: `The alarm of the door of the ${lock} lock is over`,
    model: { lock, input, after },
  };
}

/** The event of a tamper switch. `of`: the reader that it guards, or the enclosure. */
export function tamperEvent(input: string, of: string, active: boolean): PanelEvent {
  return {
    category: 'emergency',
    priority: active ? 'high' : 'medium',
    key: active ? 'tamper_event' : 'tamper_is_over',
    text: active ? `Somebody tampers with ${of}` : `The tamper switch of ${of} is at rest`,
    model: { input, of },
  };
}

/** The event of a fire input. Its end locks nothing. */
export function fireEvent(input: string, locks: readonly LockName[], active: boolean): PanelEvent {
  return {
    category: 'emergency',
    priority: 'high',
    key: active ? 'fire_alarm_is_on' : 'fire_alarm_is_off',
    text: active
      ? `Fire: ${input} opened ${lockText(locks)}`
      : `${input} is quiet; ${lockText(locks)} stays open until somebody closes it`,
    model: { input, lock: lockText(locks) },
  };
}

/** The event of an input whose line is gone. */
export function inputLostEvent(input: string, kind: string, what: string): PanelEvent {
  return {
    category: 'emergency',
    priority: 'high',
    key: 'input_lost',
    text: `${input} is gone: ${what}`,
    model: { input, kind },
  };
}

/** Why a door is in another mode. Stable strings. */
export type ModeReason =
  | 'command'
  /** Somebody closed the lock. */
  | 'close'
  /** `door.mode_after_restart`. */
  | 'restart'
  /** The stored mode cannot be read. */
  | 'store-unreadable'
  /** It was to be free and could not be stored: it is again what it was. */
  | 'store-unwritable';

/** The event of a door in another mode; `by` whom, where it was somebody. */
export function doorModeEvent(
  lock: LockName,
  mode: DoorMode,
  reason: ModeReason,
  by: string | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: mode === 'normal' ? 'medium' : 'high',
    key: 'door_mode_was_changed',
    text: `The door of the ${lock} lock is ${mode} now`,
    model: { lock, mode, reason, by: by ?? null },
  };
}
