/**
 * The panel's own code and card. The code is kept as a hash under a random key of this panel, so
 * that whoever lists the database does not read it. That does not withstand somebody who has the
 * database and tries all codes; nothing would, for a code of eight digits. A slow hash (scrypt)
 * would hold up the door, which compares on the main thread at each code that is entered.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { IdentifierFields } from '../door/model.ts';
import type { MasterReader, MasterWriter } from '../ports/accounts.ts';
import type { Conflict } from '../ports/store.ts';
import { readSetting } from './checked.ts';
import type { Store } from './store.ts';

const codeSchema = z.object({ key: z.string(), hash: z.string() });
const cardSchema = z.string();
const keyBytes = 32;

/** Opens master code and master card of a store. Methods that write belong to the main thread. */
export function openMaster(store: Store): MasterReader & MasterWriter {
  const database = store.database<string>('settings', 'ordered-binary');

  const code = () => readSetting(database, 'master-code', codeSchema);

  const put = (name: string, value: unknown, isTaken: () => boolean) =>
    store.durably(() => {
      if (value !== undefined && isTaken()) return false;
      if (value === undefined) database.removeSync(name);
      else database.putSync(name, value);
      return true;
    });

  return {
    hasCode: () => code() !== undefined,
    isCode(entered: string) {
      const stored = code();
      if (!stored) return false;
      const expected = Buffer.from(stored.hash, 'base64');
      const given = hashOf(entered, stored.key);
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
    card: () => readSetting(database, 'master-card', cardSchema),

    setCode(wanted: string | undefined, isTaken: () => boolean) {
      if (wanted === undefined) return put('master-code', undefined, isTaken);
      const key = randomBytes(keyBytes).toString('base64');
      const hash = hashOf(wanted, key).toString('base64');
      return put('master-code', { key, hash }, isTaken);
    },
    setCard: (number: string | undefined, isTaken: () => boolean) =>
      put('master-card', number, isTaken),
  };
}

/** Why no identifier may have this number, where the panel itself has it. */
export function masterConflict(
  master: MasterReader,
  { type, number }: IdentifierFields,
): Conflict | undefined {
  switch (type) {
    case 'inputCode':
      return master.isCode(number) ? 'master-code' : undefined;
    case 'card':
    case 'ukey':
      return master.card() === number ? 'master-card' : undefined;
    default:
      return undefined;
  }
}

function hashOf(code: string, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(code).digest();
}
