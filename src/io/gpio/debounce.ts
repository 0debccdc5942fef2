/** Tells a change of level once it has lasted, where the kernel does not do so. */
import type { Clock, InputSink, Timer } from '../../ports.ts';

/** One input. */
export class Debouncer {
  readonly #clock: Clock;
  readonly #sink: Pick<InputSink, 'changed'>;
  readonly #debounceUs: number;
  #active: boolean;
  /** The level that has to last, and until when. */
  #pending: { readonly active: boolean; readonly dueUs: number } | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, sink: Pick<InputSink, 'changed'>, debounceUs: number, active: boolean) {
    this.#clock = clock;
    this.#sink = sink;
    this.#debounceUs = debounceUs;
    this.#active = active;
  }

  /** As last told. */
  get isActive(): boolean {
    return this.#active;
  }

  /** The level is `active` from now on. */
  edge(active: boolean): void {
    // A timer may be late: what had lasted by then counts.
    this.#settle();
    this.#timer?.cancel();
    this.#pending = { active, dueUs: this.#clock.monoUs() + this.#debounceUs };
    if (this.#debounceUs === 0) this.#settle();
    else this.#timer = this.#clock.after(this.#debounceUs, () => this.#settle());
  }

  close(): void {
    this.#timer?.cancel();
  }

  #settle(): void {
    const { active, dueUs } = this.#pending ?? { active: this.#active, dueUs: 0 };
    if (this.#clock.monoUs() < dueUs) return;
    this.#pending = undefined;
    if (active === this.#active) return;
    this.#active = active;
    this.#sink.changed(active, dueUs);
  }
}
