/**
 * Access levels: what an access key may be given. Integrations list them; an administrator makes them,
 * by calls of our own in the manner of the panel API.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AccessLevel } from '../../door/model.ts';
import type { StoreReaders } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { answer, done, emptyAnswer, errors, refuse, uidAnswer } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { isUid, uidParams } from '../uid.ts';
import { systemId } from './access-key-item.ts';

/** What the calls about access levels work with. */
export interface AccessLevelParts
  extends Pick<StoreReaders, 'accessLevels' | 'timeProfiles' | 'settings'> {
  readonly commands: Pick<
    PanelCommands,
    'createAccessLevel' | 'updateAccessLevel' | 'removeAccessLevel'
  >;
  readonly log: Log;
}

const base = '/api/v1/access/level';
const profilesAtMost = 100;
const wrongLevel = 'Wrong access level uid';
const wrongProfile = 'Wrong time profile uid';

const levelBody = z.object({
  name: z
    .string()
    .min(1)
    .max(128)
    .refine((value) => !/\p{Cs}/u.test(value), errors.wrongBody),
  lock: z.enum(['first', 'second', 'all']),
  time_profiles: z
    .object({ uid_items: z.array(z.unknown()).max(profilesAtMost).pipe(z.array(z.int())) })
    .optional(),
});
type LevelBody = z.output<typeof levelBody>;

const levelAnswer = z.strictObject({
  uid: z.int(),
  id: z.uuid(),
  name: z.string(),
  lock: z.enum(['first', 'second', 'all']),
  time_profiles: z.strictObject({ uid_items: z.array(z.int()) }),
});

/** Create, read, change, delete and list, and the list of the access-key API. */
export function accessLevelRoutes(parts: AccessLevelParts): Route[] {
  return [createRoute(parts), ...itemRoutes(parts), ...listRoutes(parts)];
}

function createRoute(parts: AccessLevelParts): Route {
  const { commands, log } = parts;
  return route({
    method: 'POST',
    path: base,
    summary: 'Create an access level; answers its uid',
    access: 'admin',
    body: levelBody,
    answers: uidAnswer,
    refuses: [wrongProfile],
    notes:
      'An addition of latchd. Without time profiles the level holds at any time; with several, any one. ' +
      'Time profiles of an identifier that has the level limit it as well.',
    async handler({ body, who }) {
      const profiles = profilesOf(parts, body);
      if (profiles === 'unknown') return refuse(400, wrongProfile);
      const made = await commands.createAccessLevel({
        name: body.name,
        lock: body.lock,
        linkId: randomUUID(),
        ...(profiles && profiles.length > 0 && { profiles }),
      });
      if ('conflict' in made) return refuse(400, errors.wrongBody);
      log.info('access level created', { by: who.name, uid: made.uid, name: body.name });
      return answer({ uid: made.uid });
    },
  });
}

function itemRoutes(parts: AccessLevelParts): Route[] {
  const { accessLevels, commands, log } = parts;
  const path = `${base}/item/{uid}`;
  return [
    route({
      method: 'GET',
      path,
      summary: 'One access level',
      access: 'read',
      params: uidParams,
      answers: levelAnswer,
      refuses: [wrongLevel],
      notes: 'An addition of latchd. `id` is what the access-key API calls it.',
      handler({ params: { uid } }) {
        const level = isUid(uid) ? accessLevels.get(uid) : undefined;
        return level ? answer(levelItem(level)) : refuse(400, wrongLevel);
      },
    }),
    route({
      method: 'PATCH',
      path,
      summary: 'Change an access level; it holds from the next presentation on',
      access: 'admin',
      params: uidParams,
      body: levelBody,
      answers: emptyAnswer,
      refuses: [wrongLevel, wrongProfile],
      notes:
        'An addition of latchd. Time profiles stay where the body does not name them; [] removes them.',
      async handler({ params: { uid }, body, who }) {
        const profiles = profilesOf(parts, body);
        if (profiles === 'unknown') return refuse(400, wrongProfile);
        const { name, lock } = body;
        const change = { name, lock, ...(profiles && { profiles }) };
        const changed = isUid(uid) && (await commands.updateAccessLevel(uid, change));
        if (!changed) return refuse(400, wrongLevel);
        log.info('access level changed', { by: who.name, uid });
        return done();
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Delete an access level; keys that have it lose what it granted',
      access: 'admin',
      params: uidParams,
      answers: emptyAnswer,
      refuses: [wrongLevel],
      notes:
        'An addition of latchd. A key without any other level opens nothing from then on. A panel that has ' +
        'no level at all when it starts makes its first ones again.',
      async handler({ params: { uid }, who }) {
        const removed = isUid(uid) && (await commands.removeAccessLevel(uid));
        if (!removed) return refuse(400, wrongLevel);
        log.info('access level deleted', { by: who.name, uid });
        return done();
      },
    }),
  ];
}

function listRoutes(parts: AccessLevelParts): Route[] {
  const { accessLevels } = parts;
  return [
    route({
      method: 'GET',
      path: `${base}/items`,
      summary: 'All access levels, by uid',
      access: 'read',
      answers: z.strictObject({ list_items: z.array(levelAnswer) }),
      notes: 'An addition of latchd. There are few: they come without pages.',
      handler: () => answer({ list_items: accessLevels.all().map(levelItem) }),
    }),
    route({
      method: 'POST',
      path: '/v1/accesslevels/list',
      summary: 'Access levels that an access key may be given',
      access: 'key',
      answers: z.strictObject({
        levels: z.array(z.strictObject({ id: z.uuid(), name: z.string(), system_id: z.string() })),
      }),
      notes: 'A body is ignored. `system_id` is the serial number of the panel.',
      handler: () =>
        answer({
          levels: accessLevels
            .all()
            .map(({ linkId, name }) => ({ id: linkId, name, system_id: systemId(parts) })),
        }),
    }),
  ];
}

function levelItem({ uid, linkId, name, lock, profiles }: AccessLevel & { readonly uid: number }) {
  return { uid, id: linkId, name, lock, time_profiles: { uid_items: profiles ?? [] } };
}

/** Uids of the time profiles that a body names; undefined: it names none at all. */
function profilesOf(
  { timeProfiles }: AccessLevelParts,
  body: LevelBody,
): readonly number[] | undefined | 'unknown' {
  const uids = body.time_profiles?.uid_items;
  if (!uids) return undefined;
  return uids.every((uid) => isUid(uid) && timeProfiles.get(uid)) ? [...new Set(uids)] : 'unknown';
}
