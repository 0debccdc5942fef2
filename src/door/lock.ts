/**
 * One lock as a state machine: (state, input) -> (state, effects). What releases it, each for
 * itself: a grant for a time (perhaps after a delay), a grant that stays until the next one, free
 * access, free mode, an exit button for a time, an emergency for a time, and fire. Without any of
 * them it is at rest. Effects are data; `locks.ts` carries them out. Times are microseconds of the
 * monotonic clock, so a clock that is set does not move a lock.
 */

/** Kinds of lock that the panel API knows. Kept for its clients; the relay is driven alike. */
export const lockTypes = ['electromechanical', 'electromagnetic'] as const;
export type LockType = (typeof lockTypes)[number];

/** How a door stands to everybody: as identifiers say, open to all, or shut to all. */
export const doorModes = ['normal', 'free', 'blocked'] as const;
export type DoorMode = (typeof doorModes)[number];

/**
 * What is left of an opening when the door is closed behind somebody. `nothing`: it was for whoever
 * opened the door. `this-close`: it was made while the door stood open, for somebody who follows.
 * `every-close`: an operator has said how long.
 */
export type Outlasts = 'nothing' | 'this-close' | 'every-close';

/** For how long a lock is released. Of several, which one opening stands for, the longest counts. */
export interface Opening {
  readonly untilUs: number;
  /** Until when that of somebody who follows lasts; 0: nobody does. */
  readonly followsUntilUs: number;
  /** Until when that of an operator lasts; 0: there is none. */
  readonly setUntilUs: number;
}

/** From `fromUs` on; in the future: the delay is running. */
export type GrantOpening = Opening & { readonly fromUs: number };

/** What releases a lock, and how its relay was driven last. */
export interface LockState {
  readonly grant: GrantOpening | null;
  /** By a grant of a lock that each grant releases or brings to rest. */
  readonly toggled: boolean;
  /** By free access. */
  readonly held: boolean;
  /** By free mode. */
  readonly free: boolean;
  /** By an exit button. */
  readonly exit: Opening | null;
  readonly emergencyUntilUs: number | null;
  /** `over`: no fire any more, and nobody has closed it yet. */
  readonly fire: 'none' | 'active' | 'over';
  /** Blocked mode: only an exit button, an emergency and fire release it. */
  readonly blocked: boolean;
  readonly released: boolean;
}

export type LockInput =
  /** A grant or a command: release for `openUs`, after `delayUs`. */
  | {
      readonly kind: 'release';
      readonly nowUs: number;
      readonly delayUs: number;
      readonly openUs: number;
      readonly outlasts: Outlasts;
    }
  /** Somebody who was granted is still there: a grant that runs lasts for `openUs` from now. */
  | { readonly kind: 'extend'; readonly nowUs: number; readonly openUs: number }
  /** A grant of a lock that stays as it is until the next grant. */
  | { readonly kind: 'toggle'; readonly nowUs: number }
  /** The exit button: release at once for `openUs`. */
  | {
      readonly kind: 'exit';
      readonly nowUs: number;
      readonly openUs: number;
      readonly outlasts: Outlasts;
    }
  /** Release at once for `openUs`, whatever else comes but a close. */
  | { readonly kind: 'emergency'; readonly nowUs: number; readonly openUs: number }
  /** Free access: hold it released, or let it go. */
  | { readonly kind: 'hold'; readonly nowUs: number; readonly on: boolean }
  | { readonly kind: 'mode'; readonly nowUs: number; readonly mode: DoorMode }
  /** A fire input of this lock is active, or none is any more. */
  | { readonly kind: 'fire'; readonly nowUs: number; readonly active: boolean }
  /** Its door was opened. */
  | { readonly kind: 'opened'; readonly nowUs: number }
  /** Its door was closed behind somebody: what was for that passage ends. */
  | { readonly kind: 'relock'; readonly nowUs: number }
  /** The other door of an interlock is open: grants end, also those that wait. */
  | { readonly kind: 'yield'; readonly nowUs: number }
  /** End everything that releases it, or is about to, but fire that is active. */
  | { readonly kind: 'close'; readonly nowUs: number }
  /** Time has passed. */
  | { readonly kind: 'tick'; readonly nowUs: number };

