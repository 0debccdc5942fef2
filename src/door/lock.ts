/**
 * One lock as a state machine: (state, input) -> (state, effects). Three things release it, each
 * for itself: a grant for a time (perhaps after a delay), an emergency for a time, and a hold (free
 * access) until it is let go. Without any of them it is at rest. Effects are data; `locks.ts`
 * carries them out. Times are microseconds of the monotonic clock, so a clock that is set does not
 * move a lock.
 */

/** Kinds of lock that the panel API knows. Kept for its clients; the relay is driven alike. */
export const lockTypes = ['electromechanical', 'electromagnetic'] as const;
export type LockType = (typeof lockTypes)[number];

/** What releases a lock, and how its relay was driven last. */
export interface LockState {
  /** Released from `fromUs` (in the future: the delay is running) until `untilUs`. */
  readonly grant: { readonly fromUs: number; readonly untilUs: number } | null;
  readonly emergencyUntilUs: number | null;
  readonly held: boolean;
  readonly released: boolean;
}

export type LockInput =
  /** A grant or a command: release for `openUs`, after `delayUs`. */
  | {
      readonly kind: 'release';
      readonly nowUs: number;
      readonly delayUs: number;
      readonly openUs: number;
    }
  /** Release at once for `openUs`, whatever else comes but a close. */
  | { readonly kind: 'emergency'; readonly nowUs: number; readonly openUs: number }
  /** Hold it released, or let it go. */
  | { readonly kind: 'hold'; readonly nowUs: number; readonly on: boolean }
  /** End everything that releases it, or is about to. */
  | { readonly kind: 'close'; readonly nowUs: number }
  /** Time has passed. */
  | { readonly kind: 'tick'; readonly nowUs: number };

export type LockEffect =
  | { readonly kind: 'energise' }
  | { readonly kind: 'rest' }
  /** An emergency has ended, by its time or by a close. */
  | { readonly kind: 'emergency-over' }
  /** Ask again, as a `tick`, when this moment has come. What an earlier step asked for is void. */
  | { readonly kind: 'wake'; readonly atUs: number };

export const lockAtRest: LockState = {
  grant: null,
  emergencyUntilUs: null,
  held: false,
  released: false,
};

/**
 * One step.
 * - A grant while another runs extends it and never shortens it. A grant while another waits for
 *   its delay opens with it: the delay is not started again.
 * - Of several emergencies the longest counts. Grants, emergencies and the hold end apart.
 * - A close always brings the lock to rest; a hold must be asked for again.
 */
export function stepLock(
  state: LockState,
  input: LockInput,
): { readonly state: LockState; readonly effects: readonly LockEffect[] } {
  const { nowUs } = input;
  const wanted = applied(withoutOver(state, nowUs), input);
  const released =
    wanted.held ||
    wanted.emergencyUntilUs !== null ||
    (wanted.grant !== null && wanted.grant.fromUs <= nowUs);
  const effects: LockEffect[] = [];
  if (released !== state.released) effects.push({ kind: released ? 'energise' : 'rest' });
  if (state.emergencyUntilUs !== null && wanted.emergencyUntilUs === null) {
    effects.push({ kind: 'emergency-over' });
  }
  const atUs = nextChangeUs(wanted, nowUs);
  if (atUs !== undefined) effects.push({ kind: 'wake', atUs });
  return { state: { ...wanted, released }, effects };
}

/** The state without what has ended by `nowUs`. */
function withoutOver(state: LockState, nowUs: number): LockState {
  const { grant, emergencyUntilUs } = state;
  return {
    ...state,
    grant: grant !== null && grant.untilUs > nowUs ? grant : null,
    emergencyUntilUs:
      emergencyUntilUs !== null && emergencyUntilUs > nowUs ? emergencyUntilUs : null,
  };
}

function applied(state: LockState, input: LockInput): LockState {
  switch (input.kind) {
    case 'release': {
      const { grant } = state;
      const { nowUs, delayUs, openUs } = input;
      const startUs = grant ? Math.max(grant.fromUs, nowUs) : nowUs + delayUs;
      const untilUs = Math.max(grant?.untilUs ?? 0, startUs + openUs);
      return { ...state, grant: { fromUs: grant?.fromUs ?? startUs, untilUs } };
    }
    case 'emergency': {
      const untilUs = input.nowUs + input.openUs;
      return { ...state, emergencyUntilUs: Math.max(state.emergencyUntilUs ?? 0, untilUs) };
    }
    case 'hold':
      return { ...state, held: input.on };
    case 'close':
      return { ...lockAtRest, released: state.released };
    case 'tick':
      return state;
  }
}

/** When time alone changes something next; undefined: never. */
function nextChangeUs({ grant, emergencyUntilUs }: LockState, nowUs: number): number | undefined {
  const moments = [
    ...(grant ? [grant.fromUs, grant.untilUs] : []),
    ...(emergencyUntilUs === null ? [] : [emergencyUntilUs]),
  ].filter((atUs) => atUs > nowUs);
  return moments.length > 0 ? Math.min(...moments) : undefined;
}
