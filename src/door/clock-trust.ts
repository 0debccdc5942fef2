/** Whether a wall clock can be believed: a board without a battery starts in 1970. */

/** No panel of this version was made before: 2025-01-01 UTC. */
const earliestMs = Date.UTC(2025, 0, 1);

/** A clock may be set back a little by NTP without being taken for one never set. */
const setBackMs = 60_000;

/**
 * The least wall time (Unix milliseconds) that can be right: after this version was made, and not
 * behind the last event in the log.
 */
export function clockFloorMs(lastEventMs: number | undefined): number {
  return Math.max(earliestMs, (lastEventMs ?? 0) - setBackMs);
}
