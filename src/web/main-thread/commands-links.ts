/**
 * The main thread's side of bulk calls: identifiers by link id, and by type and number. What an item
 * refers to is looked up in the transaction that writes it, so nothing comes in between.
 */
import type { Identifier, IdentifierFields, Person } from '../../door/model.ts';
import { restate } from '../../door/restate.ts';
import type {
  BulkCommands,
  ItemOutcome,
  LinkedIdentifier,
  NumberedIdentifier,
  SaidIdentifier,
} from '../../ports/links.ts';
import type {
  IdentifierChanges,
  IdentifierReader,
  IdentifierWriter,
  RecordReader,
  RecordWriter,
  StoreReaders,
} from '../../ports/store.ts';
import { Gate } from '../gate.ts';
import { dropUnheld } from './commands-keys.ts';
import { inSteps } from './in-steps.ts';

/** What bulk calls act upon. */
export interface LinkParts {
  readonly identifiers: IdentifierReader & IdentifierWriter;
  readonly timeProfiles: Pick<StoreReaders['timeProfiles'], 'byLinkId'>;
  readonly apartments: Pick<StoreReaders['apartments'], 'byLinkId'>;
  readonly persons: RecordReader<Person> & RecordWriter<Person>;
}

/** Beyond these no identifier is created by link id: the store is sized for so many. */
export const identifiersAtMost = 1_000_000;

/**
 * Carries bulk changes out, each call in one transaction and one at a time: transactions that wait
 * together are run together, without a turn of the loop in between.
 */
export function linkCommands(parts: LinkParts, atMost = identifiersAtMost): BulkCommands {
  const { identifiers, timeProfiles } = parts;
  const turn = new Gate(1);
  const alone = <T>(work: (changes: IdentifierChanges) => T) =>
    turn.run(() => identifiers.batch(work));
  const removing = async (
    all: readonly string[],
    find: (one: string) => Identifier | undefined,
  ) => {
    const holders: (number | undefined)[] = [];
    const outcomes = await alone((changes) => {
      // All before the first is deleted: others of the list may go along with it.
      const found = all.map(find);
      holders.push(...found.map((identifier) => identifier?.person));
      return found.map(
        (identifier): ItemOutcome =>
          identifier && changes.remove(identifier.uid) ? 'deleted' : 'entity_not_found',
      );
    });
    await dropUnheld(parts, holders);
    return outcomes;
  };
  return {
    upsertLinked: (items) =>
      alone((changes) => {
        const profiles = new Map<string, number | undefined>();
        const profileOf = (linkId: string) => {
          if (!profiles.has(linkId)) profiles.set(linkId, timeProfiles.byLinkId(linkId)?.uid);
          return profiles.get(linkId);
        };
        // Counted once, because asking the database costs as much as an item.
        let room = atMost - identifiers.count();
        return items.map((item) => {
          const { outcome, uid } = upsert(item, { ...parts, changes, profileOf, full: room <= 0 });
          if (outcome === 'created') room -= 1;
          const { name } = item.fields.owner;
          return { outcome, namesake: uid !== undefined && identifiers.hasNamesake(name, uid) };
        });
      }),
    removeLinked: (linkIds) => removing(linkIds, (linkId) => identifiers.byLinkId(linkId)),
    updateNumbered: (items) =>
      alone((changes) => items.map((item) => updateNumbered(item, parts, changes))),
    removeNumbered: (type, numbers) =>
      removing(numbers, (number) => identifiers.find(type, number)),
  };
}

/** Identifiers bound in one transaction; an apartment has few, so this is only a bound. */
const boundAtOnce = 25;

