/**
 * The door itself, as its contact tells it: (state, input) -> (state, effects). It knows a door that
 * is opened with a reason from one that is forced, and one that stands open too long. Effects are
 * data. Times are microseconds of the monotonic clock.
 */

/** How a door is watched. */
export interface ContactRules {
  /** A door open for longer than this is held open; absent: it may stand open. */
  readonly heldOpenUs?: number;
  /** How long before that the warning comes; 0: none. Less than `heldOpenUs`. */
  readonly warningUs: number;
  /** Whether the lock goes to rest as soon as the door has been opened and is closed again. */
  readonly relockOnClose: boolean;
}

/** What is known of a door. */
interface ContactState {
  /** As the contact says. */
  readonly open: boolean;
  /** Its lock is released, whatever the reason: opening is expected. */
  readonly released: boolean;
  /** Opening is expected until this moment although the lock is at rest (exit by a handle). */
  readonly excusedUntilUs: number;
  /** Standing open is expected: free access, emergency. */
  readonly mayStayOpen: boolean;
  /** Since when it stands open without leave to; undefined while closed or free to stand open. */
  readonly openSinceUs?: number;
  readonly forced: boolean;
  readonly warned: boolean;
  readonly held: boolean;
}

export type ContactInput =
  | { readonly kind: 'contact'; readonly nowUs: number; readonly open: boolean }
  | { readonly kind: 'lock'; readonly nowUs: number; readonly released: boolean }
  /** Somebody may open it from inside without the lock being released. */
  | { readonly kind: 'excuse'; readonly nowUs: number; readonly untilUs: number }
  | { readonly kind: 'stay-open'; readonly nowUs: number; readonly allowed: boolean }
  | { readonly kind: 'tick'; readonly nowUs: number };

export type ContactEffect =
  | { readonly kind: 'opened' | 'closed' | 'forced' | 'held-warning' | 'held' }
  /** The door that was forced or held is closed again, or may stand open now. */
  | { readonly kind: 'settled'; readonly after: 'forced' | 'held' }
  | { readonly kind: 'relock' }
  /** Ask again, as a `tick`, when this moment has come. */
  | { readonly kind: 'wake'; readonly atUs: number };

type Step = { readonly state: ContactState; readonly effects: readonly ContactEffect[] };

/**
 * A door at the start. One that stands open is not taken for forced: nobody saw how it came to be.
 */
export function contactAtStart(open: boolean, nowUs: number, rules: ContactRules): Step {
  const state: ContactState = {
    open,
    released: false,
    excusedUntilUs: Number.NEGATIVE_INFINITY,
    mayStayOpen: false,
    forced: false,
    warned: false,
    held: false,
    ...(open && { openSinceUs: nowUs }),
  };
  return { state, effects: wakes(state, rules) };
}

/** One step. */
export function stepContact(state: ContactState, input: ContactInput, rules: ContactRules): Step {
  switch (input.kind) {
    case 'contact':
      if (input.open === state.open) return { state, effects: [] };
      return input.open ? opened(state, input.nowUs, rules) : closed(state, rules);
    case 'lock':
      return { state: { ...state, released: input.released }, effects: [] };
    case 'excuse': {
      const excusedUntilUs = Math.max(state.excusedUntilUs, input.untilUs);
      return { state: { ...state, excusedUntilUs }, effects: [] };
    }
    case 'stay-open':
      return stayOpen(state, input.allowed, input.nowUs, rules);
    case 'tick':
      return watchHeld(state, input.nowUs, rules);
  }
}

function opened(state: ContactState, nowUs: number, rules: ContactRules): Step {
  const expected = state.released || state.mayStayOpen || nowUs <= state.excusedUntilUs;
  const next: ContactState = {
    ...state,
    open: true,
    forced: !expected,
    ...(!state.mayStayOpen && { openSinceUs: nowUs }),
  };
  return {
    state: next,
    effects: [{ kind: expected ? 'opened' : 'forced' }, ...wakes(next, rules)],
  };
}

function closed(state: ContactState, rules: ContactRules): Step {
  const relock = rules.relockOnClose && state.released && !state.mayStayOpen;
  return {
    state: { ...quiet(state), open: false },
    effects: [
      { kind: 'closed' },
      ...settled(state),
      ...(relock ? [{ kind: 'relock' } as const] : []),
    ],
  };
}

function stayOpen(state: ContactState, allowed: boolean, nowUs: number, rules: ContactRules): Step {
  if (allowed === state.mayStayOpen) return { state, effects: [] };
  if (allowed) {
    return { state: { ...quiet(state), mayStayOpen: true }, effects: settled(state) };
  }
  const next = { ...state, mayStayOpen: false, ...(state.open && { openSinceUs: nowUs }) };
  return { state: next, effects: wakes(next, rules) };
}

function watchHeld(state: ContactState, nowUs: number, rules: ContactRules): Step {
  const { openSinceUs } = state;
  if (openSinceUs === undefined || rules.heldOpenUs === undefined || state.held) {
    return { state, effects: [] };
  }
  if (nowUs >= openSinceUs + rules.heldOpenUs) {
    return { state: { ...state, warned: true, held: true }, effects: [{ kind: 'held' }] };
  }
  const warn = !state.warned && nowUs >= openSinceUs + rules.heldOpenUs - rules.warningUs;
  const next = warn ? { ...state, warned: true } : state;
  return {
    state: next,
    effects: [...(warn ? [{ kind: 'held-warning' } as const] : []), ...wakes(next, rules)],
  };
}

/** Nothing is wrong any more. */
function quiet({ openSinceUs: _, ...state }: ContactState): ContactState {
  return { ...state, forced: false, warned: false, held: false };
}

function settled({ forced, held }: ContactState): ContactEffect[] {
  return [
    ...(forced ? [{ kind: 'settled', after: 'forced' } as const] : []),
    ...(held ? [{ kind: 'settled', after: 'held' } as const] : []),
  ];
}

function wakes({ openSinceUs, warned }: ContactState, rules: ContactRules): ContactEffect[] {
  if (openSinceUs === undefined || rules.heldOpenUs === undefined) return [];
  const warns = rules.warningUs > 0 && !warned;
  return [{ kind: 'wake', atUs: openSinceUs + rules.heldOpenUs - (warns ? rules.warningUs : 0) }];
}
