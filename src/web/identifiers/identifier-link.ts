/**
 * Identifiers under the ids that a management system gives them (panel API, "Update multiple
 * Identifier items by link_id").
 */
import { z } from 'zod';
import { identifierTypes, type Representation } from '../../door/model.ts';
import type { BulkCommands, LinkedIdentifier, LinkedOutcome } from '../../ports/links.ts';
import type { Log } from '../../ports.ts';
import { answer, errors, refuse } from '../answer.ts';
import { listAnswer } from '../lists/list.ts';
import { listQuery } from '../lists/paging.ts';
import { type Route, route } from '../route.ts';
import { identifierAnswer } from './identifier-answer.ts';
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
import { givenNumber, holderBody, limitsInPlace, text } from './identifier-body.ts';
import {
  answerPart,
  type IdentifierPart,
  type PartListParts,
  partListNotes,
} from './identifier-part.ts';

/** What the calls on link ids work with. */
export interface LinkRouteParts extends PartListParts {
  readonly commands: Pick<BulkCommands, 'upsertLinked' | 'removeLinked'>;
  readonly log: Log;
}

const path = '/api/v1/access/identifier/items/link';
/** Profiles of one item; each costs the door a look-up and an entry of an index. */
const profilesAtMost = 32;

const linkId = z.guid();

const linkItem = z.preprocess(
  limitsInPlace,
  z
    .object({
      link_id: linkId,
      identifier_owner: holderBody.identifier_owner,
      identifier_type: z.enum([...identifierTypes, 'face_id']),
      // A face may come as a picture instead.
      identifier_number: text.optional(),
      lock: holderBody.lock,
      valid: z.object({ time: timeRule.nullish(), passes: passRule.nullish() }).nullish(),
      apartment_link_id: linkId.nullish(),
      time_profiles: z
        .object({ link_ids: z.array(linkId).max(profilesAtMost).nullish() })
        .nullish(),
      additional: z.object({ passes_left: z.int().nullish() }).nullish(),
    })
    .refine(
      (item) => item.identifier_type === 'face_id' || item.identifier_number !== undefined,
      errors.noValue('identifier_number'),
    ),
);
type LinkItem = z.output<typeof linkItem>;

/** Create or update, delete (in both spellings) and list by link id. */
export function linkRoutes(parts: LinkRouteParts): Route[] {
  return [
    upsertRoute(parts),
    listRoute(parts),
    deleteRoute(parts, 'DELETE', path),
    deleteRoute(parts, 'POST', '/api/v1/access/identifiers/link/delete'),
  ];
}

const upsertNotes =
  `At most ${itemsAtMost} items. They are written in their order, some at a time, while the door goes ` +
  'on; what was done stays done when the panel fails or the client leaves in between. An item that ' +
  'lacks a required member, has one of a wrong type, an unknown value of a list of values, a link id ' +
  'that is no UUID or a number that fits no pattern of its type is refused with the whole body. What ' +
  'else is wrong with an item is its result. Numbers of the master code or card are ' +
  '`number_taken_by_another_identifier`. `invalid_time_rules_settings` comes with `success: false`. ' +
  '`has_dublicates` tells of any other identifier whose owner has the same name (its first 200 ' +
  'characters). On an update, an absent `apartment_link_id`, `time_profiles` or ' +
  '`additional.passes_left` changes nothing; `apartment_link_id: null` is no apartment, an empty ' +
  '`link_ids` no profile; an absent `valid` is no limit. An apartment that does not exist yet is ' +
  `waited for. At most ${profilesAtMost} time profiles. \`passes_left\` is from 0 to the maximum; -1 is ` +
  'as if absent. Limited passes without `max_passes` keep the limit that stands; ' +
  'where there is none, passes stay unlimited. For a new identifier, and with a `passes_left` where ' +
  'there is no limit, that is `invalid_time_rules_settings`. (Create and update of one identifier ' +
  'ask for `max_passes`.)';

