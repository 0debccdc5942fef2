/**
 * Numbers that no event of the log has: those that a state given up by a restore had given away. They
 * are never given again, so that nobody who follows the log takes one event for another.
 */
import type { Span } from './event-index.ts';
import type { Store } from './store.ts';

/** Of each gap its first number -> its last. */
function gapsOf(store: Store) {
  return store.database<number>('event-gaps', 'uint32');
}

/** Leaves numbers out, above all that the log has; in a transaction of the main thread. */
export function addGap(store: Store, { first, last }: Span): void {
  gapsOf(store).putSync(first, last);
}

/** Reads the gaps of a log. */
export function openGaps(store: Store) {
  const gaps = gapsOf(store);

  function all(): Span[] {
    return [...gaps.getRange({})].map(({ key, value }) => ({ first: key, last: Number(value) }));
  }

  return {
    /** The highest number left out; 0 when there is none. */
    last: () => all().reduce((last, gap) => Math.max(last, gap.last), 0),

    /** A span without the numbers that were left out, ascending. */
    without(span: Span): Span[] {
      const parts: Span[] = [];
      let { first } = span;
      for (const gap of all()) {
        if (gap.last < first || gap.first > span.last) continue;
        if (gap.first > first) parts.push({ first, last: gap.first - 1 });
        first = gap.last + 1;
      }
      if (first <= span.last || parts.length === 0) parts.push({ first, last: span.last });
      return parts;
    },
  };
}
