/** Identifiers over HTTP, as the panel API has them. */
import { z } from 'zod';
import type { Log } from '../ports.ts';
import type { Conflict, IdentifierReader, SettingReader } from '../ports-store.ts';
import type { PanelCommands } from '../ports-web.ts';
import { answer, done, errors, refuse } from './answer.ts';
import { fieldsOf, identifierBody, identifierItem } from './identifier-body.ts';
import { wholeNumber } from './paging.ts';
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

/** Create, read, change and delete one. */
export function identifierRoutes(parts: IdentifierParts): Route[] {
  return [...itemRoutes(parts), ...passRoutes(parts)];
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

function isUid(value: number): boolean {
  return value >= 1 && value <= highestUid;
}

function refuseConflict(conflict: Conflict): Response {
  return refuse(400, conflict === 'duplicate' ? errors.duplicate : errors.wrongUid);
}
