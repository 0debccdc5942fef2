/**
 * Whether a time profile holds at an instant. A profile is an entry of a calendar: a first occurrence
 * and a rule that repeats it, all in civil time. Pure: civil time comes in as values.
 *
 * Times are compared as the clock on the wall shows them. Where that clock is put back, the doubled
 * hour holds both times. Where it jumps, an occurrence that would start in the skipped hour starts
 * with the jump, one that would end in it ends with the jump, and one that lies in it altogether does
 * not take place. A first occurrence that spans the moment when the clock is put back and so ends, by
 * that clock, before it starts, holds never.
 *
 * All occurrences are of one length, so if any holds, the latest to have started does: to judge an
 * instant is to find that one, and it is computed from the rule, not searched for.
 */
import {
  dateOf,
  lastOfMonth,
  lastSecondOfDay,
  modulo,
  monthOf,
  placeOf,
  weekdayOf,
} from './calendar.ts';
import type { CivilTime, CustomRepeat, MonthDays, Repeat, TimeProfile, Weekday } from './model.ts';

/** Civil time in the panel's zone of an instant in Unix seconds. */
type ToCivil = (unixS: number) => CivilTime;

/**
 * Whether `profile` holds at `now`. Both ends of an occurrence belong to it, to the end of their
 * second.
 */
export function holds(profile: TimeProfile, now: CivilTime, toCivil: ToCivil): boolean {
  const { allDay, repeat } = profile;
  const first = toCivil(profile.fromS);
  const end = toCivil(profile.toS);
  const startSecond = allDay ? 0 : first.second;
  const endSecond = allDay ? lastSecondOfDay : end.second;
  // Days on which an occurrence that holds now can have started.
  const earliest = now.day - (end.day - first.day) + (now.second > endSecond ? 1 : 0);
  const latest = now.day - (now.second < startSecond ? 1 : 0);
  const start = lastStart(repeat, first.day, latest, toCivil);
  return start !== undefined && start >= earliest;
}

/** An occurrence, as the clock on the wall shows its ends. */
interface Occurrence {
  readonly from: CivilTime;
  readonly to: CivilTime;
}

/** The occurrences that start on the civil days from `day` on, at most `most`, looking `days` ahead. */
export function occurrences(
  profile: TimeProfile,
  { day, days, most }: { readonly day: number; readonly days: number; readonly most: number },
  toCivil: ToCivil,
): Occurrence[] {
  const { allDay, repeat } = profile;
  const first = toCivil(profile.fromS);
  const end = toCivil(profile.toS);
  const found: Occurrence[] = [];
  for (let start = day; start < day + days && found.length < most; start++) {
    if (lastStart(repeat, first.day, start, toCivil) !== start) continue;
    found.push({
      from: { day: start, second: allDay ? 0 : first.second },
      to: { day: start + end.day - first.day, second: allDay ? lastSecondOfDay : end.second },
    });
  }
  return found;
}

/** The latest day, up to `latest`, on which an occurrence starts. */
function lastStart(
  repeat: Repeat | undefined,
  first: number,
  latest: number,
  toCivil: ToCivil,
): number | undefined {
  if (!repeat?.enabled) return first <= latest ? first : undefined;
  const { untilS } = repeat;
  const until = untilS === undefined ? latest : Math.min(latest, toCivil(untilS).day);
  if (until < first) return undefined;
  // The first occurrence is one whether or not its day fits the rule.
  return Math.max(first, lastByRule(repeat, first, until) ?? first);
}

/** The latest day that fits the rule, counted from the day `first`; perhaps one before it. */
function lastByRule({ type, custom }: Repeat, first: number, latest: number): number | undefined {
  switch (type) {
    case 'day':
      return lastByDays(1, first, latest);
    case 'week':
      return lastByDays(7, first, latest);
    case 'twoWeeks':
      return lastByDays(14, first, latest);
    case 'month':
      return lastByMonths(1, dayOfMonth(first), first, latest);
    case 'year':
      return lastByYears(1, [monthNumber(first)], dayOfMonth(first), first, latest);
    case 'custom':
      return custom && lastByCustom(custom, first, latest);
  }
}

function lastByCustom(custom: CustomRepeat, first: number, latest: number): number | undefined {
  switch (custom.unit) {
    case 'day':
      return lastByDays(custom.every, first, latest);
    case 'week':
      return lastByWeeks(custom.every, custom.weekdays, first, latest);
    case 'month':
      return lastByMonths(custom.every, custom.days, first, latest);
    case 'year': {
      const { every, months, days = dayOfMonth(first) } = custom;
      return lastByYears(every, months, days, first, latest);
    }
  }
}

function lastByDays(every: number, first: number, latest: number): number {
  return latest - modulo(latest - first, every);
}

/** Weeks begin on Monday; that of the first occurrence is the first. */
function lastByWeeks(
  every: number,
  days: readonly Weekday[],
  first: number,
  latest: number,
): number | undefined {
  const firstMonday = first - weekdayOf(first);
  const monday = lastByDays(7 * every, firstMonday, latest);
  const within = (start: number) => {
    const fit = days.map((day) => start + placeOf(day)).filter((day) => day <= latest);
    return fit.length > 0 ? Math.max(...fit) : undefined;
  };
  return within(monday) ?? within(monday - 7 * every);
}

/** Months without the day are passed over, so there may be several to go back. */
function lastByMonths(
  every: number,
  days: MonthDays,
  first: number,
  latest: number,
): number | undefined {
  const firstMonth = dateOf(first).month;
  const lastMonth = dateOf(latest).month;
  let month = lastMonth - modulo(lastMonth - firstMonth, every);
  for (; month >= firstMonth; month -= every) {
    const found = lastOfMonth(month, days, latest);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Years without the day (29 February) are passed over. `months` 1 to 12. */
function lastByYears(
  every: number,
  months: readonly number[],
  days: MonthDays,
  first: number,
  latest: number,
): number | undefined {
  const firstYear = yearOf(first);
  const lastYear = yearOf(latest);
  let year = lastYear - modulo(lastYear - firstYear, every);
  for (; year >= firstYear; year -= every) {
    let last: number | undefined;
    for (const month of months) {
      const found = lastOfMonth(monthOf(year, month), days, latest);
      if (found !== undefined && (last === undefined || found > last)) last = found;
    }
    if (last !== undefined) return last;
  }
  return undefined;
}

function yearOf(day: number): number {
  return Math.floor(dateOf(day).month / 12);
}

function monthNumber(day: number): number {
  return modulo(dateOf(day).month, 12) + 1;
}

function dayOfMonth(day: number): readonly number[] {
  return [dateOf(day).dayOfMonth];
}
