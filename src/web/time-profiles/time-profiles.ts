/** Time profiles over HTTP, as the panel API has them. Times are Unix seconds. */
import { z } from 'zod';
import type { TimeProfile } from '../../door/model.ts';
import type { IdentifierReader, RecordReader } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { answer, done, emptyAnswer, errors, refuse, uidAnswer } from '../answer.ts';
import { type Field, linkIdField, uidField } from '../lists/filter.ts';
import { operators } from '../lists/filter-expression.ts';
import { listAnswer, listOf } from '../lists/list.ts';
import { listQuery, wholeNumber } from '../lists/paging.ts';
import { type Route, route } from '../route.ts';
import { isUid, pathUid, uidParams } from '../uid.ts';
import {
  profileOf,
  timeProfileAnswer,
  timeProfileBody,
  timeProfileItem,
  timeProfileItemAnswer,
} from './time-profile-body.ts';

/** What the calls of time profiles work with. */
export interface TimeProfileParts {
  readonly timeProfiles: RecordReader<TimeProfile>;
  readonly identifiers: Pick<IdentifierReader, 'referring'>;
  readonly commands: Pick<
    PanelCommands,
    | 'createTimeProfile'
    | 'updateTimeProfile'
    | 'upsertTimeProfile'
    | 'removeTimeProfiles'
    | 'attachTimeProfile'
    | 'detachTimeProfile'
  >;
  readonly log: Log;
}

export const timeProfileBase = '/api/v1/access/timeprofile';
/** More than a panel holds. */
const uidsAtOnce = 10_000;

const timeNotes =
  'Times are civil times of the panel (`clock.timezone`). `date_from` to `date_to` is the first ' +
  'occurrence, both seconds included; with `is_all_day` it is the whole civil days of both ends, ' +
  'which may be the same. It always counts, also where its day does not fit the rule. The rule ' +
  'counts days, weeks (from Monday), months and years from it. A month or year without the day has ' +
  'no occurrence. `repeat_end.date`: occurrences may start up to the end of its civil day. When the ' +
  'clock goes back, the doubled hour holds twice; when it jumps, what starts in the skipped hour ' +
  'starts with the jump. `repeat_custom` counts only with `custom`; without its `range` a year has ' +
  'the day of the month of `date_from`. `repeat_format` may be absent where nothing repeats.';

/** Create, read, change, delete, list, and attach to identifiers. */
export function timeProfileRoutes(parts: TimeProfileParts): Route[] {
  return [
    createRoute(parts),
    ...itemRoutes(parts),
    ...listRoutes(parts),
    ...['timeprofile', 'timeProfile'].flatMap((spelling) => attachRoutes(parts, spelling)),
  ];
}

function createRoute({ commands, log }: TimeProfileParts): Route {
  return route({
    method: 'POST',
    path: timeProfileBase,
    summary: 'Create a time profile; answers its uid',
    access: 'admin',
    body: timeProfileBody,
    answers: uidAnswer,
    refuses: [errors.wrongWindow, errors.tooManyProfiles],
    notes: `${timeNotes} A panel holds 1000 profiles.`,
    async handler({ body, who }) {
      const result = await commands.createTimeProfile(profileOf(body));
      if ('conflict' in result) return refuse(400, errors.tooManyProfiles);
      log.info('time profile created', { by: who.name, uid: result.uid });
      return answer({ uid: result.uid });
    },
  });
}

