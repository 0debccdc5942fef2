/** How many of the oldest events go when new ones come. Pure. */

/** Pruned with each append at the most, so that a smaller bound is reached in small steps. */
const prunedPerEvent = 4;
/**
 * Pruned at once: one in ten thousand of what is kept, at most this. Pruning costs a passage as many
 * pages of the disk as its own event does, however many events go.
 */
const prunedAtOnce = 64;

/**
 * The first number that stays of a log of `first` to before `next`, of which at most `keep` stay.
 * @param added how many of them are new.
 */
export function firstKept(
  { first, next }: { readonly first: number; readonly next: number },
  added: number,
  keep: number,
): number {
  const bound = next - keep;
  if (bound <= first) return first;
  const atOnce = Math.min(prunedAtOnce, Math.max(1, Math.floor(keep / 10_000)));
  const most = Math.max(atOnce, prunedPerEvent * added);
  return Math.min(bound + atOnce - 1, first + most);
}
