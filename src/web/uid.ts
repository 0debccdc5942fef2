/** Uids of records as clients send them. */
import { z } from 'zod';
import { wholeNumber } from './lists/paging.ts';

/** Keys of the database are unsigned 32-bit numbers: no uid lies outside. */
const highestUid = 2 ** 32 - 1;

/** Any whole number may be asked for; one that nothing has is an unknown uid. */
export const anyUid = wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
export const uidParams = z.object({ uid: anyUid });

/** Whether the database could have a record of this uid. */
export function isUid(value: number): boolean {
  return value >= 1 && value <= highestUid;
}
