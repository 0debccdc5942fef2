/**
 * Counts wrong codes and PINs for each keypad and each card, and says who is refused for a while.
 * Cards alone are never counted: nobody finds out a card's number by presenting others, but anybody
 * could shut a door to all by it.
 */
import {
  type AttemptLimit,
  type Attempts,
  afterTry,
  isBlocked,
  isForgotten,
  noAttempts,
  type Trier,
} from '../door/attempts.ts';
import { blockedEvent, unblockedEvent } from '../door/events/readers.ts';
import type { PanelEvent } from '../door/model.ts';
import { describeError } from '../errors.ts';
import type { AttemptStore } from '../ports/readers.ts';
import type { Clock, Log, Timer } from '../ports.ts';

export interface LimiterParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  readonly attempts: AttemptStore;
  readonly attemptLimit: AttemptLimit;
}

interface Entry {
  readonly who: Trier;
  state: Attempts;
  /** Armed while blocked. */
  timer: Timer | undefined;
}

/**
 * Wrong tries of a panel, as they were before a restart. While it runs, a minute is a minute: whoever
 * sets the wall clock, or is the cause that it is set, ends no block and prolongs none.
 */
export class Limiter {
  readonly #parts: LimiterParts;
  /** The wall clock when monotonic time was zero, as it was at the start. */
  readonly #originMs: number;
  readonly #entries = new Map<string, Entry>();

  constructor(parts: LimiterParts) {
    this.#parts = parts;
    this.#originMs = parts.clock.wallMs() - parts.clock.monoUs() / 1000;
    // What lies ahead of a clock that was set back meanwhile counts as of now.
    const nowMs = this.#nowMs();
    for (const { who, state: kept } of parts.attempts.all()) {
      const state = {
        wrongMs: kept.wrongMs.map((atMs) => Math.min(atMs, nowMs)),
        blockedUntilMs: Math.min(kept.blockedUntilMs, nowMs + parts.attemptLimit.blockedMs),
      };
      const entry = { who, state, timer: undefined };
      this.#entries.set(JSON.stringify(who), entry);
      if (state.blockedUntilMs > 0) this.#watch(entry);
    }
  }

  /** Whether even what is right is refused now. */
  isBlocked(who: Trier): boolean {
    const entry = this.#entries.get(JSON.stringify(who));
    return entry !== undefined && this.#isBlocked(entry);
  }

  /** Counts a try that was wrong, or forgets those before one that was right. */
  tried(who: Trier, isRight: boolean): void {
    const { attemptLimit, record, log } = this.#parts;
    const key = JSON.stringify(who);
    const found = this.#entries.get(key);
    if (found && found.state.blockedUntilMs > 0) this.#look(found);
    const entry = this.#entries.get(key) ?? { who, state: noAttempts, timer: undefined };
    const old = entry.state;
    entry.state = afterTry(old, attemptLimit, this.#nowMs(), isRight);
    if (entry.state === old) return;
    this.#forgetOld();
    if (entry.state === noAttempts) {
      if (this.#entries.delete(key)) this.#keep(who, undefined);
      return;
    }
    this.#entries.set(key, entry);
    this.#keep(who, entry.state);
    if (entry.state.blockedUntilMs === 0) return;
    const seconds = attemptLimit.blockedMs / 1000;
    record(blockedEvent(who, seconds));
    log.warn('too many wrong codes', { ...who, seconds });
    this.#watch(entry);
  }

  close(): void {
    for (const { timer } of this.#entries.values()) timer?.cancel();
  }

  /** The wall clock as it would be, had nobody set it since the start. */
  #nowMs(): number {
    return this.#originMs + this.#parts.clock.monoUs() / 1000;
  }

  #isBlocked({ state }: Entry): boolean {
    return isBlocked(state, this.#nowMs());
  }

  #watch(entry: Entry): void {
    const leftMs = Math.max(0, entry.state.blockedUntilMs - this.#nowMs());
    entry.timer = this.#parts.clock.after(leftMs * 1000, () => this.#look(entry));
  }

  /** Ends a block whose time is over. */
  #look(entry: Entry): void {
    entry.timer?.cancel();
    if (this.#isBlocked(entry)) {
      this.#watch(entry);
      return;
    }
    this.#entries.delete(JSON.stringify(entry.who));
    this.#keep(entry.who, undefined);
    this.#parts.record(unblockedEvent(entry.who));
    this.#parts.log.info('codes are taken again', { ...entry.who });
  }

  #forgetOld(): void {
    const nowMs = this.#nowMs();
    for (const [key, { who, state }] of this.#entries) {
      if (state.blockedUntilMs > 0 || !isForgotten(state, this.#parts.attemptLimit, nowMs))
        continue;
      this.#entries.delete(key);
      this.#keep(who, undefined);
    }
  }

  /** Stored by the wall clock as it is now. What cannot be written still counts until a restart. */
  #keep(who: Trier, state: Attempts | undefined): void {
    const setMs = Math.round(this.#parts.clock.wallMs() - this.#nowMs());
    const stored = state && {
      wrongMs: state.wrongMs.map((atMs) => atMs + setMs),
      blockedUntilMs: state.blockedUntilMs > 0 ? state.blockedUntilMs + setMs : 0,
    };
    this.#parts.attempts.set(who, stored).catch((error: unknown) => {
      this.#parts.log.error('wrong tries cannot be written', { why: describeError(error) });
    });
  }
}
