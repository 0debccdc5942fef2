/** How passes are counted when an identifier is changed. */
import type { PassLimit } from './model.ts';

/** A fresh limit: all of it is left. */
export function freshPasses(max: number): PassLimit {
  return { max, left: max };
}

/**
 * The limit after an update to `max`: what was used stays used, so that renaming an owner refills
 * nothing and raising the limit by five gives five more.
 */
export function carryPasses(old: PassLimit | undefined, max: number): PassLimit {
  if (!old) return freshPasses(max);
  return { max, left: Math.max(0, max - (old.max - old.left)) };
}

/** The limit after one pass was taken or given back; undefined: there is none to take, or all are left. */
export function afterPass({ max, left }: PassLimit, change: 1 | -1): PassLimit | undefined {
  const after = left + change;
  return after >= 0 && after <= max ? { max, left: after } : undefined;
}