function itemRoutes({ timeProfiles, identifiers, commands, log }: TimeProfileParts): Route[] {
  const path = `${timeProfileBase}/item/{uid}`;
  return [
    route({
      method: 'GET',
      path,
      summary: 'One time profile, and the identifiers it is attached to',
      access: 'read',
      params: uidParams,
      answers: timeProfileAnswer,
      refuses: [errors.wrongProfileUid],
      handler({ params: { uid } }) {
        const profile = timeProfiles.get(uid);
        if (!profile) return refuse(400, errors.wrongProfileUid);
        const uids = identifiers.referring('profile', uid);
        return answer({
          ...timeProfileItem(profile),
          identifiers: { count: uids.length, uid_items: uids },
        });
      },
    }),
    route({
      method: 'PATCH',
      path,
      summary: 'Replace a time profile; its link id stays',
      access: 'admin',
      params: uidParams,
      body: timeProfileBody,
      answers: emptyAnswer,
      refuses: [errors.wrongProfileUid, errors.wrongWindow],
      notes: timeNotes,
      async handler({ params: { uid }, body, who }) {
        const fields = profileOf(body);
        const conflict = await commands.updateTimeProfile(uid, fields);
        if (conflict) return refuse(400, errors.wrongProfileUid);
        log.info('time profile changed', { by: who.name, uid });
        return done();
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Delete a time profile; it holds for nobody from then on',
      access: 'admin',
      params: uidParams,
      answers: emptyAnswer,
      refuses: [errors.wrongProfileUid],
      notes:
        'Identifiers keep their reference to a deleted profile, and it never holds: they are not ' +
        'freed by it. Detach it from them to lift the restriction.',
      async handler({ params: { uid }, who }) {
        const [removed] = await commands.removeTimeProfiles([uid]);
        if (removed === undefined) return refuse(400, errors.wrongProfileUid);
        log.info('time profile deleted', { by: who.name, uid });
        return done();
      },
    }),
  ];
}

const momentS = wholeNumber(0, Number.MAX_SAFE_INTEGER).optional();
/** Query of both lists. */
export const timeProfileListQuery = listQuery.extend({ since: momentS, until: momentS });
type TimeProfileListQuery = z.output<typeof timeProfileListQuery>;

/** Shape of both lists. */
export const timeProfileListAnswer = listAnswer(timeProfileItemAnswer);

type StoredProfile = TimeProfile & { readonly uid: number };

const profileFields: readonly Field<StoredProfile>[] = [
  uidField('uid', 'time_profile_uid'),
  { name: 'name', type: 'string', operators, read: ({ name }) => name },
  linkIdField(),
  { name: 'date_from', type: 'timestamp', operators, read: ({ fromS }) => fromS },
  { name: 'date_to', type: 'timestamp', operators, read: ({ toS }) => toS },
];

export const timeProfileListNotes =
  'By uid unless sorted; filtered in either dialect. `since` and `until` (Unix seconds): those whose ' +
  'first occurrence starts at `since` or later and ends at `until` or earlier. A filter or an order ' +
  'that is not understood is refused.';

/** A page of profiles; a filter that is not understood is refused, for a client deletes what it finds. */
export function listTimeProfiles(
  profiles: readonly StoredProfile[],
  query: TimeProfileListQuery,
): Response {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = query;
  const within = profiles.filter(({ fromS, toS }) => fromS >= since && toS <= until);
  const found = listOf(query, within, profileFields);
  if (!found) return refuse(400, errors.wrongParameters);
  return answer({ list_items: found.items.map(timeProfileItem), list_option: found.option });
}

function listRoutes({ timeProfiles, commands, log }: TimeProfileParts): Route[] {
  const path = `${timeProfileBase}/items`;
  return [
    route({
      method: 'GET',
      path,
      summary: 'Time profiles by uid, in pages; `name` may be filtered for',
      access: 'read',
      query: timeProfileListQuery,
      answers: timeProfileListAnswer,
      notes: timeProfileListNotes,
      handler: ({ query }) => listTimeProfiles(timeProfiles.all(), query),
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Delete several time profiles; uids that nothing has are skipped',
      access: 'admin',
      body: z.object({
        // The length first: a long list of wrong values would cost a report for each.
        uid_items: z.array(z.unknown()).max(uidsAtOnce).pipe(z.array(z.int())),
      }),
      answers: emptyAnswer,
      notes: 'Identifiers keep their references to deleted profiles, which never hold.',
      async handler({ body: { uid_items }, who }) {
        const uids = [...new Set(uid_items.filter(isUid))];
        const removed = await commands.removeTimeProfiles(uids);
        log.info('time profiles deleted', { by: who.name, count: removed.length });
        return done();
      },
    }),
  ];
}

function attachRoutes({ commands, log }: TimeProfileParts, spelling: string): Route[] {
  const path = `/api/v1/access/identifier/item/{uid}/${spelling}/{profile}`;
  const params = z.object({ uid: pathUid, profile: pathUid });
  return [
    route({
      method: 'POST',
      path,
      summary: 'Attach a time profile to an identifier, which then opens only while one holds',
      access: 'admin',
      params,
      answers: emptyAnswer,
      refuses: [errors.wrongUid, errors.wrongProfileUid, errors.tooManyProfiles],
      notes: 'Attaching twice is no error. An identifier may have 100 profiles; any one suffices.',
      async handler({ params: { uid, profile }, who }) {
        const conflict = await commands.attachTimeProfile(uid, profile);
        if (conflict) return refuse(400, attachErrors[conflict]);
        log.info('time profile attached', { by: who.name, uid, profile });
        return done();
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Detach a time profile from an identifier; without any it is restricted no more',
      access: 'admin',
      params,
      answers: emptyAnswer,
      refuses: [errors.wrongUid, errors.wrongProfileUid],
      notes:
        'Detaching a profile that is not attached is no error, one that does not exist is. A deleted ' +
        'profile that is still attached can be detached.',
      async handler({ params: { uid, profile }, who }) {
        const conflict = await commands.detachTimeProfile(uid, profile);
        if (conflict) return refuse(400, attachErrors[conflict]);
        log.info('time profile detached', { by: who.name, uid, profile });
        return done();
      },
    }),
  ];
}

const attachErrors = {
  'unknown-uid': errors.wrongUid,
  'unknown-profile': errors.wrongProfileUid,
  full: errors.tooManyProfiles,
} as const;
