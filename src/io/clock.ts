/** The only place that reads a clock or arms a timer. */
import type { Clock } from '../ports.ts';

/** setTimeout waits at most this long; a longer wait is made of several. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The machine's clocks. Monotonic time is CLOCK_MONOTONIC, as in the kernel's GPIO records. */
export function systemClock(): Clock {
  return {
    wallMs: () => Date.now(),
    monoUs,
    after(delayUs, run) {
      const endUs = monoUs() + delayUs;
      let timeout: NodeJS.Timeout;
      const arm = () => {
        const leftMs = Math.max(0, Math.ceil((endUs - monoUs()) / 1000));
        timeout = setTimeout(fire, Math.min(leftMs, longestTimeoutMs));
      };
      const fire = () => (monoUs() < endUs ? arm() : run());
      arm();
      return { cancel: () => clearTimeout(timeout) };
    },
    civil,
  };
}

function monoUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}

/** In the zone of the machine, or of the environment's `TZ`. */
function civil(wallMs: number): { day: number; secondOfDay: number } {
  const local = new Date(wallMs);
  const midnightMs = Date.UTC(local.getFullYear(), local.getMonth(), local.getDate());
  return {
    day: midnightMs / 86_400_000,
    secondOfDay: local.getHours() * 3600 + local.getMinutes() * 60 + local.getSeconds(),
  };
}
