/** Apartments over HTTP, as far as identifiers belong to them. */
import { z } from 'zod';
import type { Apartment } from '../../door/model.ts';
import type { ApartmentConflict, IdentifierReader, RecordReader } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { answer, done, emptyAnswer, errors, refuse, uidAnswer } from '../answer.ts';
import { listAnswer } from '../lists/list.ts';
import { listQuery } from '../lists/paging.ts';
import { type Route, route } from '../route.ts';
import { isUid, pathUid } from '../uid.ts';
import {
  apartmentAnswer,
  apartmentBody,
  apartmentIdentifiers,
  apartmentItem,
  apartmentItemAnswer,
  apartmentOf,
} from './apartment-body.ts';
import { apartmentLinkRoutes } from './apartment-links.ts';
import { listApartments } from './apartment-list.ts';

/** What the calls under `/apartment` work with. */
interface ApartmentParts {
  readonly apartments: RecordReader<Apartment>;
  readonly identifiers: IdentifierReader;
  readonly commands: Pick<
    PanelCommands,
    | 'createApartment'
    | 'updateApartment'
    | 'upsertApartments'
    | 'removeApartments'
    | 'attachToApartment'
    | 'detachFromApartment'
  >;
  readonly log: Log;
}

const base = '/api/v1/apartment';
const uidsAtOnce = 10_000;

/** Create, read, change, delete, list; by link id; identifiers attached and detached. */
export function apartmentRoutes(parts: ApartmentParts): Route[] {
  return [
    // Before the others: `unbind` stands where they have a uid.
    ...identifierRoutes(parts),
    createRoute(parts, base),
    createRoute(parts, `${base}/item`),
    ...itemRoutes(parts),
    ...listRoutes(parts),
    ...apartmentLinkRoutes(parts),
  ];
}

function createRoute({ commands, log }: ApartmentParts, path: string): Route {
  return route({
    method: 'POST',
    path,
    summary: 'Create an apartment; answers its uid',
    access: 'admin',
    body: apartmentBody,
    answers: uidAnswer,
    refuses: [errors.wrongAddress],
    notes:
      'The documentation of this family does not name the path; both spellings work. Missing `unit`, `floor`, `room` and ' +
      '`count` are 0. An address that another apartment has is refused like a wrong one.',
    async handler({ body, who }) {
      const result = await commands.createApartment(apartmentOf(body));
      if ('conflict' in result) return refuseConflict(result.conflict);
      log.info('apartment created', { by: who.name, apartment: result.uid });
      return answer({ uid: result.uid });
    },
  });
}

