/**
 * Wrong tries, for a reader or a credential: (state, time, outcome) -> state. Too many in a row
 * block for a while, and then even what is right is refused. Times are milliseconds of one clock; in
 * the store they are Unix time, so that the state survives a restart.
 */

/** Who has tried: a keypad, or the card whose PIN was typed, by uid. */
export type Trier = { readonly reader: string } | { readonly identifier: number };

/** Tries that were wrong, and until when everything is refused. */
export interface Attempts {
  /** Times of the wrong tries that still count, oldest first. */
  readonly wrongMs: readonly number[];
  /** Everything is refused before this time; 0: nothing is. */
  readonly blockedUntilMs: number;
}

/** How many wrong tries in which time block for how long. */
export interface AttemptLimit {
  readonly tries: number;
  readonly withinMs: number;
  readonly blockedMs: number;
}

export const noAttempts: Attempts = { wrongMs: [], blockedUntilMs: 0 };

/** Whether everything is refused at `nowMs`. */
export function isBlocked({ blockedUntilMs }: Attempts, nowMs: number): boolean {
  return nowMs < blockedUntilMs;
}

/** Whether nothing of the state matters any more, so that it can be forgotten. */
export function isForgotten(state: Attempts, limit: AttemptLimit, nowMs: number): boolean {
  const newestMs = state.wrongMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  return !isBlocked(state, nowMs) && newestMs + limit.withinMs <= nowMs;
}

/**
 * The state after a try at `nowMs`. A right one forgets the wrong ones before it. While blocked
 * nothing changes: trying on does not prolong it, so a bystander cannot lock a door for ever.
 */
export function afterTry(
  state: Attempts,
  limit: AttemptLimit,
  nowMs: number,
  isRight: boolean,
): Attempts {
  if (isBlocked(state, nowMs)) return state;
  if (isRight) return noAttempts;
  // A time ahead of the clock, which was set back meanwhile, counts as now.
  const recent = state.wrongMs
    .map((atMs) => Math.min(atMs, nowMs))
    .filter((atMs) => atMs > nowMs - limit.withinMs);
  const wrongMs = [...recent, nowMs];
  return wrongMs.length < limit.tries
    ? { wrongMs, blockedUntilMs: 0 }
    : { wrongMs: [], blockedUntilMs: nowMs + limit.blockedMs };
}