type LockEffect =
  | { readonly kind: 'release' }
  | { readonly kind: 'rest' }
  /** An emergency has ended, by its time or by a close. */
  | { readonly kind: 'emergency-over' }
  /** Ask again, as a `tick`, when this moment has come. What an earlier step asked for is void. */
  | { readonly kind: 'wake'; readonly atUs: number };

export const lockAtRest: LockState = {
  grant: null,
  toggled: false,
  held: false,
  free: false,
  exit: null,
  emergencyUntilUs: null,
  fire: 'none',
  blocked: false,
  released: false,
};

/** What is released for ever, or for long, may stand open; what is released for one passage may not. */
export function mayStandOpen(state: LockState): boolean {
  const { toggled, held, free, emergencyUntilUs, fire } = state;
  return toggled || held || free || emergencyUntilUs !== null || fire !== 'none';
}

/**
 * Whether a grant of a lock that toggles opens it. A lock that something else holds stands open
 * already: a card there does not make it stay open when that is over.
 */
export function opensByToggle(state: LockState, nowUs: number): boolean {
  return !mayStandOpen(withoutOver(state, nowUs));
}

/**
 * One step.
 * - A grant while another runs extends it and never shortens it. A grant while another waits for
 *   its delay opens with it: the delay is not started again.
 * - Of several emergencies, and of several presses of an exit button, the longest counts. All that
 *   releases the lock ends apart.
 * - A relock ends what was granted before the door was opened. Whoever was let in while it stood open
 *   may open it yet, and the time that an operator has set runs on.
 * - Blocked, grants and free access are not heeded, and those that were have ended.
 * - Fire keeps it released until a close that comes when no fire input is active any more.
 * - Any other close brings the lock to rest; free access must be asked for again, and the mode is
 *   normal unless it is blocked.
 */
export function stepLock(
  state: LockState,
  input: LockInput,
): { readonly state: LockState; readonly effects: readonly LockEffect[] } {
  const { nowUs } = input;
  const wanted = applied(withoutOver(state, nowUs), input);
  const released =
    mayStandOpen(wanted) ||
    wanted.exit !== null ||
    (wanted.grant !== null && wanted.grant.fromUs <= nowUs);
  const effects: LockEffect[] = [];
  if (released !== state.released) effects.push({ kind: released ? 'release' : 'rest' });
  if (state.emergencyUntilUs !== null && wanted.emergencyUntilUs === null) {
    effects.push({ kind: 'emergency-over' });
  }
  const atUs = nextChangeUs(wanted, nowUs);
  if (atUs !== undefined) effects.push({ kind: 'wake', atUs });
  return { state: { ...wanted, released }, effects };
}

/** The state without what has ended by `nowUs`. */
function withoutOver(state: LockState, nowUs: number): LockState {
  const { grant, exit, emergencyUntilUs } = state;
  return {
    ...state,
    grant: grant !== null && grant.untilUs > nowUs ? grant : null,
    exit: exit !== null && exit.untilUs > nowUs ? exit : null,
    emergencyUntilUs:
      emergencyUntilUs !== null && emergencyUntilUs > nowUs ? emergencyUntilUs : null,
  };
}

