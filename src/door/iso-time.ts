/**
 * Moments as ISO 8601 writes them, to and from Unix milliseconds; Gregorian, years 0000 to 9999. Pure:
 * no clock and no time zone of the machine is asked.
 */
import { dateOf, firstDayOf, latestS, monthOf, secondsPerDay } from './calendar.ts';

const form =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))$/i;

/** 0000-01-01T00:00:00Z, Unix seconds. */
const firstS = -62_167_219_200;

/**
 * Unix milliseconds of a date and a time of day with `Z` or an offset; seconds may be left out, what is
 * finer than a millisecond is cut off. Undefined for anything else, and for days that do not exist.
 */
export function parseIsoTime(text: string): number | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const time = (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0);
  const days = firstDayOf(monthOf(year ?? 0, month ?? 0)) + (day ?? 0) - 1;
  const [, , , , , , , fraction = '', sign, offsetHours, offsetMinutes] = match;
  // Written back, a 30th of February would be another day.
  const isDay = formatIsoTime(days * secondsPerDay)?.slice(0, 10) === text.slice(0, 10);
  const isTime = (hour ?? 0) < 24 && (minute ?? 0) < 60 && (second ?? 0) < 60;
  if (!isDay || !isTime || Number(offsetHours ?? 0) > 23 || Number(offsetMinutes ?? 0) > 59) {
    return undefined;
  }
  const east = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60;
  const seconds = days * secondsPerDay + time - (sign === '-' ? -east : east);
  return seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** `YYYY-MM-DDTHH:MM:SSZ` of Unix seconds; undefined outside the years 0000 to 9999. */
export function formatIsoTime(unixS: number): string | undefined {
  if (!(unixS >= firstS && unixS <= latestS)) return undefined;
  const whole = Math.floor(unixS);
  const days = Math.floor(whole / secondsPerDay);
  const time = whole - days * secondsPerDay;
  const { month, dayOfMonth } = dateOf(days);
  const two = (value: number) => String(value).padStart(2, '0');
  const hms = [time / 3600, (time / 60) % 60, time % 60].map((part) => two(Math.floor(part)));
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `${year}-${two((month % 12) + 1)}-${two(dayOfMonth)}T${hms.join(':')}Z`;
}
