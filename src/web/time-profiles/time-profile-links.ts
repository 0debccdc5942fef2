/** Time profiles by link id, as an outside system keeps them in step. */
import { z } from 'zod';
import { answer } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { isInOrder, linkedTimeProfileBody, linkId, profileOf } from './time-profile-body.ts';
import {
  listTimeProfiles,
  type TimeProfileParts,
  timeProfileBase,
  timeProfileListAnswer,
  timeProfileListNotes,
  timeProfileListQuery,
} from './time-profiles.ts';

/** As many as a panel holds. */
const itemsAtOnce = 1000;

const resultAnswer = z.object({
  result: z.array(
    z.object({
      link_id: z.string(),
      success: z.boolean(),
      extended_info: z.enum([
        'created',
        'updated',
        'deleted',
        'entity_not_found',
        'invalid_time_rules_settings',
        'number_of_entities_exceeded',
      ]),
    }),
  ),
});
type Result = z.output<typeof resultAnswer>['result'][number];

/** The length is checked first: a long list of wrong values would cost a report for each. */
function listOf<T extends z.ZodType>(item: T) {
  // Only the first side of a pipe is described to clients.
  const { $schema: _, ...described } = z.toJSONSchema(item, { io: 'input' });
  return z.array(z.unknown().meta(described)).max(itemsAtOnce).pipe(z.array(item));
}

const upsertBody = z.object({ list_items: listOf(linkedTimeProfileBody) });
const deleteBody = z.object({ link_ids: listOf(linkId) });

/** Create or update, list, and delete by link id. */
export function timeProfileLinkRoutes(parts: TimeProfileParts): Route[] {
  const path = `${timeProfileBase}/items/link`;
  return [
    upsertRoute(parts, path),
    route({
      method: 'GET',
      path,
      summary: 'Time profiles that have a link id, in pages',
      access: 'read',
      query: timeProfileListQuery,
      answers: timeProfileListAnswer,
      notes: timeProfileListNotes,
      handler: ({ query }) =>
        listTimeProfiles(
          parts.timeProfiles.all().filter((profile) => profile.linkId !== undefined),
          query,
        ),
    }),
    deleteRoute(parts, 'DELETE', path),
    // The spelling that the pages name in their text.
    deleteRoute(parts, 'POST', `${timeProfileBase}/link/delete`),
  ];
}

function upsertRoute({ commands, log }: TimeProfileParts, path: string): Route {
  return route({
    method: 'POST',
    path,
    summary: 'Create or update time profiles by link id; answers what became of each',
    access: 'admin',
    body: upsertBody,
    answers: resultAnswer,
    notes:
      'Each item by itself; one that fails changes nothing and hinders no other. Items in which a ' +
      'value is missing, of the wrong type or out of range refuse the whole list; ' +
      '`invalid_time_rules_settings`: `date_to` is not after `date_from`. ' +
      '`number_of_entities_exceeded`: the panel holds 1000 profiles already.',
    async handler({ body: { list_items }, who }) {
      const result = await Promise.all(
        list_items.map(async (item): Promise<Result> => {
          const { link_id } = item;
          if (!isInOrder(item.time_options)) {
            return { link_id, success: false, extended_info: 'invalid_time_rules_settings' };
          }
          const made = await commands.upsertTimeProfile({ ...profileOf(item), linkId: link_id });
          return made === 'full'
            ? { link_id, success: false, extended_info: 'number_of_entities_exceeded' }
            : { link_id, success: true, extended_info: made };
        }),
      );
      const count = result.filter(({ success }) => success).length;
      log.info('time profiles set by link', { by: who.name, count });
      return answer({ result });
    },
  });
}

function deleteRoute(
  { timeProfiles, commands, log }: TimeProfileParts,
  method: 'DELETE' | 'POST',
  path: string,
): Route {
  return route({
    method,
    path,
    summary: 'Delete time profiles by link id; answers what became of each',
    access: 'admin',
    body: deleteBody,
    answers: resultAnswer,
    notes: 'Identifiers keep their references to deleted profiles, which never hold.',
    async handler({ body: { link_ids }, who }) {
      // A profile never changes its link id, so the uid found here is the one to delete.
      const found = new Map(link_ids.map((link) => [link, timeProfiles.byLinkId(link)?.uid]));
      const uids = [...found.values()].filter((uid) => uid !== undefined);
      const removed = new Set(await commands.removeTimeProfiles(uids));
      const result = link_ids.map((link_id, index): Result => {
        const uid = found.get(link_id);
        const isFirst = link_ids.indexOf(link_id) === index;
        const success = isFirst && uid !== undefined && removed.has(uid);
        return { link_id, success, extended_info: success ? 'deleted' : 'entity_not_found' };
      });
      log.info('time profiles deleted by link', { by: who.name, count: removed.size });
      return answer({ result });
    },
  });
}
