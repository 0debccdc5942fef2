/** Apartments by link id: how a management system keeps them in step. */
import { z } from 'zod';
import type { Apartment } from '../../door/model.ts';
import type { RecordReader } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { answer, errors } from '../answer.ts';
import { listAnswer } from '../lists/list.ts';
import { listQuery } from '../lists/paging.ts';
import { type Route, route } from '../route.ts';
import { apartmentItemAnswer, apartmentOf, linkedApartmentBody, linkId } from './apartment-body.ts';
import { listApartments } from './apartment-list.ts';

/** What these calls work with. */
interface ApartmentLinkParts {
  readonly apartments: RecordReader<Apartment>;
  readonly commands: Pick<PanelCommands, 'upsertApartments' | 'removeApartments'>;
  readonly log: Log;
}

const path = '/api/v1/apartment/items/link';
const itemsAtOnce = 10_000;

/** What became of each item. */
const resultAnswer = z.strictObject({
  result: z.array(
    z.strictObject({
      link_id: z.string().nullable(),
      success: z.boolean(),
      extended_info: z.enum([
        'created',
        'updated',
        'deleted',
        'entity_not_found',
        'has_dublicates',
      ]),
    }),
  ),
});
type Result = z.output<typeof resultAnswer>['result'][number];

/** Create-or-update, list, delete. */
export function apartmentLinkRoutes(parts: ApartmentLinkParts): Route[] {
  return [upsertRoute(parts), listRoute(parts), deleteRoute(parts)];
}

function upsertRoute({ commands, log }: ApartmentLinkParts): Route {
  return route({
    method: 'POST',
    path,
    summary: 'Create or update apartments by link id or logical address; each by itself',
    access: 'admin',
    body: z.object({
      // The length first: a long list of wrong values would cost a report for each.
      list_items: z.array(z.unknown()).max(itemsAtOnce).pipe(z.array(linkedApartmentBody)),
    }),
    answers: resultAnswer,
    refuses: [errors.wrongAddress],
    notes:
      'An apartment that is found by its address takes the link id of the item; without one it ' +
      'keeps its own. Where link id and address are those of two apartments, nothing is changed: ' +
      '`has_dublicates`. An item that is malformed refuses the whole call.',
    async handler({ body: { list_items }, who }) {
      const outcomes = await commands.upsertApartments(list_items.map(apartmentOf));
      const result = list_items.map(({ link_id }, index): Result => {
        const outcome = outcomes[index];
        const success = outcome === 'created' || outcome === 'updated';
        const extended_info = success ? outcome : 'has_dublicates';
        return { link_id: link_id ?? null, success, extended_info };
      });
      const count = result.filter(({ success }) => success).length;
      log.info('apartments set by link', { by: who.name, count });
      return answer({ result });
    },
  });
}

function listRoute({ apartments }: ApartmentLinkParts): Route {
  return route({
    method: 'GET',
    path,
    summary: 'Apartments that have a link id, in pages, by uid unless sorted',
    access: 'read',
    query: listQuery,
    answers: listAnswer(apartmentItemAnswer),
    refuses: [errors.wrongParameters],
    handler: ({ query }) =>
      listApartments(
        apartments.all().filter(({ linkId }) => linkId !== undefined),
        query,
      ),
  });
}

function deleteRoute({ apartments, commands, log }: ApartmentLinkParts): Route {
  return route({
    method: 'DELETE',
    path,
    summary: 'Delete apartments by link id; their identifiers stay, and belong to none',
    access: 'admin',
    body: z.object({
      link_ids: z.array(z.unknown()).max(itemsAtOnce).pipe(z.array(linkId)),
    }),
    answers: resultAnswer,
    async handler({ body: { link_ids }, who }) {
      const uids = new Map(link_ids.map((link) => [link, apartments.byLinkId(link)?.uid]));
      const known = [...uids.values()].filter((uid) => uid !== undefined);
      const removed = new Set(await commands.removeApartments(known));
      log.info('apartments deleted by link', { by: who.name, count: removed.size });
      const result = link_ids.map((link): Result => {
        // Taken off, so that a link id that is named twice is deleted once.
        const success = removed.delete(uids.get(link) ?? 0);
        return {
          link_id: link,
          success,
          extended_info: success ? 'deleted' : 'entity_not_found',
        };
      });
      return answer({ result });
    },
  });
}
