/** The record of an identifier, and the keys that it stands under. */
import type { Database } from 'lmdb';
import { z } from 'zod';
import { type IdentifierType, identifierTypes } from '../door/model.ts';

export const recordSchema = z.object({
  uid: z.int().min(1),
  owner: z.object({ name: z.string(), type: z.enum(['owner', 'guest']) }),
  lock: z.enum(['first', 'second', 'all']),
  window: z.object({ fromS: z.int(), toS: z.int() }).exactOptional(),
  passes: z.object({ max: z.int().min(1), left: z.int().min(0) }).exactOptional(),
  linkId: z.string().exactOptional(),
  profiles: z.array(z.int().min(1)).min(1).exactOptional(),
  apartment: z.int().min(1).exactOptional(),
  levels: z.array(z.int().min(1)).exactOptional(),
  pin: z.string().exactOptional(),
  person: z.int().min(1).exactOptional(),
  partOf: z.int().min(1).exactOptional(),
  appliedS: z.int().exactOptional(),
  awaitedApartment: z.string().exactOptional(),
});
/** `type:number`. */
export const keySchema = z.templateLiteral([z.enum(identifierTypes), ':', z.string()]);

/** A record with every member there is. */
const fullRecord: z.input<typeof recordSchema> = {
  uid: 1,
  owner: { name: '', type: 'owner' },
  lock: 'all',
  window: { fromS: 0, toS: 0 },
  passes: { max: 1, left: 1 },
  linkId: '',
  profiles: [1],
  apartment: 1,
  levels: [1],
  pin: '',
  person: 1,
  partOf: 1,
  appliedS: 1,
  awaitedApartment: '',
};

/** Zod compiles a schema when it is first used, which takes longer than a decision. */
export function compileRecordSchema(): void {
  recordSchema.parse(fullRecord);
}

/** The key of an identifier. */
export function keyOf(type: IdentifierType, number: string): string {
  return `${type}:${number}`;
}

/** What a key is made of. */
export function partsOf(key: string): { type: IdentifierType; number: string } {
  const colon = key.indexOf(':');
  return { type: key.slice(0, colon) as IdentifierType, number: key.slice(colon + 1) };
}

/** The uid that a record says, though it be no good otherwise. */
function uidIn(records: Database<unknown, string>, key: string): number | undefined {
  try {
    const value = records.get(key);
    const uid = typeof value === 'object' && value !== null ? Reflect.get(value, 'uid') : undefined;
    return typeof uid === 'number' ? uid : undefined;
  } catch {
    return undefined;
  }
}

/** The uid of a key, by a walk over all of them. */
function uidOf(keys: Database<unknown, number>, key: string): number | undefined {
  for (const { key: uid, value } of keys.getRange({})) if (value === key) return uid;
  return undefined;
}

/**
 * How a damaged record is named by its key: by the uid by which it can be deleted, never by its number,
 * which may be a code. Looked for among all of them once.
 */
export function namesOfDamaged(
  records: Database<unknown, string>,
  keys: Database<unknown, number>,
): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const told = known.get(key);
    if (told !== undefined) return told;
    const said = uidIn(records, key);
    const isRight = said !== undefined && keys.get(said) === key;
    const uid = isRight ? said : uidOf(keys, key);
    const name = `identifier ${uid ?? key.replace(/:.*/, '')}`;
    known.set(key, name);
    return name;
  };
}
