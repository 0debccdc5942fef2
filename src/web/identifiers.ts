/** Identifiers over HTTP, as the panel API has them. */
import { z } from 'zod';
import { type Identifier, identifierTypes } from '../door/model.ts';
import { parseNumber } from '../door/number.ts';
import type { Log } from '../ports.ts';
import type { Conflict, IdentifierReader, SettingReader } from '../ports-store.ts';
import type { PanelCommands } from '../ports-web.ts';
import { answer, done, errors, refuse } from './answer.ts';
import { fieldsOf, identifierBody, identifierItem } from './identifier-body.ts';
import {
  filterOf,
  filterQuery,
  type ListQuery,
  listOption,
  pageOf,
  pageQuery,
  wholeNumber,
} from './paging.ts';
import { type Route, route } from './route.ts';

/** What the calls under `/access/identifier` work with. */
export interface IdentifierParts {
  readonly identifiers: IdentifierReader;
  readonly settings: SettingReader;
  readonly commands: Pick<
    PanelCommands,
    'createIdentifier' | 'updateIdentifier' | 'removeIdentifiers' | 'resetPasses'
  >;
  readonly log: Log;
}

const base = '/api/v1/access/identifier';
/** Keys of the database are unsigned 32-bit numbers: no uid lies outside. */
const highestUid = 2 ** 32 - 1;
/** Any whole number may be asked for; one that nothing has is an unknown uid. */
const params = z.object({ uid: wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) });
const uidsAtOnce = 10_000;

/** Create, read, change, delete and list. */
export function identifierRoutes(parts: IdentifierParts): Route[] {
  return [...itemRoutes(parts), ...passRoutes(parts), ...listRoutes(parts)];
}

function itemRoutes({ identifiers, settings, commands, log }: IdentifierParts): Route[] {
  const path = `${base}/item/{uid}`;
  return [
    route({
      method: 'POST',
      path: base,
      summary: 'Create an identifier; answers its uid',
      access: 'admin',
      body: identifierBody,
      async handler({ body, who }) {
        const fields = fieldsOf(body, settings.wiegand().representation);
        if (!fields) return refuse(400, errors.wrongBody);
        const result = await commands.createIdentifier(fields);
        if ('conflict' in result) return refuseConflict(result.conflict);
        log.info('identifier created', { by: who.name, uid: result.uid, type: fields.type });
        return answer({ uid: result.uid });
      },
    }),
    route({
      method: 'GET',
      path,
      summary: 'One identifier',
      access: 'read',
      params,
      handler({ params: { uid } }) {
        const identifier = isUid(uid) ? identifiers.get(uid) : undefined;
        if (!identifier) return refuse(400, errors.wrongUid);
        return answer(identifierItem(identifier, settings.wiegand()));
      },
    }),
    route({
      method: 'PATCH',
      path,
      summary: 'Replace an identifier; passes already used stay used',
      access: 'admin',
      params,
      body: identifierBody,
      async handler({ params: { uid }, body, who }) {
        const fields = fieldsOf(body, settings.wiegand().representation);
        if (!fields) return refuse(400, errors.wrongBody);
        const conflict = isUid(uid) ? await commands.updateIdentifier(uid, fields) : 'unknown-uid';
        if (conflict) return refuseConflict(conflict);
        log.info('identifier changed', { by: who.name, uid, type: fields.type });
        return done();
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Delete an identifier; it is refused from its next presentation on',
      access: 'admin',
      params,
      async handler({ params: { uid }, who }) {
        const [removed] = isUid(uid) ? await commands.removeIdentifiers([uid]) : [];
        if (removed === undefined) return refuse(400, errors.wrongUid);
        log.info('identifier deleted', { by: who.name, uid });
        return done();
      },
    }),
  ];
}

function passRoutes({ commands, log }: IdentifierParts): Route[] {
  return [
    route({
      method: 'POST',
      path: `${base}/item/{uid}/passes/reset`,
      summary: 'Give an identifier all of its passes again',
      access: 'admin',
      params,
      async handler({ params: { uid }, who }) {
        const conflict = isUid(uid) ? await commands.resetPasses(uid) : 'unknown-uid';
        if (conflict) return refuseConflict(conflict);
        log.info('passes reset', { by: who.name, uid });
        return done();
      },
    }),
  ];
}

function listRoutes({ identifiers, settings, commands, log }: IdentifierParts): Route[] {
  const path = `${base}/items`;
  return [
    route({
      method: 'GET',
      path,
      summary: 'Identifiers by uid, in pages; `identifier_number` may be filtered for',
      access: 'read',
      query: z.object({ ...pageQuery, ...filterQuery }),
      handler({ query }) {
        const found = select(query, identifiers, settings);
        if (!found) return refuse(400, errors.wrongParameters);
        const wiegand = settings.wiegand();
        return answer({
          list_items: found.items.map((identifier) => identifierItem(identifier, wiegand)),
          list_option: listOption(query, found.total, 'identifier_uid'),
        });
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Delete several identifiers; uids that nothing has are skipped',
      access: 'admin',
      body: z.object({
        // The length first: a long list of wrong values would cost a report for each.
        uid_items: z.array(z.unknown()).max(uidsAtOnce).pipe(z.array(z.int())),
      }),
      async handler({ body: { uid_items }, who }) {
        const uids = [...new Set(uid_items.filter(isUid))];
        const removed = await commands.removeIdentifiers(uids);
        log.info('identifiers deleted', { by: who.name, count: removed.length });
        return done();
      },
    }),
  ];
}

/** The page of identifiers that was asked for; undefined for a filter that is not understood. */
function select(
  query: ListQuery,
  identifiers: IdentifierReader,
  settings: SettingReader,
): { readonly total: number; readonly items: readonly Identifier[] } | undefined {
  const { offset, limit, reverse } = pageOf(query);
  const filter = filterOf(query, 'identifier_number');
  if (filter === 'unknown') return undefined;
  if (filter) {
    const all = withNumber(filter.equals, identifiers, settings);
    if (reverse) all.reverse();
    return { total: all.length, items: all.slice(offset, offset + limit) };
  }
  const total = identifiers.count();
  return { total, items: offset < total ? identifiers.list(offset, limit, reverse) : [] };
}

/** Identifiers of every type that have this number, by uid: one index look-up a type. */
function withNumber(
  number: string,
  identifiers: IdentifierReader,
  settings: SettingReader,
): Identifier[] {
  const { representation } = settings.wiegand();
  return identifierTypes
    .flatMap((type) => {
      const canonical = parseNumber(type, number, representation);
      const found = canonical === undefined ? undefined : identifiers.find(type, canonical);
      return found ? [found] : [];
    })
    .sort((a, b) => a.uid - b.uid);
}

function isUid(value: number): boolean {
  return value >= 1 && value <= highestUid;
}

function refuseConflict(conflict: Conflict): Response {
  const texts: { readonly [conflict in Conflict]: string } = {
    duplicate: errors.duplicate,
    'unknown-uid': errors.wrongUid,
    'duplicate-link': errors.duplicate,
    'master-code': errors.masterCode,
    'master-card': errors.masterCard,
  };
  return refuse(400, texts[conflict]);
}
