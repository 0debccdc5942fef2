/** Everything known about a presentation -> granted or refused. The only place that decides. */
import type { Bars, Decision, DenialReason, Identifier, LockName, LockSelection } from './model.ts';

/** What a decision rests on. */
export interface Presentation {
  /** What the store holds for the credential; undefined when it holds nothing. */
  readonly identifier: Identifier | undefined;
  /** Locks that this reader may open. */
  readonly readerLocks: readonly LockName[];
  /** Unix milliseconds. */
  readonly wallMs: number;
  /** False: nobody has set the clock, so a window cannot be judged. */
  readonly clockTrusted: boolean;
  readonly whenClockUntrusted: 'refuse' | 'accept';
  /** The panel must not open at all, because it cannot record it. */
  readonly blocked: boolean;
  /** Locks that nobody may open now; absent: none. */
  readonly bars?: Bars;
}

/** Decides; the first reason that applies, in the order a person would check, is the one told. */
export function decide(presentation: Presentation): Decision {
  const { identifier, readerLocks } = presentation;
  if (!identifier) return denied('unknown-credential');
  if (presentation.blocked) return denied('door-blocked');
  const locks = readerLocks.filter((lock) => opens(identifier.lock, lock));
  if (locks.length === 0) return denied('wrong-reader');
  const outside = outsideWindow(identifier, presentation);
  if (outside) return denied(outside);
  if (identifier.passes && identifier.passes.left < 1) return denied('no-passes-left');
  const { bars = {} } = presentation;
  const free = locks.filter((lock) => !bars[lock]);
  const [bar] = locks.map((lock) => bars[lock]);
  if (free.length === 0 && bar) return denied(bar);
  return { granted: true, locks: free, takesPass: identifier.passes !== undefined };
}

/** Whether an identifier with this assignment opens `lock` (panel API, `lock`). */
export function opens(selection: LockSelection, lock: LockName): boolean {
  return selection === 'all' || selection === lock;
}

function outsideWindow(
  { window }: Identifier,
  { wallMs, clockTrusted, whenClockUntrusted }: Presentation,
): DenialReason | undefined {
  if (!window) return undefined;
  if (!clockTrusted && whenClockUntrusted === 'refuse') return 'clock-untrusted';
  // Whole seconds, so that the last second of a window counts to its end.
  const nowS = Math.floor(wallMs / 1000);
  if (nowS < window.fromS) return 'not-yet-valid';
  if (nowS > window.toS) return 'expired';
  return undefined;
}

function denied(reason: DenialReason): Decision {
  return { granted: false, reason };
}
