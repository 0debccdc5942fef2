/** Moments as people read them, in the zone of the panel wherever the browser is. */

import { type Zone, zoneOf } from './zone.ts';

/** Ways to write a moment (Unix milliseconds). */
export interface Times {
  /** That of the panel. */
  readonly zone: Zone;
  /** 14:05:09 */
  readonly time: (ms: number) => string;
  /** 14:05 */
  readonly minute: (ms: number) => string;
  /** Sun 22 Nov 2026 */
  readonly date: (ms: number) => string;
  /** 22 Nov */
  readonly dayMonth: (ms: number) => string;
  /** 22 Nov 2026, 14:05:09 */
  readonly moment: (ms: number) => string;
  /** 22 Nov 2026, with 14:05 where it is not the first or the last minute of that day. */
  readonly bound: (ms: number) => string;
  /** Civil day of the panel, `2026-11-22`: the same day, the same text. */
  readonly day: (ms: number) => string;
}

/** Writers for a zone, by its IANA name. @param language of the texts, as `en-GB`. */
export function timesIn(zone: string, language: string): Times {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const writer = new Intl.DateTimeFormat(language, {
      timeZone: zone,
      hourCycle: 'h23',
      ...options,
    });
    return (ms: number) => writer.format(ms);
  };
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const sortable = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const [minute, civilDay, dayAndMinute] = [
    format(clock),
    format(day),
    format({ ...day, ...clock }),
  ];
  return {
    zone: zoneOf(zone),
    time: format({ ...clock, second: '2-digit' }),
    minute,
    dayMonth: format({ day: 'numeric', month: 'short' }),
    date: format({ ...day, weekday: 'short' }),
    moment: format({ ...day, ...clock, second: '2-digit' }),
    bound: (ms) => (['00:00', '23:59'].includes(minute(ms)) ? civilDay : dayAndMinute)(ms),
    day: (ms) => sortable.format(ms),
  };
}
