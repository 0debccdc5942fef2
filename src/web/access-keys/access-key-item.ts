/** An access key as answers write it, and how it is found by its id, its numbers or its person. */
import { ownerName, personName } from '../../door/access-key.ts';
import { derivedId, uidOfId } from '../../door/derived-id.ts';
import { formatIsoTime } from '../../door/iso-time.ts';
import type { Identifier, LockName } from '../../door/model.ts';
import { Fault } from '../../errors.ts';
import type { StoreReaders } from '../../ports/store.ts';
import { formatIdentification, type KeyType, keyTypes } from './access-key-number.ts';
import { keyParts, keyTypeOf } from './access-key-parts.ts';

/** Where access keys, and what belongs to them, are read. */
export type KeyStore = Pick<StoreReaders, 'identifiers' | 'persons' | 'accessLevels' | 'settings'>;

/** This panel as `system_id` names it: its serial number. */
export function systemId({ settings }: Pick<KeyStore, 'settings'>): string {
  const serial = settings.serial();
  if (serial !== undefined) return serial;
  throw new Fault('store-unreadable', 'this panel has no serial number', 'start latchd again');
}

/** The key with this id; undefined: this panel has none. */
export function keyById(store: KeyStore, id: string): Identifier | undefined {
  const uid = uidOfId('key', systemId(store), id);
  return uid === undefined ? undefined : keyParts(store.identifiers, uid)[0];
}

/** The keys that any of these numbers belongs to. */
export function keysByNumber(
  store: KeyStore,
  type: KeyType,
  numbers: readonly string[],
): readonly Identifier[] {
  const found = new Map<number, Identifier>();
  for (const number of numbers) {
    const identifier = store.identifiers.find(keyTypes[type], number);
    const [first] = identifier ? keyParts(store.identifiers, identifier.uid) : [];
    if (first) found.set(first.uid, first);
  }
  return [...found.values()];
}

/** The public id of a key. */
export function idOfKey(store: KeyStore, { uid }: Pick<Identifier, 'uid'>): string {
  return derivedId('key', systemId(store), uid);
}

/**
 * Who holds a key. The name is that of its owner, which the panel API may have changed; one who was
 * made through the panel API has an id that follows from the identifier.
 */
export function personItem(store: KeyStore, { uid, owner, person: personUid }: Identifier) {
  const person = personUid === undefined ? undefined : store.persons.get(personUid);
  const same = person && ownerName(person) === owner.name;
  const { firstName, lastName } = same ? person : personName(owner.name);
  return {
    id: person?.linkId ?? derivedId('person', systemId(store), uid),
    first_name: firstName,
    last_name: lastName,
  };
}

/** A key as `/v1/accesskeys/add` answers it. `code`: one that was made in this very call. */
export function accessKeyItem(store: KeyStore, first: Identifier, code?: string) {
  const parts = keyParts(store.identifiers, first.uid);
  const type = parts.map(keyTypeOf).find((one) => one !== undefined) ?? 'proximity';
  const numbers = parts.filter((part) => keyTypeOf(part) === type).map(({ number }) => number);
  const from = first.window && formatIsoTime(first.window.fromS);
  const to = first.window && formatIsoTime(first.window.toS);
  return {
    id: idOfKey(store, first),
    key: { identification: code ?? formatIdentification(type, numbers), type },
    ...(from !== undefined && { valid_from_date: from }),
    ...(to !== undefined && { valid_to_date: to }),
    access_levels: levelsOf(store, first).map(({ linkId }) => linkId),
    person: personItem(store, first),
  };
}

/** Whether a key opens any of the panel's locks, by its levels or, without them, by its own lock. */
export function isApplied(store: KeyStore, first: Identifier, locks: readonly LockName[]): boolean {
  const selections = first.levels ? levelsOf(store, first).map(({ lock }) => lock) : [first.lock];
  return selections.some((selection) => selection === 'all' || locks.includes(selection));
}

/** Levels that have been deleted are left out. */
function levelsOf({ accessLevels }: KeyStore, { levels = [] }: Identifier) {
  return levels.map((uid) => accessLevels.get(uid)).filter((level) => level !== undefined);
}
