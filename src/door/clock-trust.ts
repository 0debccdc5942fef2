/** Whether a wall clock can be believed: a board without a battery starts in 1970. */

/** 2025-01-01 UTC: no panel with this software was set up before. */
const earliestMs = 1_735_689_600_000;

/** A clock may be set back a little by NTP without being taken for one never set. */
const setBackMs = 60_000;

/**
 * The least wall time (Unix milliseconds) that can be right: after this version was made, and not
 * behind `newestEventMs`, the latest time that any event has ever had; 0 when there was none. The
 * latest, not that of the last event: one recorded with a wrong clock must not make it right.
 */
export function clockFloorMs(newestEventMs: number): number {
  return Math.max(earliestMs, newestEventMs - setBackMs);
}
