/** Civil days of a zone as moments. */

const dayMs = 86_400_000;

/** A zone of the IANA database. */
export interface Zone {
  readonly name: string;
  /** How far it is ahead of UTC at a moment (Unix milliseconds), milliseconds. */
  readonly offsetMs: (ms: number) => number;
}

/** @throws RangeError for a name that the browser does not know. */
export function zoneOf(name: string): Zone {
  // Once: making a format costs a thousand times what using it does.
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return {
    name,
    offsetMs(ms) {
      const parts = format.formatToParts(ms);
      const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
      const civil = Date.UTC(
        ...([part('year'), part('month') - 1, part('day')] as const),
        ...([part('hour'), part('minute'), part('second')] as const),
      );
      return civil - Math.floor(ms / 1000) * 1000;
    },
  };
}

/**
 * When a civil day begins, Unix milliseconds.
 * @param day as `2026-11-22`.
 * @param later days after it.
 */
export function startOfDay(day: string, zone: Zone, later: number): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + later * dayMs;
  // Twice: the offset at the first guess may be that of the other side of a change of clocks.
  const guess = asUtc - zone.offsetMs(asUtc);
  return asUtc - zone.offsetMs(guess);
}

/** A moment as the clock on the panel's wall shows it: `2026-11-22T14:05`. */
export function civilText(ms: number, zone: Zone): string {
  return new Date(ms + zone.offsetMs(ms)).toISOString().slice(0, 16);
}

/**
 * The moment, Unix milliseconds, at which the clock on the panel's wall shows `text`
 * (`2026-11-22T14:05`); of two the first. Undefined when it never does, or is no such text.
 */
export function civilMs(text: string, zone: Zone): number | undefined {
  const asUtc = Date.parse(`${text.slice(0, 16)}:00Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const guesses = [asUtc - dayMs, asUtc + dayMs].map((ms) => asUtc - zone.offsetMs(ms));
  const right = guesses.filter((ms) => civilText(ms, zone) === text.slice(0, 16));
  return right.length > 0 ? Math.min(...right) : undefined;
}
