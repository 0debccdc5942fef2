/**
 * The main thread's hold on the web worker: starts it within its bounds, starts it again when it
 * dies or hangs, and ends it. Whatever becomes of the worker, the door goes on.
 */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { describeError } from '../../errors.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Clock, Log, Timer } from '../../ports.ts';
import {
  serveCommands,
  tellEvent,
  tellFrame,
  tellMoved,
  tellPing,
  tellStop,
} from '../channel/channel.ts';
import type { RemoteQuestions } from './remote-questions.ts';
import { WorkerPulse } from './worker-pulse.ts';

/** What the worker is started with. */
interface WebSetup {
  /** Compiled script of the worker. */
  readonly workerUrl: URL;
  /** Plain data for the worker; after a restart with `boundPort`, the port it listened on. */
  readonly workerData: object;
  readonly commands: PanelCommands;
  /** Of the remote access server; the worker is who asks it. */
  readonly questions: RemoteQuestions;
  readonly log: Log;
  readonly clock: Clock;
  /** Heap of the worker, MiB. */
  readonly memoryMb: number;
}

/** The main thread's handle on the web. */
export interface Web {
  /** Where the web answers, once it does for the first time. */
  readonly url: Promise<string>;
  /** Tells the web that event `seq` has reached the log. */
  notify(seq: number): void;
  /** Tells the web that a lock or an input stands otherwise than before. */
  moved(): void;
  /** Deaths of the worker, and those within the last hour. */
  deaths(): { readonly all: number; readonly lately: number };
  /** Tells the web that a reader has a frame more. */
  notifyFrame(): void;
  /** Ends the worker: politely, and after a while by force. */
  stop(): Promise<void>;
}

/** Objects live here before they prove to last; part of the worker's memory besides its heap. */
const youngGenerationMb = 16;
/** A worker that lived this long has not died of its start. */
const provenUs = 10_000_000;
/** Wait before the second start in a row; doubled with each further one. */
const firstDelayUs = 100_000;
const longestDelayUs = 1_000_000;
const hourUs = 3_600_000_000;
/** Deaths of which the time is kept. */
const deathsKept = 16;
const politeStopUs = 3_000_000;

/** Starts the web worker and keeps it running. Never throws: the door does not depend on it. */
export function startWeb(setup: WebSetup): Web {
  let announce: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => {
    announce = resolve;
  });
  const keeper = new Keeper(setup, announce);
  keeper.start();
  return {
    url,
    notify: (seq) => keeper.notify(seq),
    moved: () => keeper.moved(),
    deaths: () => keeper.deaths(),
    notifyFrame: () => keeper.notifyFrame(),
    stop: () => keeper.stop(),
  };
}

class Keeper {
  readonly #setup: WebSetup;
  readonly #announce: (url: string) => void;
  #worker: Worker | undefined;
  #pulse: WorkerPulse | undefined;
  #startedUs = 0;
  #boundPort: number | undefined;
  /** All deaths, and those in a row without a proven life between. */
  #deaths = 0;
  /** When the latest ones were. */
  #deathsUs: readonly number[] = [];
  #row = 0;
  #restart: Timer | undefined;
  #stopping: Promise<void> | undefined;

  constructor(setup: WebSetup, announce: (url: string) => void) {
    this.#setup = setup;
    this.#announce = announce;
  }

  start(): void {
    const { clock, commands, log, questions, workerUrl } = this.#setup;
    this.#startedUs = clock.monoUs();
    let reason: string | undefined;
    try {
      const worker = new Worker(workerUrl, this.#options());
      this.#worker = worker;
      const pulse = new WorkerPulse(
        clock,
        () => tellPing(worker),
        () => {
          reason = 'it did not answer any more';
          void worker.terminate();
        },
      );
      this.#pulse = pulse;
      serveCommands(worker, commands, {
        log,
        listening: (url) => this.#listening(url),
        ready: (ask) => questions.workerReady(ask),
        remoteAnswer: (id, answer) => questions.answered(id, answer),
        pong: () => pulse.answered(),
      });
      worker.on('error', (error) => {
        reason = describeReason(error);
      });
      worker.on('messageerror', () => log.warn('a message of the web worker was lost'));
      worker.on('exit', (code) => this.#ended(reason ?? `it ended by itself, code ${code}`));
    } catch (error) {
      // Too few resources for one more thread; they may come back.
      this.#ended(describeError(error));
    }
  }

  notify(seq: number): void {
    if (this.#worker) tellEvent(this.#worker, seq);
  }

  moved(): void {
    if (this.#worker) tellMoved(this.#worker);
  }

  deaths(): { readonly all: number; readonly lately: number } {
    const nowUs = this.#setup.clock.monoUs();
    const lately = this.#deathsUs.filter((atUs) => nowUs - atUs < hourUs).length;
    return { all: this.#deaths, lately };
  }

  notifyFrame(): void {
    if (this.#worker) tellFrame(this.#worker);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#restart?.cancel();
    this.#pulse?.end();
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    tellStop(worker);
    const force = this.#setup.clock.after(politeStopUs, () => void worker.terminate());
    await ended;
    force.cancel();
  }

  #options() {
    const { memoryMb, workerData } = this.#setup;
    const resourceLimits: ResourceLimits = {
      maxOldGenerationSizeMb: memoryMb,
      maxYoungGenerationSizeMb: youngGenerationMb,
    };
    const bound = this.#boundPort === undefined ? {} : { boundPort: this.#boundPort };
    // The first password is none of the web's business.
    const { LATCHD_ADMIN_PASSWORD: _, ...env } = process.env;
    return { name: 'web', env, resourceLimits, workerData: { ...workerData, ...bound } };
  }

  #listening(url: string): void {
    this.#setup.log.info('the web listens', { url });
    const { port } = new URL(url);
    if (port !== '') this.#boundPort = Number(port);
    this.#announce(url);
  }

  #ended(reason: string): void {
    const { clock, log } = this.#setup;
    this.#worker = undefined;
    this.#pulse?.end();
    this.#setup.questions.workerGone();
    if (this.#stopping) return;
    this.#deaths += 1;
    this.#deathsUs = [...this.#deathsUs, clock.monoUs()].slice(-deathsKept);
    this.#row = clock.monoUs() - this.#startedUs >= provenUs ? 0 : this.#row + 1;
    const delayUs =
      this.#row <= 1 ? 0 : Math.min(firstDelayUs * 2 ** (this.#row - 2), longestDelayUs);
    log.error('the web worker died and is started again; the door goes on', {
      code: 'web-down',
      why: reason,
      deaths: this.#deaths,
      delay_ms: delayUs / 1000,
    });
    this.#restart = clock.after(delayUs, () => this.start());
  }
}

/** What killed it, with the place in the code where there is one. */
function describeReason(error: unknown): string {
  const place = error instanceof Error ? error.stack?.match(/^ +(at .*file:.+)$/m)?.[1] : undefined;
  return `${describeError(error)}${place === undefined ? '' : ` (${place})`}`;
}
