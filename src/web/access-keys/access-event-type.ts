/** What an event of our log is called in the access-key API (its page on events). Pure. */
import type { EventValue, LoggedEvent } from '../../door/model.ts';

/** Numbers of the pages for what a granted or refused presentation was. */
const types = {
  granted: 100,
  grantedByCode: 101,
  grantedByProximity: 102,
  grantedByProximityAndPin: 103,
  grantedByExitButton: 104,
  grantedByCommonCode: 105,
  denied: 200,
  unknownKey: 201,
  expired: 202,
  disabled: 204,
  pinNotSet: 205,
  notAuthorised: 206,
  outsideSchedule: 207,
} as const;

/** The type of an event, and whether somebody was let in. */
export interface AccessType {
  readonly category: 'accessgranted' | 'accessdenied';
  readonly type: number;
}

/** Reasons that have a number of their own; all others are 200. */
const byReason: ReadonlyMap<EventValue | undefined, number> = new Map([
  ['unknown-credential', types.unknownKey],
  ['expired', types.expired],
  ['disabled', types.disabled],
  ['wrong-reader', types.notAuthorised],
  ['outside-time-profile', types.outsideSchedule],
]);

/** Undefined: the event is no passage that was granted or refused. */
export function accessTypeOf({ category, key, model }: LoggedEvent): AccessType | undefined {
  if (category !== 'access') return undefined;
  if (key === 'lock_was_opened_by_exit_btn') {
    return { category: 'accessgranted', type: types.grantedByExitButton };
  }
  if (key === 'access_granted_by_master_code') {
    return { category: 'accessgranted', type: types.grantedByCommonCode };
  }
  if (key.includes('access_granted')) {
    return { category: 'accessgranted', type: grantedType(key, model) };
  }
  if (!key.includes('access_denied')) return undefined;
  return { category: 'accessdenied', type: byReason.get(model.reason) ?? deniedType(key, model) };
}

function grantedType(key: string, { type, pin }: LoggedEvent['model']): number {
  if (!key.includes('identifier')) return types.granted;
  if (type === 'inputCode') return types.grantedByCode;
  if (type !== 'card' && type !== 'ukey') return types.granted;
  return pin === 'right' ? types.grantedByProximityAndPin : types.grantedByProximity;
}

function deniedType(key: string, { reason, type, pin }: LoggedEvent['model']): number {
  if (pin === 'unset') return types.pinNotSet;
  // A code that nobody has; of a card it says that the PIN was another one.
  const isNobodys = reason === 'wrong-code' && type === 'inputCode';
  return isNobodys || key.includes('unknown') ? types.unknownKey : types.denied;
}
