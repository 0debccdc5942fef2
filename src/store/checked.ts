/** Reads a record and checks that it is one of this version. */
import type { Database, Key } from 'lmdb';
import type { z } from 'zod';
import { damaged, readValue } from './store.ts';

/**
 * @param what the record is called in the fault.
 * @returns undefined where there is none.
 * @throws Fault `store-unreadable` for one that is damaged.
 */
export function readChecked<T, K extends Key>(
  database: Database<unknown, K>,
  key: K,
  schema: z.ZodType<T>,
  what: string,
): T | undefined {
  const value = readValue(database, key, what);
  if (value === undefined) return undefined;
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw damaged(what, checked.error);
}

/** As `readChecked`, of one of the values in the database `settings`. */
export function readSetting<T>(
  database: Database<unknown, string>,
  name: string,
  schema: z.ZodType<T>,
): T | undefined {
  return readChecked(database, name, schema, `the setting ${name}`);
}
