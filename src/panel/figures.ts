/** Counts what operators want to know, on the main thread: additions, and nothing else, at the door. */
import type { PanelEvent } from '../door/model.ts';
import type { Histogram } from '../ports/figures.ts';

/** Upper bounds of decisions, seconds: from a fifth of what is promised to far beyond it. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] as const;

/** Counters since the start. */
export class Figures {
  readonly #refusals = new Map<string, number>();
  readonly #counts = new Array<number>(bounds.length + 1).fill(0);
  #sum = 0;
  #grants = 0;

  /** Counts an event that is a grant or a refusal. */
  heed({ category, key, model }: PanelEvent): void {
    if (category !== 'access') return;
    if (key === 'access_granted_by_valid_identifier') this.#grants += 1;
    else if (key.startsWith('access_denied') && typeof model.reason === 'string') {
      this.#refusals.set(model.reason, (this.#refusals.get(model.reason) ?? 0) + 1);
    }
  }

  /** A decision has been made, `us` microseconds after the last edge of its card. */
  decided(us: number): void {
    const seconds = us / 1e6;
    let index = 0;
    while (index < bounds.length && seconds > (bounds[index] ?? 0)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += seconds;
  }

  state(): {
    readonly grants: number;
    readonly refusals: { readonly [reason: string]: number };
    readonly decision: Histogram;
  } {
    return {
      grants: this.#grants,
      refusals: Object.fromEntries(this.#refusals),
      decision: { bounds, counts: [...this.#counts], sum: this.#sum },
    };
  }
}
