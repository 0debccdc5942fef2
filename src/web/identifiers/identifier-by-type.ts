/** Identifiers by type and number (panel API, "Update identifiers by type" and its siblings). */
import { z } from 'zod';
import { type IdentifierType, identifierTypes, type Representation } from '../../door/model.ts';
import { readNumber } from '../../door/number.ts';
import type { BulkCommands, ItemOutcome, NumberedIdentifier } from '../../ports/links.ts';
import type { Log } from '../../ports.ts';
import { answer, errors, refuse } from '../answer.ts';
import { listAnswer } from '../lists/list.ts';
import { listQuery } from '../lists/paging.ts';
import { type Route, route } from '../route.ts';
import { identifierAnswer, identifierItem } from './identifier-answer.ts';
import {
  bulkBodyLimit,
  counted,
  inSteps,
  itemsAtMost,
  itemsOf,
  limitsOf,
  type Prepared,
  passRule,
  succeeded,
  timeRule,
} from './identifier-batch.ts';
import { holderBody, text } from './identifier-body.ts';
import {
  answerPart,
  type IdentifierPart,
  type PartListParts,
  partListNotes,
} from './identifier-part.ts';

/** What the calls under `/access/identifiers` work with. */
export interface NumberedParts extends PartListParts {
  readonly commands: Pick<BulkCommands, 'updateNumbered' | 'removeNumbered'>;
  readonly log: Log;
}

const path = '/api/v1/access/identifiers';
const namedTypes = [...identifierTypes, 'face_id'] as const;

const query = z.object({ type: z.enum(namedTypes), number: z.string().min(1).optional() });

/** Text, or a whole number that stands for its digits. */
const looseNumber = z
  .preprocess((value) => (Number.isInteger(value) ? String(value) : value), text)
  .meta({ type: ['string', 'integer'] });

const changed = {
  ...holderBody,
  identifier_type: z.enum(namedTypes).nullish(),
  valid: z.object({ time: timeRule, passes: passRule }),
};
const oneBody = z.object(changed);
const listBody = z.object({
  list_items: itemsOf(z.object({ identifier_number: looseNumber, ...changed })),
});
const deleteBody = z.object({
  list_items: itemsOf(z.object({ identifier_number: looseNumber }), 1),
});
type Changed = z.output<typeof oneBody>;

const results = z.strictObject({
  result: z.array(
    z.strictObject({
      identifier_type: z.enum(namedTypes),
      success: z.boolean(),
      identifier_number: z.string(),
      extended_info: z.enum([
        'updated',
        'deleted',
        'entity_not_found',
        'number_taken_by_another_identifier',
        'face_id_not_supported',
        'invalid_time_rules_settings',
        'wrong_identifier_number',
      ]),
    }),
  ),
});

const numberNotes =
  'Bare digits of a card are read in the representation that is set, a JSON integer as its digits: ' +
  '44 is 0x44 in hex. A number that fits no pattern of the type belongs to nothing, as every ' +
  '`face_id` does on this panel: `entity_not_found`.';

/** Read, update and delete by type and number. */
export function numberedRoutes(parts: NumberedParts): Route[] {
  return [readRoute(parts), updateRoute(parts), deleteRoute(parts)];
}

function readRoute(parts: NumberedParts): Route {
  const { identifiers, settings } = parts;
  return route({
    method: 'GET',
    path,
    summary: 'The identifier of a type and number; without a number all of the type, in pages',
    access: 'read',
    query: listQuery.extend(query.shape),
    answers: z.union([identifierAnswer, listAnswer(identifierAnswer)]),
    refuses: [errors.wrongParameters],
    notes:
      'A number that nothing has is refused with `Wrong or missing parameters`. Lists are in the ' +
      `order of the numbers as text, decimal for cards. ${partListNotes}`,
    handler({ query: asked, gone }) {
      const { type, number } = asked;
      if (number === undefined) return answerPart(asked, partOf(type, identifiers), parts, gone);
      const wiegand = settings.wiegand();
      const canonical = numberOf(type, number, wiegand.representation);
      const found = canonical && identifiers.find(canonical.type, canonical.number);
      if (!found) return refuse(400, errors.wrongParameters);
      return answer(identifierItem(found, wiegand, parts));
    },
  });
}

/** Those of a type; there are no faces on this panel. */
function partOf(
  type: (typeof namedTypes)[number],
  identifiers: NumberedParts['identifiers'],
): IdentifierPart {
  return {
    field: 'identifier_number',
    page: (offset, limit, reverse) =>
      type === 'face_id'
        ? { total: 0, items: [] }
        : identifiers.ofType(type, offset, limit, reverse),
    filter: {
      kind: 'compare',
      field: 'identifier_type',
      operator: 'eq',
      value: type,
      test: (identifier) => identifier.type === type,
    },
  };
}

