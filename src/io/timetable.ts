/** Work by the hands of a clock: what comes when is said as in cron. */
import { schedule } from 'node-cron';
import type { Clock } from '../ports.ts';

/** A timetable that is kept until it is closed. */
interface Timetable {
  /** Whether something should have come since then, Unix milliseconds. */
  isMissed(sinceMs: number): boolean;
  close(): void;
}

/**
 * Calls `run` at each moment that `expression` names (minute, hour, day, month, week day) in `zone`
 * (IANA name), or in the machine's own.
 */
export function keepTimetable(
  expression: string,
  zone: string | undefined,
  clock: Clock,
  run: () => void,
): Timetable {
  const task = schedule(expression, run, {
    ...(zone !== undefined && { timezone: zone }),
    suppressMissedWarning: true,
  });
  task.unref();
  // A process that stood still at the moment itself.
  task.on('execution:missed', run);
  return {
    isMissed(sinceMs) {
      const [first, second] = task.getNextRuns(2).map((date) => date.getTime());
      if (first === undefined || second === undefined) return false;
      return clock.wallMs() - sinceMs > second - first;
    },
    close: () => void task.destroy(),
  };
}
