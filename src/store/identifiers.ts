/**
 * Identifiers by uid, with an index by (type, number) kept in the same transaction. Reading is
 * synchronous: between the last bit of a card and the relay there is no `await`.
 */
import { z } from 'zod';
import {
  type Identifier,
  type IdentifierFields,
  type IdentifierType,
  identifierTypes,
} from '../door/model.ts';
import { Fault } from '../errors.ts';
import type { Conflict, IdentifierReader, IdentifierWriter } from '../ports.ts';
import type { Store } from './store.ts';

const recordSchema = z.object({
  type: z.enum(identifierTypes),
  number: z.string(),
  owner: z.object({ name: z.string(), type: z.enum(['owner', 'guest']) }),
  lock: z.enum(['first', 'second', 'all']),
  window: z.object({ fromS: z.int(), toS: z.int() }).exactOptional(),
  passes: z.object({ max: z.int().min(1), left: z.int().min(0) }).exactOptional(),
});

const nextUidKey = 'next-uid';

/** Opens the identifiers of a store. Methods that write belong to the main thread. */
export function openIdentifiers(store: Store): IdentifierReader & IdentifierWriter {
  const byUid = store.database<number>('identifiers', 'uint32');
  const byNumber = store.database<string>('identifiers-by-number', 'ordered-binary');
  const counters = store.database<string>('counters', 'ordered-binary');

  function get(uid: number): Identifier | undefined {
    const value = byUid.get(uid);
    if (value === undefined) return undefined;
    const record = recordSchema.safeParse(value);
    if (record.success) return { uid, ...record.data };
    throw new Fault(
      'store-unreadable',
      `identifier ${uid} is damaged in the database`,
      'delete it and create it again, or restore a backup',
      record.error,
    );
  }

  function find(type: IdentifierType, number: string): Identifier | undefined {
    const uid = byNumber.get(numberKey(type, number));
    return typeof uid === 'number' ? get(uid) : undefined;
  }

  function isTaken(fields: IdentifierFields, exceptUid?: number): boolean {
    const uid = byNumber.get(numberKey(fields.type, fields.number));
    return uid !== undefined && uid !== exceptUid;
  }

  function write(uid: number, { type, number, owner, lock, window, passes }: IdentifierFields) {
    byUid.put(uid, {
      type,
      number,
      owner,
      lock,
      ...(window && { window }),
      ...(passes && { passes }),
    });
    byNumber.put(numberKey(type, number), uid);
  }

  return {
    get,
    find,
    count: () => entries(byUid),

    list(offset: number, limit: number, reverse: boolean): Identifier[] {
      const uids = byUid.getKeys({ offset, limit, reverse });
      return [...uids].map(get).filter((identifier) => identifier !== undefined);
    },

    create: (fields: IdentifierFields) =>
      store.durably(() => {
        if (isTaken(fields)) return { conflict: 'duplicate' } as const;
        const next = counters.get(nextUidKey);
        const uid = typeof next === 'number' ? next : 1;
        counters.put(nextUidKey, uid + 1);
        write(uid, fields);
        return { uid };
      }),

    update: (uid: number, change: (old: Identifier) => IdentifierFields) =>
      store.durably((): Conflict | undefined => {
        const old = get(uid);
        if (!old) return 'unknown-uid';
        const fields = change(old);
        if (isTaken(fields, uid)) return 'duplicate';
        byNumber.remove(numberKey(old.type, old.number));
        write(uid, fields);
        return undefined;
      }),

    remove: (uids: readonly number[]) =>
      store.durably(() =>
        uids.filter((uid) => {
          const old = get(uid);
          if (!old) return false;
          byNumber.remove(numberKey(old.type, old.number));
          return byUid.removeSync(uid);
        }),
      ),

    takePass: (uid: number): boolean =>
      store.now(() => {
        const identifier = get(uid);
        if (!identifier?.passes || identifier.passes.left < 1) return false;
        write(uid, {
          ...identifier,
          passes: { ...identifier.passes, left: identifier.passes.left - 1 },
        });
        return true;
      }),
  };
}

function numberKey(type: IdentifierType, number: string): string {
  return `${type}:${number}`;
}

/** Number of entries, from LMDB's own statistics: no scan. */
function entries(database: { getStats(): object }): number {
  const stats = database.getStats();
  return 'entryCount' in stats && typeof stats.entryCount === 'number' ? stats.entryCount : 0;
}
