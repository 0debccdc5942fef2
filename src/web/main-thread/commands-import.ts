/** The main thread's side of tables of identifiers. */
import { isDeepStrictEqual } from 'node:util';
import type { Identifier, IdentifierFields } from '../../door/model.ts';
import { carryPasses } from '../../door/passes.ts';
import type { ImportCommands, ImportedIdentifier, ImportOutcome } from '../../ports/import.ts';
import type { IdentifierChanges } from '../../ports/store.ts';
import { identifiersAtMost, type LinkParts } from './commands-links.ts';

/** What tables act upon. */
type ImportParts = Pick<LinkParts, 'identifiers' | 'apartments'>;

/** Ends a transaction of which nothing is to be kept. */
class DryRun extends Error {
  readonly outcomes: ImportOutcome[];
  constructor(outcomes: ImportOutcome[]) {
    super('a dry run keeps nothing');
    this.outcomes = outcomes;
  }
}

/** Carries tables out. */
export function importCommands(
  { identifiers, apartments }: ImportParts,
  atMost = identifiersAtMost,
): ImportCommands {
  return {
    async importIdentifiers(items, dryRun) {
      try {
        return await identifiers.batch((changes) => {
          let room = atMost - identifiers.count();
          const outcomes = items.map((item) => {
            const outcome = take(item, { identifiers, apartments, changes, full: room <= 0 });
            if (outcome === 'created') room -= 1;
            return outcome;
          });
          if (dryRun) throw new DryRun(outcomes);
          return outcomes;
        });
      } catch (error) {
        if (error instanceof DryRun) return error.outcomes;
        throw error;
      }
    },
  };
}

interface Taking extends ImportParts {
  readonly changes: IdentifierChanges;
  readonly full: boolean;
}

function take(item: ImportedIdentifier, parts: Taking): ImportOutcome {
  const { identifiers, changes, full } = parts;
  const { type, number, linkId } = item.fields;
  const old = linkId === undefined ? identifiers.find(type, number) : identifiers.byLinkId(linkId);
  if (!old) {
    if (full) return 'full';
    const created = changes.create(fieldsOf(item, undefined, parts));
    return 'conflict' in created ? created.conflict : 'created';
  }
  const fields = fieldsOf(item, old, parts);
  const { uid, ...before } = old;
  if (isDeepStrictEqual(before, fields)) return 'unchanged';
  // Without a link id nothing says that it is meant, and not another with the same number.
  if (linkId === undefined) return 'duplicate';
  return changes.update(uid, () => fields) ?? 'updated';
}

/** What to store: what the line says, and of what stands what it does not speak of. */
function fieldsOf(
  item: ImportedIdentifier,
  old: Identifier | undefined,
  { apartments }: ImportParts,
): IdentifierFields {
  const { fields, without, keepsOwnerType, saysPassesLeft, apartmentLink } = item;
  const kept: Partial<IdentifierFields> = Object.fromEntries(
    Object.entries(old ?? {}).filter(
      ([member]) => member !== 'uid' && !without.some((one) => one === member),
    ),
  );
  const ownerType = (keepsOwnerType && old?.owner.type) || fields.owner.type;
  const passes =
    fields.passes && (saysPassesLeft ? fields.passes : carryPasses(old?.passes, fields.passes.max));
  const said = {
    ...kept,
    ...fields,
    owner: { ...fields.owner, type: ownerType },
    ...(passes && { passes }),
  };
  if (apartmentLink === undefined) return said;
  const { apartment: _apartment, awaitedApartment: _awaited, ...rest } = said;
  const apartment = apartments.byLinkId(apartmentLink)?.uid;
  return apartment === undefined
    ? { ...rest, awaitedApartment: apartmentLink }
    : { ...rest, apartment };
}
