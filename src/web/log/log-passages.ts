/** `GET /log/passages`: how many passed and how many were refused, by hour or by day. */
import { z } from 'zod';
import { secondsPerDay } from '../../door/calendar.ts';
import { formatIsoTime } from '../../door/iso-time.ts';
import type { LoggedEvent } from '../../door/model.ts';
import type { EventReader } from '../../ports/store.ts';
import type { Clock } from '../../ports.ts';
import { answer } from '../answer.ts';
import { wholeNumber } from '../lists/paging.ts';
import type { Walks } from '../lists/search.ts';
import { type Route, route } from '../route.ts';
import { eventSource } from './log-filter.ts';

/** What counting rests on. */
export interface PassageParts {
  readonly events: EventReader;
  readonly clock: Pick<Clock, 'civil'>;
  readonly walks: Walks;
}

const granted = new Set([
  'access_granted_by_valid_identifier',
  'access_granted_by_master_code',
  'access_granted_by_remote_server_api_call',
]);
/** Zones differ from UTC by quarters of an hour, so one civil hour holds for all of a quarter. */
const quarterMs = 900_000;
const momentMs = wholeNumber(0, 253_402_300_799_000);
const count = z.int().min(0);

interface Tally {
  readonly day: string;
  readonly hour: number | null;
  granted: number;
  refused: number;
}

/** The call. */
export function passageRoutes({ events, clock, walks }: PassageParts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/log/passages',
      summary: 'How many passed and how many were refused, by hour or by day of the panel’s zone',
      access: 'read',
      query: z.object({ from: momentMs, to: momentMs, by: z.enum(['hour', 'day']).default('day') }),
      answers: z.strictObject({
        list_items: z.array(
          z.strictObject({
            day: z.string().meta({ description: 'Civil day of the panel, as `2026-11-22`' }),
            hour: z.int().min(0).max(23).nullable().meta({ description: 'null: by day' }),
            granted: count,
            refused: count,
          }),
        ),
      }),
      notes:
        '`from` and `to`, Unix milliseconds, are included. Times in which nothing happened are ' +
        'left out. Every event between is looked at, a few clients at a time; others are ' +
        'answered 429.',
      async handler({ query: { from, to, by }, gone }) {
        const tally = tallyOf(clock, by === 'hour');
        const source = eventSource(events, { fromMs: from, toMs: to, category: 'access' });
        const refusal = await walks.each(source, tally.take, gone);
        return refusal ?? answer({ list_items: tally.list() });
      },
    }),
  ];
}

function tallyOf(clock: Pick<Clock, 'civil'>, byHour: boolean) {
  const quarters = new Map<number, Tally>();
  const tallies = new Map<string, Tally>();
  function tallyAt(ms: number): Tally {
    const { day, second } = clock.civil(Math.floor(ms / 1000));
    const hour = byHour ? Math.floor(second / 3600) : null;
    const key = `${day} ${hour}`;
    const tally = tallies.get(key) ?? { day: dateText(day), hour, granted: 0, refused: 0 };
    tallies.set(key, tally);
    return tally;
  }
  return {
    take({ key, wallMs }: LoggedEvent): void {
      const isGranted = granted.has(key);
      if (!isGranted && !key.startsWith('access_denied')) return;
      const quarter = Math.floor(wallMs / quarterMs);
      const tally = quarters.get(quarter) ?? tallyAt(wallMs);
      quarters.set(quarter, tally);
      tally[isGranted ? 'granted' : 'refused'] += 1;
    },
    list: () =>
      [...tallies.values()].sort(
        (a, b) => a.day.localeCompare(b.day) || (a.hour ?? 0) - (b.hour ?? 0),
      ),
  };
}

/** Day since 1970 -> `2026-11-22`. */
function dateText(day: number): string {
  return formatIsoTime(day * secondsPerDay)?.slice(0, 10) ?? '';
}