/** Gives an apartment that has come the identifiers that were waiting for its link id. */
export async function bindAwaiting(
  identifiers: IdentifierReader & IdentifierWriter,
  { uid: apartment, linkId }: { readonly uid: number; readonly linkId: string },
): Promise<void> {
  const uids = identifiers.awaiting(linkId);
  const bound = (old: IdentifierFields): IdentifierFields => {
    const { awaitedApartment, ...rest } = old;
    // Meanwhile it may wait for another one, or have been given one by hand.
    if (awaitedApartment !== linkId) return old;
    return rest.apartment === undefined ? { ...rest, apartment } : rest;
  };
  await inSteps(uids, boundAtOnce, (some) =>
    identifiers.batch((changes) => some.map((uid) => changes.update(uid, bound))),
  );
}

interface Upsert extends LinkParts {
  readonly changes: IdentifierChanges;
  readonly profileOf: (linkId: string) => number | undefined;
  /** Nothing more may be created. */
  readonly full: boolean;
}

/** `uid`: of the identifier that was created or updated. */
function upsert(
  item: LinkedIdentifier,
  parts: Upsert,
): { readonly outcome: ItemOutcome; readonly uid?: number } {
  const { identifiers, changes, profileOf, full } = parts;
  const profiles: number[] = [];
  for (const linkId of item.profileLinks ?? []) {
    const profile = profileOf(linkId);
    if (profile === undefined) return { outcome: 'bound_time_profile_doesnt_exist' };
    profiles.push(profile);
  }
  const old = identifiers.byLinkId(item.linkId);
  if (!old && full) return { outcome: 'number_of_identifiers_exceeded' };
  const said = fieldsOf(item, old);
  if (!said) return { outcome: 'invalid_time_rules_settings' };
  const fields = {
    ...withApartment(item.profileLinks ? withProfiles(said, profiles) : said, item, parts),
    linkId: item.linkId,
  };
  if (old) {
    const conflict = changes.update(old.uid, () => fields);
    return conflict ? numberTaken : { outcome: 'updated', uid: old.uid };
  }
  const created = changes.create(fields);
  return 'conflict' in created ? numberTaken : { outcome: 'created', uid: created.uid };
}

/** Also the panel's own master code or card: the pages have no other word for it. */
const numberTaken = { outcome: 'number_taken_by_another_identifier' } as const;

function updateNumbered(
  item: NumberedIdentifier,
  { identifiers }: LinkParts,
  changes: IdentifierChanges,
): ItemOutcome {
  const old = identifiers.find(item.type, item.number);
  if (!old) return 'entity_not_found';
  const fields = fieldsOf(item, old);
  if (!fields) return 'invalid_time_rules_settings';
  return changes.update(old.uid, () => fields) ? numberTaken.outcome : 'updated';
}

/** What to store for an item; undefined when its limit of passes is none. */
function fieldsOf(
  { fields, keepsLimit, passesLeft }: SaidIdentifier,
  old: Identifier | undefined,
): IdentifierFields | undefined {
  const restated = old ? restate(old, fields) : fields;
  const passes = keepsLimit ? old?.passes : restated.passes;
  // What is new and said to be limited, or to have passes left, is not made one that passes for ever.
  if (!passes) return keepsLimit && (!old || passesLeft !== undefined) ? undefined : restated;
  if (passesLeft === undefined) return { ...restated, passes };
  const { max } = passes;
  return passesLeft >= 0 && passesLeft <= max
    ? { ...restated, passes: { max, left: passesLeft } }
    : undefined;
}

function withProfiles(
  { profiles: _, ...rest }: IdentifierFields,
  profiles: readonly number[],
): IdentifierFields {
  return profiles.length > 0 ? { ...rest, profiles: [...new Set(profiles)] } : rest;
}

/** An apartment that is not there is waited for. */
function withApartment(
  fields: IdentifierFields,
  { apartmentLink }: LinkedIdentifier,
  { apartments }: LinkParts,
): IdentifierFields {
  if (apartmentLink === undefined) return fields;
  const { apartment: _apartment, awaitedApartment: _awaited, ...rest } = fields;
  if (apartmentLink === null) return rest;
  const apartment = apartments.byLinkId(apartmentLink)?.uid;
  return apartment === undefined
    ? { ...rest, awaitedApartment: apartmentLink }
    : { ...rest, apartment };
}
