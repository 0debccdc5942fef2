/** Notices a worker that hangs: it is asked at intervals, and answers as long as its loop turns. */
import type { Clock, Timer } from '../../ports.ts';

const everyUs = 5_000_000;
/**
 * Questions in a row without an answer, once it has answered one; and before, while it starts. A minute:
 * what takes 0.1 s on an idle board takes many seconds where others want its only processor, and to
 * be started again takes longer still.
 */
const longestSilence = 12;
const longestStart = 24;

/** The pulse of one worker, from its start to its end. */
export class WorkerPulse {
  readonly #clock: Clock;
  readonly #ask: () => void;
  readonly #hung: () => void;
  #unanswered = 0;
  #bound = longestStart;
  #timer: Timer;

  /** `ask` sends a question; `hung` is told once, when nothing is to be hoped for any more. */
  constructor(clock: Clock, ask: () => void, hung: () => void) {
    this.#clock = clock;
    this.#ask = ask;
    this.#hung = hung;
    this.#timer = clock.after(everyUs, () => this.#beat());
  }

  /** The worker has answered. */
  answered(): void {
    this.#unanswered = 0;
    this.#bound = longestSilence;
  }

  end(): void {
    this.#timer.cancel();
  }

  // Counted, not timed: while the main loop stands still, answers wait too.
  #beat(): void {
    if (this.#unanswered >= this.#bound) {
      this.#hung();
      return;
    }
    this.#unanswered += 1;
    this.#ask();
    this.#timer = this.#clock.after(everyUs, () => this.#beat());
  }
}
