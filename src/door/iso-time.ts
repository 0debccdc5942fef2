/**
 * Moments as ISO 8601 writes them, to and from Unix milliseconds; Gregorian, years 0000 to 9999. Pure:
 * no clock and no time zone of the machine is asked.
 */

const form =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))$/i;

const secondsOfDay = 86_400;
/** 9999-12-31T23:59:59Z, Unix seconds. */
const lastS = 253_402_300_799;
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
  const days = daysBefore(year ?? 0, month ?? 0, day ?? 0);
  const [, , , , , , , fraction = '', sign, offsetHours, offsetMinutes] = match;
  // Written back, a 30th of February would be another day.
  const isDay = formatIsoTime(days * secondsOfDay)?.slice(0, 10) === text.slice(0, 10);
  const isTime = (hour ?? 0) < 24 && (minute ?? 0) < 60 && (second ?? 0) < 60;
  if (!isDay || !isTime || Number(offsetHours ?? 0) > 23 || Number(offsetMinutes ?? 0) > 59) {
    return undefined;
  }
  const east = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60;
  const seconds = days * secondsOfDay + time - (sign === '-' ? -east : east);
  return seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

/** `YYYY-MM-DDTHH:MM:SSZ` of Unix seconds; undefined outside the years 0000 to 9999. */
export function formatIsoTime(unixS: number): string | undefined {
  if (!(unixS >= firstS && unixS <= lastS)) return undefined;
  const whole = Math.floor(unixS);
  const days = Math.floor(whole / secondsOfDay);
  const time = whole - days * secondsOfDay;
  const { year, month, day } = dayAfter(days);
  const two = (value: number) => String(value).padStart(2, '0');
  const hms = [time / 3600, (time / 60) % 60, time % 60].map((part) => two(Math.floor(part)));
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${hms.join(':')}Z`;
}

/*
 * Years are counted from March, so that the leap day is the last of its year; 400 such years have
 * 146,097 days, and 719,468 days lie between the first of them and 1970.
 */
const daysOf400Years = 146_097;
const daysBefore1970 = 719_468;

/** Days from 1970-01-01 to a day. */
function daysBefore(year: number, month: number, day: number): number {
  const fromMarch = month > 2 ? year : year - 1;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * daysOf400Years + yearOfEra * 365 + leapDays + dayOfYear - daysBefore1970;
}

/** The day that lies `days` after 1970-01-01. */
function dayAfter(days: number): { year: number; month: number; day: number } {
  const shifted = days + daysBefore1970;
  const era = Math.floor(shifted / daysOf400Years);
  const dayOfEra = shifted - era * daysOf400Years;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}
