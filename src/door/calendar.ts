/**
 * Arithmetic of the Gregorian calendar on day numbers (days since 1970-01-01), without any clock.
 * A month is counted as `year * 12 + month - 1`.
 */
import { type MonthDays, type NthDay, type Weekday, weekdays } from './model.ts';

export const secondsPerDay = 86_400;
/** The last second of a day, counted from midnight. */
export const lastSecondOfDay = secondsPerDay - 1;

/** Unix seconds of the end of the year 9999 in UTC: what lies beyond is never. */
export const latestS = 253_402_300_799;

const daysPer400Years = 146_097;
/** From 0000-03-01, where a count of years that end in February begins, to 1970-01-01. */
const daysTo1970 = 719_468;

/** A day of the calendar: `month` as counted above, `dayOfMonth` from 1. */
interface CalendarDate {
  readonly month: number;
  readonly dayOfMonth: number;
}

/** Number of a month from its year and its number 1 to 12. */
export function monthOf(year: number, month: number): number {
  return year * 12 + month - 1;
}

/** Number of the first day of a month. */
export function firstDayOf(month: number): number {
  // Years that end with February: a leap day is then the last of its year, and the days before each
  // month follow one line (31, 30, 31, 30, 31 from March on, and again).
  const fromMarch = month - 2;
  const year = Math.floor(fromMarch / 12);
  const daysBefore = Math.floor((153 * (fromMarch - year * 12) + 2) / 5);
  return daysBeforeYear(year) + daysBefore - daysTo1970;
}

/** The date of a day number. */
export function dateOf(day: number): CalendarDate {
  const fromMarch0000 = day + daysTo1970;
  // At most one too late, by the leap days that a mean year spreads out.
  let year = Math.floor((fromMarch0000 * 400) / daysPer400Years) + 1;
  while (daysBeforeYear(year) > fromMarch0000) year -= 1;
  const dayOfYear = fromMarch0000 - daysBeforeYear(year);
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = year * 12 + fromMarch + 2;
  return { month, dayOfMonth: day - firstDayOf(month) + 1 };
}

/** Days of a month, 28 to 31. */
export function lengthOf(month: number): number {
  return firstDayOf(month + 1) - firstDayOf(month);
}

/** Day of the week, 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return modulo(day + 3, 7);
}

/** The day of the week by its name. */
export function weekdayNameOf(day: number): Weekday {
  return weekdays[weekdayOf(day)] as Weekday;
}

/** Place of a named day in the week, 0 for Monday. */
export function placeOf(weekday: Weekday): number {
  return weekdays.indexOf(weekday);
}

/** The remainder that is never negative. */
export function modulo(value: number, divisor: number): number {
  return value - Math.floor(value / divisor) * divisor;
}

/**
 * The last day number in a month that is one of `days` and not after `latest`; undefined when there
 * is none.
 */
export function lastOfMonth(month: number, days: MonthDays, latest: number): number | undefined {
  const first = firstDayOf(month);
  const mostOfMonth = Math.min(lengthOf(month), latest - first + 1);
  const chosen = 'order' in days ? [nthOf(month, days)] : days;
  let last = 0;
  for (const dayOfMonth of chosen) {
    if (dayOfMonth <= mostOfMonth && dayOfMonth > last) last = dayOfMonth;
  }
  return last === 0 ? undefined : first + last - 1;
}

/** Day of the month, from 1; one beyond the month when it has no such day. */
function nthOf(month: number, { order, type }: NthDay): number {
  const none = 32;
  const first = firstDayOf(month);
  const length = lengthOf(month);
  const fits = (dayOfMonth: number) => isOfType(weekdayOf(first + dayOfMonth - 1), type);
  if (order === 'last') {
    let dayOfMonth = length;
    while (!fits(dayOfMonth)) dayOfMonth -= 1;
    return dayOfMonth;
  }
  let missing = places[order];
  for (let dayOfMonth = 1; dayOfMonth <= length; dayOfMonth += 1) {
    if (fits(dayOfMonth)) missing -= 1;
    if (missing === 0) return dayOfMonth;
  }
  return none;
}

const places = { first: 1, second: 2, third: 3, fourth: 4, fifth: 5 } as const;

function isOfType(weekday: number, type: NthDay['type']): boolean {
  if (type === 'WEEK_DAY') return weekday < 5;
  if (type === 'DAY_OFF') return weekday >= 5;
  return weekday === placeOf(type);
}

/** Days from 0000-03-01 to the first of March of a year. */
function daysBeforeYear(year: number): number {
  return year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}
