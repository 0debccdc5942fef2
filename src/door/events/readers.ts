/** What happened at serial readers and keypads -> the event that tells it. No event says a code. */

import type { LineFaultCode } from '../../reader/line-faults.ts';
import type { Trier } from '../attempts.ts';
import type { Identifier, LockName, PanelEvent } from '../model.ts';
import { lockText } from './event.ts';

/** The event of bytes that are no packet and no line; what they were is not told. */
export function misreadBytesEvent(reader: string, format: string, bytes: number): PanelEvent {
  return {
    category: 'access',
    priority: 'low',
    key: 'access_denied_by_misread',
    text: `${reader}: ${bytes} bytes came that the reader does not send: look at cable and settings`,
    model: {
      reader,
      lock: null,
      type: null,
      number: null,
      reason: 'misread',
      cause: 'damaged',
      bytes,
      format,
    },
  };
}

/** The event of a reader that is there again. */
export function readerBackEvent(reader: string): PanelEvent {
  return {
    category: 'system',
    priority: 'medium',
    key: 'reader_is_back',
    text: `${reader} is back`,
    model: { reader },
  };
}

/** The event of a keypad, or of a card's PIN, that is refused from now on for a while. */
export function blockedEvent(who: Trier, seconds: number): PanelEvent {
  return {
    category: 'access',
    priority: 'high',
    key: 'reader' in who ? 'reader_is_blocked' : 'identifier_is_blocked',
    text: `Too many wrong codes: ${nameOf(who)} is blocked for ${seconds} s`,
    model: { ...modelOf(who), seconds },
  };
}

/** The event of the end of that. */
export function unblockedEvent(who: Trier): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'reader' in who ? 'reader_is_unblocked' : 'identifier_is_unblocked',
    text: `Codes of ${nameOf(who)} are taken again`,
    model: modelOf(who),
  };
}

function nameOf(who: Trier): string {
  return 'reader' in who ? `the keypad of ${who.reader}` : `identifier ${who.identifier}`;
}

function modelOf(who: Trier): { readonly [key: string]: string | number } {
  return 'reader' in who ? { reader: who.reader } : { identifier_uid: who.identifier };
}

/** The event of the master code typed at a keypad. `fault`: a lock could not be released. */
export function masterGrantedEvent(
  reader: string,
  locks: readonly LockName[],
  fault: string | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: 'high',
    key: 'access_granted_by_master_code',
    text: `The master code was typed at ${reader}`,
    model: {
      reader,
      type: 'inputCode',
      number: null,
      lock: lockText(locks),
      ...(fault !== undefined && { fault }),
    },
  };
}

/** The silent event of somebody who was made to open. `locks`: those that were opened. */
export function duressEvent(
  reader: string,
  identifier: Identifier,
  locks: readonly LockName[],
): PanelEvent {
  return {
    category: 'emergency',
    priority: 'high',
    key: 'duress_alarm',
    text: `${identifier.owner.name || 'Somebody'} was made to open at ${reader}`,
    model: {
      reader,
      owner: identifier.owner.name,
      identifier_uid: identifier.uid,
      lock: locks.length > 0 ? lockText(locks) : null,
    },
  };
}

/** The event of somebody, or all, whose last passages count no more. `by`: who did it; absent: fire. */
export function passbackForgivenEvent(
  uid: number | 'all',
  owner: string | undefined,
  by: string | undefined,
): PanelEvent {
  const who = uid === 'all' ? 'Everybody' : owner || `Identifier ${uid}`;
  return {
    category: 'access',
    priority: 'medium',
    key: 'anti_passback_was_reset',
    text: `${who} may come and go anew: ${by ?? 'there is fire'}`,
    model: {
      identifier_uid: uid === 'all' ? null : uid,
      owner: owner ?? null,
      by: by ?? null,
      ...(by === undefined && { reason: 'fire' }),
    },
  };
}

/** What each fault of a reader's wires is, and what to look at. */
const lineFaultTexts: { readonly [code in LineFaultCode]: string } = {
  'd0-stuck-low': 'D0 stays low: look for a short to ground',
  'd1-stuck-low': 'D1 stays low: look for a short to ground',
  'both-lines-low': 'D0 and D1 stay low: look at plug, power and pull-ups',
  'lines-together': 'each pulse comes on D0 and D1: look for wires that touch',
  'wires-swapped': 'D0 and D1 look swapped',
  'too-many-frames': 'more comes than people can present: nothing of it opens until it is quiet',
};

/** The event of a fault of a reader's wires, when it begins. */
export function lineFaultEvent(reader: string, code: LineFaultCode): PanelEvent {
  return {
    category: 'emergency',
    priority: 'high',
    key: 'line_fault',
    text: `${reader}: ${lineFaultTexts[code]}`,
    model: { reader, fault: code },
  };
}

/** The event of the end of such a fault. `ignored`: frames that were not believed meanwhile. */
export function lineFaultOverEvent(
  reader: string,
  code: LineFaultCode,
  ignored: number,
): PanelEvent {
  return {
    category: 'emergency',
    priority: 'medium',
    key: 'line_fault_is_over',
    text: `${reader}: the fault ${code} is over`,
    model: { reader, fault: code, ignored },
  };
}

/** The event of misreads that had none of their own, `count` in a minute. */
export function misreadsUntoldEvent(reader: string, count: number): PanelEvent {
  return {
    category: 'system',
    priority: 'low',
    key: 'misreads_not_told',
    text: `${reader}: ${count} more misreads in a minute`,
    model: { reader, count },
  };
}
