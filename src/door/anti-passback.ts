/**
 * Anti-passback: who has come in must go out before coming in again, so that a card handed back
 * through the fence opens nothing. Which side somebody is on is known from the last passage alone.
 */
import type { CivilTime, Identifier, IdentifierType } from './model.ts';

/** What becomes of somebody who is already on that side. */
export const antiPassbackModes = ['off', 'soft', 'hard', 'timed'] as const;

/** Which way a reader lets people through, seen from its area. */
export const directions = ['in', 'out'] as const;
export type Direction = (typeof directions)[number];

/** An area, as the configuration says. */
export interface AreaRule {
  readonly name: string;
  /** `soft` opens and tells, `hard` refuses; `timed` refuses for a while what is the same way again. */
  readonly mode: 'soft' | 'hard' | 'timed';
  /** Of `timed`: for how long. */
  readonly againAfterMs: number;
  /** A passage longer ago counts no more; absent: it counts for ever. */
  readonly forgiveAfterMs?: number;
  /** Second of the civil day at which all before counts no more; absent: never. */
  readonly forgiveAtS?: number;
  /** Kinds of identifier that the rule is not for. */
  readonly exempt: readonly IdentifierType[];
}

/** Where a reader stands. */
export interface Side {
  readonly area: AreaRule;
  readonly direction: Direction;
}

/** Somebody's last passage of an area; Unix milliseconds. */
export interface LastPassage {
  readonly direction: Direction;
  readonly atMs: number;
  /** When the last one the other way was; absent: there was none. */
  readonly otherMs?: number;
}

/** What is known of somebody who passes. */
export function afterPassage(
  last: LastPassage | undefined,
  direction: Direction,
  atMs: number,
): LastPassage {
  const otherMs = last?.direction === direction ? last.otherMs : last?.atMs;
  return { direction, atMs, ...(otherMs !== undefined && { otherMs }) };
}

/** Whose passages are one person's: the numbers of one access key count together. */
export function passerOf({ uid, partOf }: Identifier): number {
  return partOf ?? uid;
}

/**
 * Whether passing this side now is against the rule. Whoever the area has not seen, or has forgiven,
 * is on neither side. A clock that was set by more than the time in question forgives, either way, so
 * that a wrong clock refuses nobody for ever.
 */
export function isPassback(
  { area, direction }: Side,
  last: LastPassage | undefined,
  nowMs: number,
  civil: (unixS: number) => CivilTime,
): boolean {
  const isSame = last?.direction === direction;
  const thisWayMs = isSame ? last.atMs : last?.otherMs;
  if (thisWayMs === undefined) return false;
  const sinceMs = Math.abs(nowMs - thisWayMs);
  if (area.mode === 'timed') return sinceMs < area.againAfterMs;
  if (!isSame) return false;
  if (area.forgiveAfterMs !== undefined && sinceMs >= area.forgiveAfterMs) return false;
  if (area.forgiveAtS === undefined) return true;
  const dayOf = (atMs: number) => accountDay(civil(Math.floor(atMs / 1000)), area.forgiveAtS ?? 0);
  return dayOf(nowMs) === dayOf(last.atMs);
}

/** The day that a moment belongs to, where days begin at `fromS`. */
function accountDay({ day, second }: CivilTime, fromS: number): number {
  return second < fromS ? day - 1 : day;
}
