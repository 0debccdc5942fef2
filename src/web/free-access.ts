/** Free access over HTTP: hours of the week in which locks stand open. */
import { z } from 'zod';
import { lastSecondOfDay } from '../door/calendar.ts';
import type { FreeAccess } from '../door/free-access.ts';
import { lockNames, weekdays } from '../door/model.ts';
import { answer, done, emptyAnswer, errors, refuse } from './answer.ts';
import type { LockParts } from './locks.ts';
import { type Route, route } from './route.ts';

const path = '/api/v1/access/freeaccess';
const mostDays = 100;

const second = z.int().min(0).max(lastSecondOfDay);
const day = {
  day: z.enum(weekdays),
  enable: z.boolean(),
  lock: z.enum([...lockNames, 'all']),
  time_from: second,
  time_to: second,
};

/** `GET|POST /access/freeaccess`. */
export function freeAccessRoutes({ settings, commands, locks, log }: LockParts): Route[] {
  return [
    route({
      method: 'GET',
      path,
      summary: 'Hours of the week in which locks stand open for everybody',
      access: 'read',
      answers: z.strictObject({ enable: z.boolean(), days: z.array(z.strictObject(day)) }),
      handler() {
        const { enabled, spans } = settings.freeAccess();
        return answer({
          enable: enabled,
          days: spans.map((span) => ({
            day: span.day,
            enable: span.enabled,
            lock: span.lock,
            time_from: span.fromS,
            time_to: span.toS,
          })),
        });
      },
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the hours of the week in which locks stand open for everybody',
      access: 'admin',
      body: z.object({ enable: z.boolean(), days: z.array(z.object(day)).max(mostDays) }),
      answers: emptyAnswer,
      notes:
        'Followed at once. Times are seconds since midnight in the zone of the machine. `time_from` ' +
        'is included, and so is the whole minute of `time_to`: 86340 lasts until midnight. A day ' +
        'may have several entries, 100 in all. `time_from` behind `time_to` is refused: a night is ' +
        'two entries, one for each day. A lock that this panel does not have is refused. While ' +
        'the clock was never set, and while events cannot be written and ' +
        '`events.when_unwritable` is `refuse`, no lock is held open.',
      async handler({ body, who }) {
        const wrong = body.days.some(
          ({ lock, time_from, time_to }) =>
            time_from > time_to || (lock !== 'all' && !locks.includes(lock)),
        );
        if (wrong) return refuse(400, errors.wrongBody);
        const value: FreeAccess = {
          enabled: body.enable,
          spans: body.days.map((item) => ({
            day: item.day,
            enabled: item.enable,
            lock: item.lock,
            fromS: item.time_from,
            toS: item.time_to,
          })),
        };
        await commands.setFreeAccess(value, who.name);
        log.info('free access set', {
          by: who.name,
          on: value.enabled,
          entries: value.spans.length,
        });
        return done();
      },
    }),
  ];
}
