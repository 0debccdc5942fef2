/** The only place that reads a clock or arms a timer. */
import type { CivilTime } from '../door/model.ts';
import type { Clock } from '../ports.ts';

/** setTimeout waits at most this long; a longer wait is made of several. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * The machine's clocks. Monotonic time is CLOCK_MONOTONIC, as in the kernel's GPIO records. Civil time
 * is that of `zone` (IANA name), or of the machine's own zone as it was at the start.
 * @throws RangeError for an unknown zone.
 */
export function systemClock(zone?: string): Clock {
  return {
    wallMs: () => Date.now(),
    monoUs,
    civil: civilIn(zone),
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
  };
}

/** Numbers alone, so that a locale has nothing to say: month, day, year, hour, minute, second. */
const civilFormat = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

function civilIn(timeZone: string | undefined): (unixS: number) => CivilTime {
  const format = new Intl.DateTimeFormat('en-US', { ...civilFormat, timeZone });
  const civil = (unixS: number) => {
    const numbers = format.format(unixS * 1000).match(/\d+/g) ?? [];
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = numbers.map(Number);
    return {
      day: Date.UTC(year, month - 1, day) / 86_400_000,
      second: hour * 3600 + minute * 60 + second,
    };
  };
  // The first use loads the zone's rules, which takes longer than a whole decision.
  civil(0);
  return civil;
}

function monoUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}
