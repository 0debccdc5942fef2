/** The next times at which a time profile holds. An addition of latchd. */
import { z } from 'zod';
import { secondsPerDay } from '../../door/calendar.ts';
import { formatIsoTime } from '../../door/iso-time.ts';
import type { CivilTime, TimeProfile } from '../../door/model.ts';
import { occurrences } from '../../door/schedule.ts';
import type { RecordReader } from '../../ports/store.ts';
import type { Clock } from '../../ports.ts';
import { answer, errors, refuse } from '../answer.ts';
import { wholeNumber } from '../lists/paging.ts';
import { type Route, route } from '../route.ts';
import { uidParams } from '../uid.ts';
import { timeProfileBase } from './time-profiles.ts';

/** What the call works with. */
interface TimeParts {
  readonly timeProfiles: RecordReader<TimeProfile>;
  readonly clock: Clock;
}

/** How far ahead it looks: a leap day is eight years away at most. */
const daysAhead = 8 * 366;

const moment = z.string().meta({ examples: ['2026-11-23T08:00:00'] });

/** `GET /access/timeprofile/item/{uid}/times`. */
export function timeProfileTimes({ timeProfiles, clock }: TimeParts): Route {
  return route({
    method: 'GET',
    path: `${timeProfileBase}/item/{uid}/times`,
    summary: 'The next times at which a time profile holds, from the beginning of today on',
    access: 'read',
    params: uidParams,
    query: z.object({ limit: wholeNumber(1, 100).default(10) }),
    answers: z.strictObject({
      list_items: z.array(z.strictObject({ from: moment, to: moment })),
    }),
    refuses: [errors.wrongProfileUid, errors.wrongParameters],
    notes:
      'Civil times of the panel; the second of `to` belongs to it. None: it holds never again, or not ' +
      'in the next eight years.',
    handler({ params: { uid }, query: { limit } }) {
      const profile = timeProfiles.get(uid);
      if (!profile) return refuse(400, errors.wrongProfileUid);
      const { day } = clock.civil(Math.max(0, Math.floor(clock.wallMs() / 1000)));
      const found = occurrences(profile, { day, days: daysAhead, most: limit }, (unixS) =>
        clock.civil(unixS),
      );
      return answer({
        list_items: found.map(({ from, to }) => ({ from: written(from), to: written(to) })),
      });
    },
  });
}

function written({ day, second }: CivilTime): string {
  return (formatIsoTime(day * secondsPerDay + second) ?? '9999-12-31T23:59:59').slice(0, 19);
}
