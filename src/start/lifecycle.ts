/** How the process ends: by a signal, or by a bug that nobody caught. */
import { describeError, exitCode, Fault } from '../errors.ts';
import type { Clock, Log } from '../ports.ts';

/** What runs, so that it can be stopped. */
export interface Running {
  /** Locks to rest at once; synchronous, for the moment of a crash. */
  rest(): void;
  /** Locks to rest before it returns, then everything else in order. */
  stop(): Promise<void>;
}

/** What runs, and who is told of its end. */
interface Lifecycle {
  /** May be called again: what it is given stops in order what runs, and starts anew. */
  readonly start: (startAgain: () => void) => Promise<Running>;
  readonly log: Log;
  /** Told when a signal has come, before anything is stopped. */
  readonly stopping: () => void;
  /** Ends the process after its last words. */
  readonly end: (status: number) => void;
}

/** Runs until a signal ends it or a bug breaks it; the locks come to rest first, whatever it was. */
export async function runUntilStopped({
  start,
  log,
  stopping: told,
  end,
}: Lifecycle): Promise<void> {
  let running: Running | undefined;
  const crash = (error: unknown) => {
    const isFault = error instanceof Fault;
    try {
      running?.rest();
    } finally {
      const stack = !isFault && error instanceof Error ? error.stack : undefined;
      log.error(isFault ? 'stopped by a fault' : 'stopped by a bug', {
        why: describeError(error),
        stack,
      });
      end(isFault ? exitCode.fault : exitCode.bug);
    }
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  let stopping = false;
  let again: Promise<void> | undefined;
  const stop = async () => {
    // What is being started cannot be stopped before it runs.
    if (again) await again;
    await running?.stop();
    running = undefined;
  };
  const startAgain = () => {
    if (stopping || again) return;
    log.info('starting again');
    again = restart();
    again.then(() => {
      again = undefined;
    }, crash);
  };
  async function restart(): Promise<void> {
    await running?.stop();
    running = undefined;
    running = await start(startAgain);
  }
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(exitCode.ok);
    stopping = true;
    // Before any word of it: a stop brings the locks to rest before it waits for anything.
    const stopped = stop();
    log.info('stopping', { signal });
    told();
    stopped.then(() => end(exitCode.ok), crash);
  };
  // All that end a process by themselves: a dropped terminal must not leave a lock energised.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
    process.on(signal, onSignal);
  }

  running = await start(startAgain);
}

/** Waits for `work`, but not for ever: a disk that answers nothing must not keep the process. */
export function within(clock: Clock, work: Promise<unknown>): Promise<unknown> {
  const longestUs = 2_000_000;
  const limit = new Promise<void>((resolve) => {
    clock.after(longestUs, resolve);
  });
  return Promise.race([work, limit]);
}
