/**
 * The main thread's side of the access-key API: keys of integrations, access levels, and access keys,
 * which are identifiers. All numbers of an access key are changed in one transaction.
 */
import {
  type AccessKeyChange,
  inStep,
  lockOfLevels,
  ownerName,
  withChange,
} from '../../door/access-key.ts';
import type { Identifier, IdentifierFields, LockSelection } from '../../door/model.ts';
import { Fault } from '../../errors.ts';
import type { Holder, KeyCommands, KeyConflict, NewAccessKey } from '../../ports/keys.ts';
import type { IdentifierChanges, StoreReaders, StoreWriters } from '../../ports/store.ts';
import { keyParts } from '../access-keys/access-key-parts.ts';
import { inSteps } from './in-steps.ts';

/** What the commands act upon. */
export type KeyParts = {
  readonly [name in 'identifiers' | 'accessLevels' | 'persons' | 'apiKeys']: StoreReaders[name] &
    StoreWriters[name];
};

/** Of an access key without any access level, which opens nothing; `lock` must name something. */
const lockOfNone: LockSelection = 'first';
/** Identifiers changed in one transaction; a few milliseconds of the main thread. */
const identifiersAtOnce = 200;

/** Carries out the commands of the access-key API. */
export function keyCommands(parts: KeyParts): KeyCommands {
  const { apiKeys, accessLevels } = parts;
  return {
    addApiKey: (keyHash, key) => apiKeys.add(keyHash, key),
    removeApiKey: (name) => apiKeys.remove(name),
    createAccessLevel: (fields) => accessLevels.create(fields),
    updateAccessLevel: async (uid, { profiles, ...change }) => {
      const conflict = await accessLevels.update(uid, ({ profiles: old, ...rest }) => {
        const kept = profiles ?? old ?? [];
        return { ...rest, ...change, ...(kept.length > 0 && { profiles: kept }) };
      });
      if (conflict) return false;
      await followLevel(parts, uid);
      return true;
    },
    removeAccessLevel: async (uid) => {
      const [removed] = await accessLevels.remove([uid]);
      if (removed === undefined) return false;
      await followLevel(parts, uid);
      return true;
    },
    addAccessKey: (key) => addAccessKey(parts, key),
    changeAccessKey: (uid, change) => changeAccessKey(parts, uid, change),
    removeAccessKey: (uid) => removeAccessKey(parts, uid),
  };
}

/** Of an identifier that has a level, `lock` tells what its levels open together. */
async function followLevel(parts: KeyParts, level: number): Promise<void> {
  const uids = parts.identifiers.referring('level', level);
  await inSteps(uids, identifiersAtOnce, (some) =>
    parts.identifiers.batch((changes) => some.map((uid) => followOne(parts, changes, uid))),
  );
}

function followOne(parts: KeyParts, changes: IdentifierChanges, uid: number): void {
  try {
    changes.update(uid, (old) => ({ ...old, lock: lockOf(parts, old.levels ?? []) ?? old.lock }));
  } catch (error) {
    // One that is damaged opens nothing; the others follow all the same.
    if (!(error instanceof Fault && error.code === 'store-unreadable')) throw error;
  }
}

function lockOf({ accessLevels }: KeyParts, levels: readonly number[]): LockSelection | undefined {
  return lockOfLevels(
    levels.map((uid) => accessLevels.get(uid)).filter((one) => one !== undefined),
  );
}

async function addAccessKey(parts: KeyParts, key: NewAccessKey) {
  const { identifiers, persons } = parts;
  const person = await personOf(parts, key.holder);
  const names = person === undefined ? undefined : persons.get(person);
  if (person === undefined || !names) return { conflict: 'unknown-person' } as const;
  const fields = withChange<Omit<IdentifierFields, 'number'>>(
    {
      type: key.type,
      owner: { name: ownerName(names), type: 'owner' },
      lock: lockOfNone,
      levels: [],
      person,
    },
    key.change,
    lockOf(parts, key.change.levels ?? []),
  );
  const made =
    fields === 'wrong-window'
      ? ({ conflict: fields } as const)
      : await identifiers.batch((changes) => createAll(changes, fields, key.numbers));
  if ('conflict' in made) await dropUnheld(parts, [person]);
  return made;
}