function applied(state: LockState, input: LockInput): LockState {
  switch (input.kind) {
    case 'release':
      return state.blocked ? state : { ...state, grant: granted(state.grant, input) };
    case 'extend':
      return { ...state, grant: state.grant && extended(state.grant, input) };
    case 'toggle':
      return state.blocked ? state : toggled(state);
    case 'hold':
      return { ...state, held: input.on && !state.blocked };
    case 'mode':
      return inMode(state, input.mode);
    case 'exit': {
      const exit = longer(state.exit, input.nowUs + input.openUs, input.outlasts);
      return { ...state, exit };
    }
    case 'emergency': {
      const untilUs = input.nowUs + input.openUs;
      return { ...state, emergencyUntilUs: Math.max(state.emergencyUntilUs ?? 0, untilUs) };
    }
    case 'fire':
      if (input.active) return { ...state, fire: 'active' };
      return { ...state, fire: state.fire === 'none' ? 'none' : 'over' };
    case 'opened':
      return opened(state, input.nowUs);
    case 'relock':
      return relocked(state, input.nowUs);
    case 'yield':
      return { ...state, grant: null };
    case 'close': {
      const { released, blocked, fire } = state;
      return { ...lockAtRest, released, blocked, fire: fire === 'active' ? 'active' : 'none' };
    }
    case 'tick':
      return state;
  }
}

/** A card that locks ends what other grants have opened for a time: who locks a door wants it locked. */
function toggled(state: LockState): LockState {
  const opens = !mayStandOpen(state);
  return { ...state, toggled: opens, grant: opens ? state.grant : null };
}

function granted(
  grant: GrantOpening | null,
  { nowUs, delayUs, openUs, outlasts }: Extract<LockInput, { kind: 'release' }>,
): GrantOpening {
  const startUs = grant ? Math.max(grant.fromUs, nowUs) : nowUs + delayUs;
  return { fromUs: grant?.fromUs ?? startUs, ...longer(grant, startUs + openUs, outlasts) };
}

/** The opening, made for one more that ends at `untilUs`. */
function longer(opening: Opening | null, untilUs: number, outlasts: Outlasts): Opening {
  const { followsUntilUs = 0, setUntilUs = 0 } = opening ?? {};
  return {
    untilUs: Math.max(opening?.untilUs ?? 0, untilUs),
    followsUntilUs: Math.max(followsUntilUs, outlasts === 'this-close' ? untilUs : 0),
    setUntilUs: Math.max(setUntilUs, outlasts === 'every-close' ? untilUs : 0),
  };
}

/** Who was to follow goes through now; a grant that waits for its delay is for somebody who follows. */
function opened(state: LockState, nowUs: number): LockState {
  const { grant, exit } = state;
  const followsUntilUs = grant !== null && grant.fromUs > nowUs ? grant.untilUs : 0;
  return {
    ...state,
    grant: grant && { ...grant, followsUntilUs },
    exit: exit && { ...exit, followsUntilUs: 0 },
  };
}

function relocked(state: LockState, nowUs: number): LockState {
  const left = <Of extends Opening>(opening: Of): Of | null => {
    const untilUs = Math.max(opening.followsUntilUs, opening.setUntilUs);
    return untilUs > nowUs ? { ...opening, untilUs } : null;
  };
  const { grant, exit } = state;
  const waits = grant !== null && grant.fromUs > nowUs;
  return { ...state, grant: waits ? grant : grant && left(grant), exit: exit && left(exit) };
}

/** One that waits for its delay is for its whole time yet. */
function extended(
  grant: GrantOpening,
  { nowUs, openUs }: { readonly nowUs: number; readonly openUs: number },
): GrantOpening {
  if (grant.fromUs > nowUs) return grant;
  // Whose it is, is not known here: it may be that of somebody who follows.
  const follows = grant.followsUntilUs > nowUs;
  return { ...grant, ...longer(grant, nowUs + openUs, follows ? 'this-close' : 'nothing') };
}

function inMode(state: LockState, mode: DoorMode): LockState {
  const next = { ...state, free: mode === 'free', blocked: mode === 'blocked' };
  return mode === 'blocked' ? { ...next, grant: null, toggled: false, held: false } : next;
}

/** When time alone changes something next; undefined: never. */
function nextChangeUs(
  { grant, exit, emergencyUntilUs }: LockState,
  nowUs: number,
): number | undefined {
  const moments = [grant?.fromUs, grant?.untilUs, exit?.untilUs, emergencyUntilUs].flatMap(
    (atUs) => (atUs != null && atUs > nowUs ? [atUs] : []),
  );
  return moments.length > 0 ? Math.min(...moments) : undefined;
}
