/**
 * Feeds the service manager's watchdog, as long as what the door needs answers. That the feeding
 * comes at all shows that the main loop turns; each feeding also tries store and lines. What is
 * known to have failed (a reader unplugged, a full disk) is told elsewhere and starves nobody: a
 * start would not bring it back, and would cost the door that still works.
 */
import { describeError, Fault } from '../errors.ts';
import type { Clock, Log, ServiceManager } from '../ports.ts';

/** What is tried. */
interface Vitals {
  /** Reads from the store. @throws when it does not answer. */
  readStore(): void;
  /** How long the write of events that is under way has taken; 0 when there is none. */
  writingUs(): number;
  /**
   * Looks at the lines of the locks; the panel itself watches those of readers and inputs.
   * @throws Fault `gpio-lost` for one that is gone.
   */
  lookAtLines(): unknown;
}

/** A disk may stall; one that answers neither yes nor no for so long will not, microseconds. */
export const longestWriteUs = 20_000_000;
/** Feedings in the watchdog's time: one may be late, and death comes soon after the last. */
const feedingsInTime = 6;

/** Feeds until told to stop. @returns a way to stop it. */
export function startWatchdog(
  manager: ServiceManager,
  vitals: Vitals,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): () => void {
  const { watchdogUs } = manager;
  if (!watchdogUs) return () => undefined;
  const everyUs = watchdogUs / feedingsInTime;
  let lost: string | undefined;
  let starving: string | undefined;

  /** A line that is gone is told once, until it is there again. */
  const onLost = (why: string | undefined) => {
    if (why === lost) return;
    lost = why;
    if (why === undefined) log.info('every line is there again');
    else log.error('a line is gone', { why, do: 'check chip and wiring, then start latchd again' });
  };
  const onAnswer = (why: string | undefined) => {
    if (why === undefined) manager.alive();
    if (why === starving) return;
    starving = why;
    if (why === undefined) log.info('all is well again: the watchdog is fed');
    else log.error('the watchdog is not fed: latchd will be started again', { why });
  };

  const feed = () => {
    onAnswer(whyNot(vitals, onLost));
    timer = clock.after(everyUs, feed);
  };
  let timer = clock.after(0, feed);
  return () => timer.cancel();
}

function whyNot(vitals: Vitals, onLost: (why: string | undefined) => void): string | undefined {
  try {
    vitals.readStore();
    const writingUs = vitals.writingUs();
    if (writingUs > longestWriteUs) {
      return `the database has been writing for ${Math.floor(writingUs / 1e6)} s`;
    }
    vitals.lookAtLines();
    onLost(undefined);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'gpio-lost') return describeError(error);
    onLost(error.message);
    return undefined;
  }
}
