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
  /**
   * May be called again. `startAgain` stops in order what runs, and starts anew. `restable` is to be told
   * how all locks are brought to rest while it is under way.
   */
  readonly start: (
    startAgain: () => void,
    restable: (rest: () => void) => void,
  ) => Promise<Running>;
  readonly log: Log;
  /** Told when a signal has come, before anything is stopped. */
  readonly stopping: () => void;
  /** Ends the process after its last words. */
  readonly end: (status: number) => void;
}

/** Runs until a signal ends it or a bug breaks it; the locks come to rest first, whatever it was. */
export async function runUntilStopped(lifecycle: Lifecycle): Promise<void> {
  const run = new Run(lifecycle);
  process.on('uncaughtException', run.crash);
  process.on('unhandledRejection', run.crash);
  // All that end a process by themselves: a dropped terminal must not leave a lock energised.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
    process.on(signal, run.onSignal);
  }
  await run.start();
}

/** One life of the process. */
class Run {
  readonly #lifecycle: Lifecycle;
  #running: Running | undefined;
  /** Of a start under way. */
  #restStarting: (() => void) | undefined;
  #again: Promise<void> | undefined;
  #stopping = false;

  constructor(lifecycle: Lifecycle) {
    this.#lifecycle = lifecycle;
  }

  /** A start that was stopped fails of that, and ends as it was told to. */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      if (!this.#stopping) throw error;
    }
  }

  readonly crash = (error: unknown): void => {
    const { log, end } = this.#lifecycle;
    const isFault = error instanceof Fault;
    try {
      this.#rest();
    } finally {
      const stack = !isFault && error instanceof Error ? error.stack : undefined;
      log.error(isFault ? 'stopped by a fault' : 'stopped by a bug', {
        why: describeError(error),
        stack,
      });
      end(isFault ? exitCode.fault : exitCode.bug);
    }
  };

  readonly onSignal = (signal: NodeJS.Signals): void => {
    const { log, stopping, end } = this.#lifecycle;
    if (this.#stopping) process.exit(exitCode.ok);
    this.#stopping = true;
    // Before any word of it: a stop brings the locks to rest before it waits for anything.
    const stopped = this.#stop();
    log.info('stopping', { signal });
    stopping();
    stopped.then(() => end(exitCode.ok), this.crash);
  };

  readonly #startAgain = (): void => {
    if (this.#stopping || this.#again) return;
    this.#lifecycle.log.info('starting again');
    this.#again = this.#restart().finally(() => {
      this.#again = undefined;
    });
    this.#again.catch((error: unknown) => {
      if (!this.#stopping) this.crash(error);
    });
  };

  async #begin(): Promise<void> {
    this.#running = await this.#lifecycle.start(this.#startAgain, (rest) => {
      this.#restStarting = rest;
      if (this.#stopping) rest();
    });
    this.#restStarting = undefined;
  }

  #rest(): void {
    if (this.#running) this.#running.rest();
    else this.#restStarting?.();
  }

  async #stop(): Promise<void> {
    if (!this.#running) this.#rest();
    // What is being started again cannot be stopped before it runs, or has failed.
    if (this.#again) await this.#again.catch(() => undefined);
    await this.#running?.stop();
    this.#running = undefined;
  }

  async #restart(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
    if (!this.#stopping) await this.#begin();
  }
}

/** Waits for `work`, but not for ever: a disk that answers nothing must not keep the process. */
export function within(clock: Clock, work: Promise<unknown>): Promise<unknown> {
  const longestUs = 2_000_000;
  const limit = new Promise<void>((resolve) => {
    clock.after(longestUs, resolve);
  });
  return Promise.race([work, limit]);
}
