/** Moments as people write them in a table. */
import { secondsPerDay } from './calendar.ts';
import { formatIsoTime, parseIsoTime } from './iso-time.ts';
import type { CivilTime } from './model.ts';

const local = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?$/;
const unixSeconds = /^(?:0|-?[1-9][0-9]{8,15})$/;

/**
 * Unix seconds of an ISO 8601 moment with `Z` or an offset; of `YYYY-MM-DD HH:MM` or `YYYY-MM-DD`, in
 * civil time; or of Unix seconds, 0 or nine digits and more, so that no date without dashes passes for
 * one. Undefined for anything else.
 * @param dayEnd a day alone means its last second, not its first.
 */
export function parseMoment(
  text: string,
  dayEnd: boolean,
  civil: (unixS: number) => CivilTime,
): number | undefined {
  if (unixSeconds.test(text)) return Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
  const iso = parseIsoTime(text);
  if (iso !== undefined) return Math.floor(iso / 1000);
  const [, day, minute, second = ':00'] = local.exec(text) ?? [];
  const time = minute === undefined ? (dayEnd ? '23:59:59' : '00:00:00') : `${minute}${second}`;
  const asUtc = day === undefined ? undefined : parseIsoTime(`${day}T${time}Z`);
  if (asUtc === undefined || asUtc < secondsPerDay * 1000) return undefined;
  return instantOf(asUtc / 1000, civil);
}

/** A moment so that `parseMoment` reads it as it was. */
export function formatMoment(unixS: number): string {
  return formatIsoTime(unixS) ?? String(unixS);
}

/** The instant at which the clock on the wall shows `wanted`, seconds as if the zone were UTC. */
function instantOf(wanted: number, civil: (unixS: number) => CivilTime): number {
  let instant = wanted;
  // The second step is for an offset that changes between the first guess and the instant.
  for (let step = 0; step < 2; step += 1) {
    const { day, second } = civil(instant);
    instant += wanted - (day * secondsPerDay + second);
  }
  return instant;
}
