/**
 * One lock as a state machine: (state, input) -> (state, effects). It releases for a time and goes
 * back to rest by itself. Effects are data; `panel.ts` carries them out. Times are microseconds of
 * the monotonic clock, so a clock that is set does not move a lock.
 */

/** At rest, or released until a moment. */
export type LockState = { readonly releasedUntilUs: number | null };

export type LockInput =
  /** A grant or a command: release for `openUs` from now. */
  | { readonly kind: 'release'; readonly nowUs: number; readonly openUs: number }
  /** Time has passed. */
  | { readonly kind: 'tick'; readonly nowUs: number };

export type LockEffect =
  | { readonly kind: 'energise' }
  | { readonly kind: 'rest' }
  /** Ask again, as a `tick`, when this moment has come. */
  | { readonly kind: 'wake'; readonly atUs: number };

export const lockAtRest: LockState = { releasedUntilUs: null };

/** One step. A release while released extends the time and never shortens it. */
export function stepLock(
  state: LockState,
  input: LockInput,
): { readonly state: LockState; readonly effects: readonly LockEffect[] } {
  const until = state.releasedUntilUs;
  if (input.kind === 'release') {
    const untilUs = Math.max(until ?? 0, input.nowUs + input.openUs);
    return {
      state: { releasedUntilUs: untilUs },
      effects: [
        ...(until === null ? [{ kind: 'energise' } as const] : []),
        ...(until === untilUs ? [] : [{ kind: 'wake', atUs: untilUs } as const]),
      ],
    };
  }
  if (until === null) return { state, effects: [] };
  if (input.nowUs < until) return { state, effects: [{ kind: 'wake', atUs: until }] };
  return { state: lockAtRest, effects: [{ kind: 'rest' }] };
}
