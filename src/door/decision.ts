/** Everything known about a presentation -> granted or refused. The only place that decides. */
import type { Bars, Decision, DenialReason, Identifier, LockName, LockSelection } from './model.ts';

/** What an identifier may open by one of its access levels, or by itself where it has none. */
export interface Grant {
  readonly lock: LockSelection;
  /**
   * Whether a time profile of the level and one of the identifier hold now, as far as they have any;
   * absent: neither has one, so it is good at any time.
   */
  readonly holds?: boolean;
}

/** What a decision rests on. */
export interface Presentation {
  /** What the store holds for the credential; undefined when it holds nothing. */
  readonly identifier: Identifier | undefined;
  /** Of an identifier with time profiles or access levels; without them it opens nothing. */
  readonly grants?: readonly Grant[];
  /** Locks that this reader may open. */
  readonly readerLocks: readonly LockName[];
  /** Unix milliseconds. */
  readonly wallMs: number;
  /** False: nobody has set the clock, so a window cannot be judged. */
  readonly clockTrusted: boolean;
  readonly whenClockUntrusted: 'refuse' | 'accept';
  /** The panel must not open at all, because it cannot record it. */
  readonly blocked: boolean;
  /** Already on that side of the reader's area, which refuses it or only tells; absent: it is not. */
  readonly passback?: 'refuse' | 'tell';
  /** Locks that nobody may open now; absent: none. */
  readonly bars?: Bars;
}

/** Decides; the first reason that applies, in the order a person would check, is the one told. */
export function decide(presentation: Presentation): Decision {
  const { identifier, readerLocks } = presentation;
  if (!identifier) return denied('unknown-credential');
  if (presentation.blocked) return denied('door-blocked');
  const grants = isScheduled(identifier) ? (presentation.grants ?? []) : [identifier];
  const inReach = readerLocks.filter((lock) => grants.some((grant) => opens(grant.lock, lock)));
  if (inReach.length === 0) return denied('wrong-reader');
  const outside = outsideWindow(identifier, presentation);
  if (outside) return denied(outside);
  const timely = grants.filter((grant) => isTimely(grant, presentation));
  const locks = inReach.filter((lock) => timely.some((grant) => opens(grant.lock, lock)));
  if (locks.length === 0) {
    return denied(isTimeKnown(presentation) ? 'outside-time-profile' : 'clock-untrusted');
  }
  if (identifier.passes && identifier.passes.left < 1) return denied('no-passes-left');
  const { bars = {}, passback } = presentation;
  if (passback === 'refuse') return denied('anti-passback');
  const free = locks.filter((lock) => !bars[lock]);
  const [bar] = locks.map((lock) => bars[lock]);
  if (free.length === 0 && bar) return denied(bar);
  const takesPass = identifier.passes !== undefined;
  return { granted: true, locks: free, takesPass, ...(passback && { passback: true }) };
}

/** Whether an identifier with this assignment opens `lock` (panel API, `lock`). */
function opens(selection: LockSelection, lock: LockName): boolean {
  return selection === 'all' || selection === lock;
}

/** Whether what it opens, and when, depends on other records: `Presentation.grants`. */
export function isScheduled({ profiles, levels }: Identifier): boolean {
  return profiles !== undefined || levels !== undefined;
}

/** Profiles are a limit of time as a window is: both need a clock that can be believed. */
function isTimely({ holds }: Grant, presentation: Presentation): boolean {
  return holds === undefined || (holds && isTimeKnown(presentation));
}

function isTimeKnown({ clockTrusted, whenClockUntrusted }: Presentation): boolean {
  return clockTrusted || whenClockUntrusted === 'accept';
}

function outsideWindow(
  { window }: Identifier,
  presentation: Presentation,
): DenialReason | undefined {
  if (!window) return undefined;
  if (!isTimeKnown(presentation)) return 'clock-untrusted';
  // Whole seconds, so that the last second of a window counts to its end.
  const nowS = Math.floor(presentation.wallMs / 1000);
  if (nowS < window.fromS) return 'not-yet-valid';
  if (nowS > window.toS) return 'expired';
  return undefined;
}

function denied(reason: DenialReason): Decision {
  return { granted: false, reason };
}
