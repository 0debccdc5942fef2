/** Free access: hours of the week in which a lock is held released (panel API, `freeaccess`). */
import { placeOf, secondsPerDay } from './calendar.ts';
import type { LockName, LockSelection, Weekday } from './model.ts';

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
interface WeekMoment {
  readonly weekday: Weekday;
  /** 0 to 86399. */
  readonly secondOfDay: number;
}

const weekS = 7 * secondsPerDay;

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
    const midnightS = placeOf(span.day) * secondsPerDay;
    const endS = (Math.floor(span.toS / 60) + 1) * 60;
    return { startS: midnightS + span.fromS, endS: midnightS + endS };
  });
  const isOpen = (atS: number) => bounds.some(({ startS, endS }) => startS <= atS && atS < endS);
  const nowS = placeOf(weekday) * secondsPerDay + secondOfDay;
  const open = isOpen(nowS);
  const changes = bounds
    .flatMap(({ startS, endS }) => [startS, endS % weekS])
    .filter((atS) => isOpen(atS) !== open)
    .map((atS) => (atS - nowS + weekS) % weekS);
  return { open, changesInS: changes.length > 0 ? Math.min(...changes) : undefined };
}
