/** Taking cards for the list instead of for the door: rules, and what came of each card. */
import { secondsPerDay } from './calendar.ts';
import type { IdentifierFields, IdentifierType, LockName, LockSelection, Owner } from './model.ts';

/** `report`: only the number is told; `add`, `remove`: the list is changed at once. */
export const enrolmentModes = ['report', 'add', 'remove'] as const;
export type EnrolmentMode = (typeof enrolmentModes)[number];

/** What the master card begins; `off`: it is a card like any that nobody has. */
export const masterCardRules = ['add', 'remove', 'add_then_remove', 'off'] as const;
type MasterCardRule = (typeof masterCardRules)[number];

/** Why no card is taken at a reader. */
export const enrolmentObstacles = {
  'under-way': 'Cards are being taken at this reader already',
  'door-blocked': 'A door of this reader is blocked',
  emergency: 'A door of this reader is open for an emergency',
} as const;
export type EnrolmentObstacle = keyof typeof enrolmentObstacles;

/** Why it ended: `count`: all that were asked for have come. */
export const enrolmentEnds = [
  'time',
  'count',
  'command',
  'master-card',
  'door-blocked',
  'emergency',
  'stop',
] as const;
export type EnrolmentEnd = (typeof enrolmentEnds)[number];

/** What came of a card. */
export const enrolmentOutcomes = [
  'reported',
  'added',
  'removed',
  /** It is on the list already; nothing was changed. */
  'known',
  /** It is not on the list and cannot be removed. */
  'unknown',
  /** The panel itself has this number: its master card. */
  'clash',
  /** The list cannot be written: the disk is full, or worse. */
  'unwritable',
  /** What is added is good for a number of days, and nobody knows which day it is. */
  'clock-untrusted',
] as const;
export type EnrolmentOutcome = (typeof enrolmentOutcomes)[number];

/** Whether a card came out as it was meant to. */
export function isTaken(outcome: EnrolmentOutcome): boolean {
  return outcome === 'reported' || outcome === 'added' || outcome === 'removed';
}

/** What an operator or the configuration says about cards that are added. */
export interface EnrolmentRules {
  readonly masterCard: MasterCardRule;
  /** How long the next card is waited for. */
  readonly seconds: number;
  /** `reader`: what the reader opens. */
  readonly lock: LockSelection | 'reader';
  /** `{reader}` in the name is that of the reader. */
  readonly owner: Owner;
  /** How long an added card is good; absent: for ever. */
  readonly validDays?: number;
}

/** Whether a card or a ukey of this number stands on a list: none may be the master card too. */
export function isListedCard(
  list: { find(type: IdentifierType, number: string): unknown },
  number: string,
): boolean {
  return list.find('card', number) !== undefined || list.find('ukey', number) !== undefined;
}

/**
 * The record of a card that is added.
 * @param locks what its reader opens; not empty.
 */
export function enrolledFields(
  { type, number }: { readonly type: IdentifierType; readonly number: string },
  { lock, owner, validDays }: Pick<EnrolmentRules, 'lock' | 'owner' | 'validDays'>,
  { reader, locks, nowMs }: { reader: string; locks: readonly LockName[]; nowMs: number },
): IdentifierFields {
  const fromS = Math.floor(nowMs / 1000);
  const [first] = locks;
  const ofReader: LockSelection = first && locks.length === 1 ? first : 'all';
  return {
    type,
    number,
    owner: { ...owner, name: owner.name.replaceAll('{reader}', reader) },
    lock: lock === 'reader' ? ofReader : lock,
    ...(validDays !== undefined && { window: { fromS, toS: fromS + validDays * secondsPerDay } }),
  };
}
