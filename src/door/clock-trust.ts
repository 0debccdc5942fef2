/** Whether a wall clock can be believed: a board without a battery starts in 1970. */

/** 2025-01-01 UTC: no panel with this software was set up before. */
const earliestMs = 1_735_689_600_000;

/** A clock may be set back a little by NTP without being taken for one never set. */
const setBackMs = 60_000;

/**
 * The least wall time (Unix milliseconds) that can be right: after this version was made, and not
 * behind the last event in the log.
 */
export function clockFloorMs(lastEventMs: number | undefined): number {
  return Math.max(earliestMs, (lastEventMs ?? 0) - setBackMs);
}
