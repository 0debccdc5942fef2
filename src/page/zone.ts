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
