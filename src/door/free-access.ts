/** Free access: hours of the week in which a lock is held released (panel API, `freeaccess`). */
import type { LockName, LockSelection } from './model.ts';

/** Days as the panel API names them; the week starts on Monday. */
export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof weekdays)[number];

/** One stretch of one day. Seconds since midnight, civil time. */
export interface FreeAccessSpan {
  readonly day: Weekday;
  readonly enabled: boolean;
  readonly lock: LockSelection;
  /** Included. */
  readonly fromS: number;
  /** The whole minute that this second lies in is included; never before `fromS`. */
  readonly toS: number;
}

export interface FreeAccess {
  readonly enabled: boolean;
  readonly spans: readonly FreeAccessSpan[];
}

/** A moment of the week in civil time. */
export interface WeekMoment {
  readonly weekday: Weekday;
  /** 0 to 86399. */
  readonly secondOfDay: number;
}

const dayS = 86_400;
const weekS = 7 * dayS;

/** The day of the week of a civil day, counted from 1970-01-01, which was a Thursday. */
export function weekdayOf(day: number): Weekday {
  const fromMonday = (((day + 3) % 7) + 7) % 7;
  return weekdays[fromMonday] as Weekday;
}

/**
 * Whether a lock is to be held now, and in how many civil seconds that changes; undefined: it never
 * does. Spans that touch or overlap are one.
 */
export function freeAccessAt(
  { enabled, spans }: FreeAccess,
  lock: LockName,
  { weekday, secondOfDay }: WeekMoment,
): { readonly open: boolean; readonly changesInS: number | undefined } {
  const stretches = enabled
    ? spans.filter((span) => span.enabled && (span.lock === 'all' || span.lock === lock))
    : [];
  const bounds = stretches.map((span) => {
    const midnightS = weekdays.indexOf(span.day) * dayS;
    const endS = (Math.floor(span.toS / 60) + 1) * 60;
    return { startS: midnightS + span.fromS, endS: midnightS + endS };
  });
  const isOpen = (atS: number) => bounds.some(({ startS, endS }) => startS <= atS && atS < endS);
  const nowS = weekdays.indexOf(weekday) * dayS + secondOfDay;
  const open = isOpen(nowS);
  const changes = bounds
    .flatMap(({ startS, endS }) => [startS, endS % weekS])
    .filter((atS) => isOpen(atS) !== open)
    .map((atS) => (atS - nowS + weekS) % weekS);
  return { open, changesInS: changes.length > 0 ? Math.min(...changes) : undefined };
}