/** One identifier for each number, or none at all. */
function createAll(
  changes: IdentifierChanges,
  fields: Omit<IdentifierFields, 'number'>,
  numbers: readonly string[],
): { readonly uid: number } | { readonly conflict: KeyConflict } {
  const uids: number[] = [];
  for (const number of numbers) {
    const [first] = uids;
    const made = changes.create({
      ...fields,
      number,
      ...(first !== undefined && { partOf: first }),
    });
    if ('conflict' in made) {
      // With the first, the others go.
      if (first !== undefined) changes.remove(first);
      return made;
    }
    uids.push(made.uid);
  }
  return { uid: uids[0] ?? 0 };
}

async function changeAccessKey(
  parts: KeyParts,
  uid: number,
  change: AccessKeyChange,
): Promise<KeyConflict | undefined> {
  const { identifiers } = parts;
  const lock = change.levels && (lockOf(parts, change.levels) ?? lockOfNone);
  return identifiers.batch((changes) => {
    const [first, ...others] = keyParts(identifiers, uid);
    if (!first) return 'unknown-uid';
    const changed = withChange<Identifier>(first, change, lock);
    if (changed === 'wrong-window') return changed;
    const conflict = changes.update(first.uid, () => changed);
    if (conflict) return conflict;
    // The store carries over what has changed; earlier versions have let numbers differ before.
    for (const other of others) changes.update(other.uid, (old) => inStep(old, changed));
    return undefined;
  });
}

async function removeAccessKey(parts: KeyParts, uid: number): Promise<boolean> {
  const [first] = keyParts(parts.identifiers, uid);
  return first !== undefined && (await removeWithHolders(parts, [first.uid])).length > 0;
}

/** The uid of the holder, who becomes a person where they are none; undefined: they are gone. */
async function personOf(parts: KeyParts, holder: Holder): Promise<number | undefined> {
  const { identifiers, persons } = parts;
  if (holder.kind === 'known') return holder.person;
  const made = await persons.create(holder.person);
  if ('conflict' in made) return persons.byLinkId(holder.person.linkId)?.uid;
  if (holder.kind === 'new') return made.uid;
  const gone = await identifiers.update(holder.identifier, (old) => ({ ...old, person: made.uid }));
  if (gone) await dropUnheld(parts, [made.uid]);
  return gone ? undefined : made.uid;
}

/** Removes identifiers that exist in one transaction, and the persons whose last ones they were. */
export async function removeWithHolders(
  parts: KeyParts,
  uids: readonly number[],
): Promise<number[]> {
  const holders: (number | undefined)[] = [];
  // Where no integration is at work, nothing has to be read.
  const someHold = parts.persons.count() > 0;
  const removed = await parts.identifiers.batch((changes) =>
    uids.filter((uid) => {
      if (someHold) holders.push(holderOf(parts, uid));
      return changes.remove(uid);
    }),
  );
  await dropUnheld(parts, holders);
  return removed;
}

/** Of one that is damaged nobody is known. */
function holderOf({ identifiers }: KeyParts, uid: number): number | undefined {
  try {
    return identifiers.get(uid)?.person;
  } catch {
    return undefined;
  }
}

/** Persons whom no call can find any more are forgotten. */
export async function dropUnheld(
  { identifiers, persons }: Pick<KeyParts, 'identifiers' | 'persons'>,
  held: readonly (number | undefined)[],
): Promise<void> {
  const unheld = [...new Set(held)]
    .filter((person) => person !== undefined)
    .filter((person) => identifiers.referring('person', person).length === 0);
  if (unheld.length > 0) await persons.remove(unheld);
}
