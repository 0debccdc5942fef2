/** Uids of records as clients send them. */
import { z } from 'zod';

/** Keys of the database are unsigned 32-bit numbers: no uid lies outside. */
const highestUid = 2 ** 32 - 1;

/**
 * A uid in a path, where any text may be asked for. What cannot be one, however long or of letters, is
 * 0, which nothing has: it is answered as every unknown uid is.
 */
export const pathUid = z
  .string()
  .transform((text) => {
    const uid = /^[0-9]{1,16}$/.test(text) ? Number(text) : 0;
    return uid <= highestUid ? uid : 0;
  })
  .pipe(z.int());
export const uidParams = z.object({ uid: pathUid });

/** Whether the database could have a record of this uid. */
export function isUid(value: number): boolean {
  return value >= 1 && value <= highestUid;
}
