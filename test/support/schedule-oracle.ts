/**
 * A slow second opinion on time profiles: every day from the first occurrence on is walked, with a
 * calendar of its own, and every occurrence written down. Times are text as a clock on the wall
 * shows it, `2026-03-29 03:00:00`, which compares as it reads.
 */
import type { CustomRepeat, MonthDays, TimeProfile } from '../../src/door/model.ts';

const dayMs = 86_400_000;

/** The clock on the wall of a zone. */
export function wallOf(timeZone: string): (unixS: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (unixS) => format.format(unixS * 1000);
}

export interface Occurrence {
  readonly start: string;
  readonly end: string;
}

/** Every occurrence that starts up to `untilS`. */
export function occurrencesOf(
  profile: TimeProfile,
  untilS: number,
  wall: (unixS: number) => string,
): Occurrence[] {
  const [firstDate = '', firstTime = ''] = wall(profile.fromS).split(' ');
  const [endDate = '', endTime = ''] = wall(profile.toS).split(' ');
  const spanMs = Date.parse(endDate) - Date.parse(firstDate);
  const found: Occurrence[] = [];
  const add = (date: string) =>
    found.push({
      start: `${date} ${profile.allDay ? '00:00:00' : firstTime}`,
      end: `${dateAt(Date.parse(date) + spanMs)} ${profile.allDay ? '23:59:59' : endTime}`,
    });
  const { repeat } = profile;
  if (!repeat?.enabled) {
    add(firstDate);
    return found;
  }
  const lastDate = repeat.untilS === undefined ? '9999' : wall(repeat.untilS).slice(0, 10);
  const until = wall(untilS).slice(0, 10);
  const rule = ruleOf(profile, firstDate);
  const counts = { day: 0, week: 0, month: 0, year: 0 };
  for (let ms = Date.parse(firstDate); ; ms += dayMs) {
    const date = dateAt(ms);
    if (date > lastDate || date > until) return found;
    if (date !== firstDate) {
      counts.day += 1;
      if (new Date(ms).getUTCDay() === 1) counts.week += 1;
      if (date.endsWith('-01')) counts.month += 1;
      if (date.endsWith('-01-01')) counts.year += 1;
    }
    const isDue = counts[rule.unit] % rule.every === 0 && fits(rule, date, firstDate);
    if (isDue || date === firstDate) add(date);
  }
}

/** Whether any of them is under way when the clock on the wall shows `now`. */
export function underWay(occurrences: readonly Occurrence[], now: string): boolean {
  return occurrences.some(({ start, end }) => start <= now && now <= end);
}

function ruleOf({ repeat }: TimeProfile, firstDate: string): CustomRepeat {
  const dayOfMonth = Number(firstDate.slice(8));
  switch (repeat?.type) {
    case 'week':
      return { unit: 'day', every: 7 };
    case 'twoWeeks':
      return { unit: 'day', every: 14 };
    case 'month':
      return { unit: 'month', every: 1, days: [dayOfMonth] };
    case 'year':
      return { unit: 'year', every: 1, months: [Number(firstDate.slice(5, 7))] };
    case 'custom':
      if (repeat.custom) return repeat.custom;
      throw new Error('a custom repetition has its rule');
    default:
      return { unit: 'day', every: 1 };
  }
}

const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;

function fits(rule: CustomRepeat, date: string, firstDate: string): boolean {
  switch (rule.unit) {
    case 'day':
      return true;
    case 'week':
      return rule.weekdays.some((name) => name === nameOf(date));
    case 'month':
      return isOneOf(rule.days, date);
    case 'year':
      return (
        rule.months.includes(Number(date.slice(5, 7))) &&
        (rule.days ? isOneOf(rule.days, date) : date.slice(8) === firstDate.slice(8))
      );
  }
}

function isOneOf(days: MonthDays, date: string): boolean {
  if (!('order' in days)) return days.includes(Number(date.slice(8)));
  const alike = datesOfMonth(date).filter((other) => {
    const name = nameOf(other);
    const isOff = name === 'SAT' || name === 'SUN';
    if (days.type === 'DAY_OFF') return isOff;
    return days.type === 'WEEK_DAY' ? !isOff : name === days.type;
  });
  const orders = ['first', 'second', 'third', 'fourth', 'fifth'];
  const wanted = days.order === 'last' ? alike.at(-1) : alike[orders.indexOf(days.order)];
  return date === wanted;
}

function datesOfMonth(date: string): string[] {
  const first = Date.parse(`${date.slice(0, 7)}-01`);
  return Array.from({ length: 31 }, (_, index) => dateAt(first + index * dayMs)).filter(
    (other) => other.slice(0, 7) === date.slice(0, 7),
  );
}

function nameOf(date: string) {
  return dayNames[new Date(date).getUTCDay()];
}

function dateAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
