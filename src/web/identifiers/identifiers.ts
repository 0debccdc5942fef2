/** Identifiers over HTTP, as the panel API has them. */
import type { Conflict, IdentifierReader, SettingReader, StoreReaders } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { answer, done, emptyAnswer, errors, refuse, uidAnswer } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { uidParams } from '../uid.ts';
import { identifierAnswer, identifierItem } from './identifier-answer.ts';
import { fieldsOf, identifierBody } from './identifier-body.ts';

/** What the calls under `/access/identifier` work with. */
export interface IdentifierParts {
  readonly identifiers: IdentifierReader;
  readonly settings: SettingReader;
  readonly timeProfiles: StoreReaders['timeProfiles'];
  readonly apartments: StoreReaders['apartments'];
  readonly commands: Pick<
    PanelCommands,
    'createIdentifier' | 'updateIdentifier' | 'removeIdentifiers' | 'resetPasses'
  >;
  readonly log: Log;
}

const base = '/api/v1/access/identifier';
const itemPath = `${base}/item/{uid}`;

/** Create, read, change and delete one. */
export function identifierRoutes(parts: IdentifierParts): Route[] {
  return [...itemRoutes(parts), ...passRoutes(parts)];
}

/** Texts with which a number that is another's, or the panel's own, is refused. */
const numberTaken = [errors.duplicate, errors.masterCode, errors.masterCard];

const bodyNotes =
  '`valid` or parts of it may be missing or null: no limit then. `time` and `passes` are also ' +
  'understood at the top, as older pages have them, and `time` inside `passes`. Beside ' +
  '`is_permanent: true` the limits are ignored. A number that fits no pattern of its type is refused ' +
  'with `Wrong JSON body`. Bare digits of a card are read in the representation that is set.';

function itemRoutes(parts: IdentifierParts): Route[] {
  return [createRoute(parts), readRoute(parts), updateRoute(parts), deleteRoute(parts)];
}

function createRoute({ settings, commands, log }: IdentifierParts): Route {
  return route({
    method: 'POST',
    path: base,
    summary: 'Create an identifier; answers its uid',
    access: 'admin',
    body: identifierBody,
    answers: uidAnswer,
    refuses: [errors.noFaces, errors.wrongWindow, ...numberTaken],
    notes: bodyNotes,
    async handler({ body, who }) {
      const fields = fieldsOf(body, settings.wiegand().representation);
      if (!fields) return refuse(400, errors.wrongBody);
      const result = await commands.createIdentifier(fields);
      if ('conflict' in result) return refuseConflict(result.conflict);
      log.info('identifier created', { by: who.name, uid: result.uid, type: fields.type });
      return answer({ uid: result.uid });
    },
  });
}

function readRoute(parts: IdentifierParts): Route {
  const { identifiers, settings } = parts;
  return route({
    method: 'GET',
    path: itemPath,
    summary: 'One identifier',
    access: 'read',
    params: uidParams,
    answers: identifierAnswer,
    refuses: [errors.wrongUid],
    notes:
      'Limits that there are not are absent, `passes_left` is -1 then. Without an apartment its uid ' +
      'is -1; an apartment that is not there yet shows its `link_id`. `link_ids` are those of the ' +
      'profiles that have one. Hex numbers are upper-case pairs joined by `-`.',
    handler({ params: { uid } }) {
      const identifier = identifiers.get(uid);
      if (!identifier) return refuse(400, errors.wrongUid);
      return answer(identifierItem(identifier, settings.wiegand(), parts));
    },
  });
}

function updateRoute({ identifiers, settings, commands, log }: IdentifierParts): Route {
  return route({
    method: 'PATCH',
    path: itemPath,
    summary: 'Replace an identifier; passes already used stay used',
    access: 'admin',
    params: uidParams,
    body: identifierBody,
    answers: emptyAnswer,
    refuses: [errors.wrongUid, errors.noFaces, errors.wrongWindow, ...numberTaken],
    notes:
      `${bodyNotes} Link id, apartment, time profiles, PIN and person are kept; access levels ` +
      'stay as long as `lock` does. The number may be written as answers write it.',
    async handler({ params: { uid }, body, who }) {
      const { representation } = settings.wiegand();
      const fields = fieldsOf(body, representation, (type, number) => {
        return identifiers.soundOf(type, number)?.uid === uid;
      });
      if (!fields) return refuse(400, errors.wrongBody);
      const conflict = await commands.updateIdentifier(uid, fields);
      if (conflict) return refuseConflict(conflict);
      log.info('identifier changed', { by: who.name, uid, type: fields.type });
      return done();
    },
  });
}

function deleteRoute({ commands, log }: IdentifierParts): Route {
  return route({
    method: 'DELETE',
    path: itemPath,
    summary: 'Delete an identifier; it is refused from its next presentation on',
    access: 'admin',
    params: uidParams,
    answers: emptyAnswer,
    refuses: [errors.wrongUid],
    async handler({ params: { uid }, who }) {
      const [removed] = await commands.removeIdentifiers([uid]);
      if (removed === undefined) return refuse(400, errors.wrongUid);
      log.info('identifier deleted', { by: who.name, uid });
      return done();
    },
  });
}

function passRoutes({ commands, log }: IdentifierParts): Route[] {
  return [
    route({
      method: 'POST',
      path: `${itemPath}/passes/reset`,
      summary: 'Give an identifier all of its passes again',
      access: 'admin',
      params: uidParams,
      answers: emptyAnswer,
      refuses: [errors.wrongUid],
      notes: 'Does nothing where passes are not limited.',
      async handler({ params: { uid }, who }) {
        const conflict = await commands.resetPasses(uid);
        if (conflict) return refuseConflict(conflict);
        log.info('passes reset', { by: who.name, uid });
        return done();
      },
    }),
  ];
}

const conflictTexts: { readonly [conflict in Conflict]: string } = {
  duplicate: errors.duplicate,
  'unknown-uid': errors.wrongUid,
  'duplicate-link': errors.duplicate,
  'master-code': errors.masterCode,
  'master-card': errors.masterCard,
};

function refuseConflict(conflict: Conflict): Response {
  return refuse(400, conflictTexts[conflict]);
}
