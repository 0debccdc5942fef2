/**
 * Which identifiers are one access key. A composite key (`a|b`) is an identifier for each number; all but
 * the first refer to the first, and go with it. What they have in common the store keeps the same,
 * whichever call changes it. Where an earlier version has deleted the first alone, each of the others
 * is a key by itself.
 */
import type { Identifier } from '../../door/model.ts';
import type { IdentifierReader } from '../../ports/store.ts';
import { type KeyType, keyTypes } from './access-key-number.ts';

/** What is asked of the identifiers. */
export type KeyReader = Pick<IdentifierReader, 'get' | 'referring'>;

/**
 * The identifiers of the key that `uid` belongs to, its first number first; none: it is no key. A number
 * that the panel API has made one of another type still belongs to its key.
 */
export function keyParts(identifiers: KeyReader, uid: number): Identifier[] {
  const asked = identifiers.get(uid);
  const named = asked?.partOf === undefined ? undefined : identifiers.get(asked.partOf);
  const first = named ?? asked;
  if (!first) return [];
  const others = identifiers.referring('key', first.uid).map((other) => identifiers.get(other));
  const parts = [first, ...others.filter((other) => other !== undefined)];
  return parts.some(keyTypeOf) ? parts : [];
}

/** The type of access key that an identifier is; undefined: it is none. */
export function keyTypeOf({ type }: Pick<Identifier, 'type'>): KeyType | undefined {
  if (type === keyTypes.proximity) return 'proximity';
  return type === keyTypes.code ? 'code' : undefined;
}
