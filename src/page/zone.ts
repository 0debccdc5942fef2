/** Civil days of a zone as moments. */

const dayMs = 86_400_000;

/**
 * When a civil day begins, Unix milliseconds.
 * @param day as `2026-11-22`.
 * @param later days after it.
 */
export function startOfDay(day: string, zone: string, later: number): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`) + later * dayMs;
  // Twice: the offset at the first guess may be that of the other side of a change of clocks.
  const guess = asUtc - offsetMs(asUtc, zone);
  return asUtc - offsetMs(guess, zone);
}

/** How far the zone is ahead of UTC at a moment. */
function offsetMs(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(ms);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const civil = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return civil - Math.floor(ms / 1000) * 1000;
}

/** A moment as the clock on the panel's wall shows it: `2026-11-22T14:05`. */
export function civilText(ms: number, zone: string): string {
  return new Date(ms + offsetMs(ms, zone)).toISOString().slice(0, 16);
}

/**
 * The moment, Unix milliseconds, at which the clock on the panel's wall shows `text`
 * (`2026-11-22T14:05`); of two the first. Undefined when it never does, or is no such text.
 */
export function civilMs(text: string, zone: string): number | undefined {
  const asUtc = Date.parse(`${text.slice(0, 16)}:00Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const guesses = [asUtc - dayMs, asUtc + dayMs].map((ms) => asUtc - offsetMs(ms, zone));
  const right = guesses.filter((ms) => civilText(ms, zone) === text.slice(0, 16));
  return right.length > 0 ? Math.min(...right) : undefined;
}
