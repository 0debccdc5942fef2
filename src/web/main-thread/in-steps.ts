/**
 * Many changes, in steps between which a card may be presented: each step is one transaction, which
 * the main thread makes without a pause.
 * @param atOnce how many changes a step has; a few milliseconds of the main thread.
 * @returns what the steps came to, in the order of `items`.
 */
export async function inSteps<T, R>(
  items: readonly T[],
  atOnce: number,
  change: (some: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    results.push(...(await change(items.slice(from, from + atOnce))));
  }
  return results;
}