function itemRoutes({ apartments, identifiers, commands, log }: ApartmentParts): Route[] {
  const path = `${base}/item/{apartmentUid}`;
  const params = z.object({ apartmentUid: pathUid });
  return [
    route({
      method: 'GET',
      path,
      summary: 'One apartment with its identifiers',
      access: 'read',
      params,
      answers: apartmentAnswer,
      refuses: [errors.wrongApartmentUid],
      notes:
        '`physicals` are cards and ukeys; `input_numbers` are all others, QR codes and licence ' +
        'plates too. `link_ids` holds those of the identifiers that have one.',
      handler({ params: { apartmentUid } }) {
        const apartment = apartments.get(apartmentUid);
        if (!apartment) return refuse(400, errors.wrongApartmentUid);
        const attached = identifiers
          .referring('apartment', apartmentUid)
          .flatMap((identifier) => identifiers.sound(identifier) ?? []);
        return answer({
          ...apartmentItem(apartment),
          identifiers: apartmentIdentifiers(attached),
        });
      },
    }),
    route({
      method: 'PATCH',
      path,
      summary: 'Replace an apartment; its identifiers and its link id stay',
      access: 'admin',
      params,
      body: apartmentBody,
      answers: emptyAnswer,
      refuses: [errors.wrongApartmentUid, errors.wrongAddress],
      async handler({ params: { apartmentUid }, body, who }) {
        const conflict = await commands.updateApartment(apartmentUid, apartmentOf(body));
        if (conflict) return refuseConflict(conflict);
        log.info('apartment changed', { by: who.name, apartment: apartmentUid });
        return done();
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Delete an apartment; its identifiers stay, and belong to none',
      access: 'admin',
      params,
      answers: emptyAnswer,
      refuses: [errors.wrongApartmentUid],
      async handler({ params: { apartmentUid }, who }) {
        const [removed] = await commands.removeApartments([apartmentUid]);
        if (removed === undefined) return refuse(400, errors.wrongApartmentUid);
        log.info('apartment deleted', { by: who.name, apartment: apartmentUid });
        return done();
      },
    }),
  ];
}

function listRoutes({ apartments, commands, log }: ApartmentParts): Route[] {
  const path = `${base}/items`;
  return [
    route({
      method: 'GET',
      path,
      summary: 'Apartments in pages, by uid unless sorted; filtered in either dialect',
      access: 'read',
      query: listQuery,
      answers: listAnswer(apartmentItemAnswer),
      refuses: [errors.wrongParameters],
      handler: ({ query }) => listApartments(apartments.all(), query),
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Delete several apartments; uids that nothing has are skipped',
      access: 'admin',
      body: z.object({
        // The length first: a long list of wrong values would cost a report for each.
        uid_items: z.array(z.unknown()).max(uidsAtOnce).pipe(z.array(z.int())),
      }),
      answers: emptyAnswer,
      async handler({ body: { uid_items }, who }) {
        const uids = [...new Set(uid_items)].filter(isUid);
        const removed = await commands.removeApartments(uids);
        log.info('apartments deleted', { by: who.name, count: removed.length });
        return done();
      },
    }),
  ];
}

function identifierRoutes({ commands, log }: ApartmentParts): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/item/unbind/identifier/{identifierUid}`,
      summary: 'Detach an identifier from its apartment',
      access: 'admin',
      params: z.object({ identifierUid: pathUid }),
      answers: z.union([emptyAnswer, z.strictObject({ error: z.literal(errors.alreadyUnbound) })]),
      refuses: [errors.wrongIdentifierUid],
      notes:
        'An identifier that belongs to none is answered with 200 and an error, as the page has it.',
      async handler({ params: { identifierUid }, who }) {
        const conflict = await commands.detachFromApartment(identifierUid);
        if (conflict === 'not-attached') return refuse(200, errors.alreadyUnbound);
        if (conflict) return refuse(400, errors.wrongIdentifierUid);
        log.info('identifier detached', { by: who.name, uid: identifierUid });
        return done();
      },
    }),
    route({
      method: 'POST',
      path: `${base}/item/{apartmentUid}/identifier/{identifierUid}`,
      summary: 'Attach an identifier to an apartment',
      access: 'admin',
      params: z.object({ apartmentUid: pathUid, identifierUid: pathUid }),
      answers: emptyAnswer,
      refuses: [errors.wrongApartmentUid, errors.wrongIdentifierUid, errors.attachedElsewhere],
      notes:
        'The page shows no status for an identifier of another apartment: it is 400, and nothing ' +
        'changes. Attaching it to its own apartment again is answered with 200.',
      async handler({ params: { apartmentUid, identifierUid }, who }) {
        const conflict = await commands.attachToApartment(apartmentUid, identifierUid);
        const texts = {
          'unknown-apartment': errors.wrongApartmentUid,
          'unknown-identifier': errors.wrongIdentifierUid,
          'attached-elsewhere': errors.attachedElsewhere,
        };
        if (conflict) return refuse(400, texts[conflict]);
        log.info('identifier attached', {
          by: who.name,
          uid: identifierUid,
          apartment: apartmentUid,
        });
        return done();
      },
    }),
  ];
}

function refuseConflict(conflict: ApartmentConflict): Response {
  return refuse(400, conflict === 'unknown-uid' ? errors.wrongApartmentUid : errors.wrongAddress);
}