function upsertRoute({ identifiers, settings, commands, log }: LinkRouteParts): Route {
  return route({
    method: 'POST',
    path,
    summary: 'Create or update identifiers by link id; a result for each',
    access: 'admin',
    body: z.object({ list_items: itemsOf(linkItem) }),
    bodyLimit: bulkBodyLimit,
    answers: z.strictObject({
      result: z.array(
        z.strictObject({
          link_id: z.string(),
          success: z.boolean(),
          extended_info: z.enum([
            'created',
            'updated',
            'number_taken_by_another_identifier',
            'bound_time_profile_doesnt_exist',
            'face_id_not_supported',
            'number_of_identifiers_exceeded',
            'invalid_time_rules_settings',
          ]),
          has_dublicates: z.boolean(),
        }),
      ),
    }),
    notes: upsertNotes,
    async handler({ body: { list_items: items }, who }) {
      const { representation } = settings.wiegand();
      const prepared = items.flatMap((item) => prepare(item, representation, identifiers) ?? []);
      if (prepared.length < items.length) return refuse(400, errors.wrongBody);
      const results = await inSteps(prepared, (changes) => commands.upsertLinked(changes));
      const outcomes = results.map(({ outcome }) => outcome);
      log.info('identifiers by link id', { by: who.name, ...counted(outcomes) });
      return answer({
        result: results.map(({ outcome, namesake }, index) => ({
          link_id: items[index]?.link_id,
          success: succeeded(outcome),
          extended_info: outcome,
          has_dublicates: namesake,
        })),
      });
    },
  });
}

/** What is to be done for an item; undefined when its number is none of its type. */
function prepare(
  item: LinkItem,
  representation: Representation,
  identifiers: LinkRouteParts['identifiers'],
): Prepared<LinkedIdentifier, LinkedOutcome> | undefined {
  const { identifier_type: type, identifier_owner: owner, lock } = item;
  if (type === 'face_id') return failed('face_id_not_supported');
  const written = item.identifier_number ?? '';
  const number = givenNumber(
    type,
    written,
    representation,
    (...of) => !!identifiers.soundOf(...of),
  );
  if (number === undefined) return undefined;
  const rules = limitsOf(item.valid ?? {});
  if (!rules) return failed('invalid_time_rules_settings');
  const { limits, ...keeps } = rules;
  const profileLinks = item.time_profiles?.link_ids;
  const apartmentLink = item.apartment_link_id;
  const passesLeft = item.additional?.passes_left ?? -1;
  return {
    change: {
      linkId: item.link_id.toLowerCase(),
      fields: { type, number, owner, lock, ...limits },
      ...keeps,
      ...(passesLeft !== -1 && { passesLeft }),
      ...(profileLinks && { profileLinks: profileLinks.map((id) => id.toLowerCase()) }),
      ...(apartmentLink !== undefined && { apartmentLink: apartmentLink?.toLowerCase() ?? null }),
    },
  };
}

function failed(outcome: LinkedOutcome['outcome']): { readonly failed: LinkedOutcome } {
  return { failed: { outcome, namesake: false } };
}

function deleteRoute(
  { commands, log }: LinkRouteParts,
  method: 'DELETE' | 'POST',
  at: string,
): Route {
  return route({
    method,
    path: at,
    summary: 'Delete identifiers by link id; a result for each',
    access: 'admin',
    // Text that is no UUID is the id of nothing.
    body: z.object({ link_ids: itemsOf(z.string()) }),
    answers: z.strictObject({
      result: z.array(
        z.strictObject({
          link_id: z.string(),
          success: z.boolean(),
          extended_info: z.enum(['deleted', 'entity_not_found']),
        }),
      ),
    }),
    notes: `At most ${itemsAtMost} ids. An id that stands twice is not found the second time.`,
    async handler({ body: { link_ids: ids }, who }) {
      const prepared = ids.map((id) =>
        linkId.safeParse(id).success
          ? { change: id.toLowerCase() }
          : { failed: 'entity_not_found' as const },
      );
      const outcomes = await inSteps(prepared, (some) => commands.removeLinked(some));
      log.info('identifiers by link id', { by: who.name, ...counted(outcomes) });
      return answer({
        result: outcomes.map((outcome, index) => ({
          link_id: ids[index],
          success: succeeded(outcome),
          extended_info: outcome,
        })),
      });
    },
  });
}

function listRoute(parts: LinkRouteParts): Route {
  const linked: IdentifierPart = {
    field: 'link_id',
    page: (offset, limit, reverse) => parts.identifiers.linked(offset, limit, reverse),
    filter: {
      kind: 'compare',
      field: 'link_id',
      operator: 'nq',
      value: '',
      test: ({ linkId }) => linkId !== undefined,
    },
    more: ({ apartment }) => ({ apartment_link_id: apartment.link_id }),
  };
  return route({
    method: 'GET',
    path,
    summary: 'Identifiers that have a link id, by it, in pages',
    access: 'read',
    query: listQuery,
    answers: listAnswer(identifierAnswer.extend({ apartment_link_id: z.string().nullable() })),
    refuses: [errors.wrongParameters],
    notes:
      'Items are as `GET` of one identifier answers them, with `apartment_link_id` as a client sends ' +
      `it: that of the apartment, of one that is waited for too, or null. ${partListNotes}`,
    handler: ({ query, gone }) => answerPart(query, linked, parts, gone),
  });
}