function updateRoute({ settings, commands, log }: NumberedParts): Route {
  return route({
    method: 'PUT',
    path,
    summary: 'Update the identifier of a type and number, or many of a type; a result for each',
    access: 'admin',
    query,
    body: z.union([listBody, oneBody]),
    bodyOf: ({ number }): z.ZodType<z.output<typeof listBody> | Changed> =>
      number === undefined ? listBody : oneBody,
    bodyLimit: bulkBodyLimit,
    answers: results,
    refuses: [errors.wrongParameters],
    notes:
      `${numberNotes} At most ${itemsAtMost} items, written in their order, some at a time. Missing ` +
      'members, wrong types and unknown values of a list of values are refused with the whole body. ' +
      'Passes used stay used; limited passes without `max_passes` keep the limit that stands; ' +
      'where there is none, passes stay unlimited, as the page has it. To change the type is ' +
      '`wrong_identifier_number` where the number is none of the new type, and a clash, with the ' +
      'master code or card too, `number_taken_by_another_identifier`. A result names the type that ' +
      'the identifier has now, and the number as it was sent.',
    async handler({ query: { type, number }, body, who }) {
      const { representation } = settings.wiegand();
      const items =
        'list_items' in body ? body.list_items : [{ ...body, identifier_number: number ?? '' }];
      const prepared = items.map((item) =>
        prepare(type, item.identifier_number, item, representation),
      );
      const outcomes = await inSteps(prepared, (changes) => commands.updateNumbered(changes));
      log.info('identifiers by type', { by: who.name, type, ...counted(outcomes) });
      return answer({
        result: outcomes.map((outcome, index) => {
          const item = items[index];
          const now = succeeded(outcome) ? (item?.identifier_type ?? type) : type;
          return resultOf(now, item?.identifier_number, outcome);
        }),
      });
    },
  });
}

function deleteRoute({ settings, commands, log }: NumberedParts): Route {
  return route({
    method: 'DELETE',
    path,
    summary: 'Delete the identifier of a type and number, or many of a type; a result for each',
    access: 'admin',
    query,
    body: deleteBody,
    bodyOf: ({ number }) => (number === undefined ? deleteBody : undefined),
    answers: results,
    refuses: [errors.wrongParameters],
    notes: `${numberNotes} From 1 to ${itemsAtMost} items; with \`number\` no body is read.`,
    async handler({ query: { type, number }, body, who }) {
      const { representation } = settings.wiegand();
      const numbers =
        number === undefined
          ? body.list_items.map(({ identifier_number }) => identifier_number)
          : [number];
      const prepared = numbers.map((text): Prepared<string, ItemOutcome> => {
        const canonical = numberOf(type, text, representation);
        return canonical ? { change: canonical.number } : { failed: 'entity_not_found' };
      });
      const outcomes = await inSteps(prepared, async (some) =>
        type === 'face_id' ? [] : commands.removeNumbered(type, some),
      );
      log.info('identifiers by type', { by: who.name, type, ...counted(outcomes) });
      return answer({
        result: outcomes.map((outcome, index) => resultOf(type, numbers[index], outcome)),
      });
    },
  });
}

function prepare(
  type: (typeof namedTypes)[number],
  text: string,
  item: Changed,
  representation: Representation,
): Prepared<NumberedIdentifier, ItemOutcome> {
  const asked = item.identifier_type ?? type;
  const canonical = numberOf(type, text, representation);
  if (!canonical) return { failed: 'entity_not_found' };
  if (asked === 'face_id') return { failed: 'face_id_not_supported' };
  const number = readNumber(asked, text, representation);
  if (number === undefined) return { failed: 'wrong_identifier_number' };
  const rules = limitsOf(item.valid);
  if (!rules) return { failed: 'invalid_time_rules_settings' };
  const { limits, ...keeps } = rules;
  const { identifier_owner: owner, lock } = item;
  return {
    change: { ...canonical, fields: { type: asked, number, owner, lock, ...limits }, ...keeps },
  };
}

/** The identity that a text means; undefined when nothing on this panel can have it. */
function numberOf(
  type: (typeof namedTypes)[number],
  text: string,
  representation: Representation,
): { readonly type: IdentifierType; readonly number: string } | undefined {
  if (type === 'face_id') return undefined;
  const number = readNumber(type, text, representation);
  return number === undefined ? undefined : { type, number };
}

function resultOf(
  identifier_type: (typeof namedTypes)[number],
  identifier_number: string | undefined,
  outcome: ItemOutcome,
) {
  return {
    identifier_type,
    identifier_number,
    success: succeeded(outcome),
    extended_info: outcome,
  };
}
