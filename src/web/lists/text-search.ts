/** A search as people do it: a piece of a text, or a number in any spelling. */
import type { WiegandSetting } from '../../ports/store.ts';
import type { Filter } from './filter.ts';
import { numberTest, type TypedNumber } from './number-filter.ts';

/** What a search looks at in what it goes through. */
export interface Searched<T> {
  readonly text: (item: T) => string;
  readonly number: (item: T) => TypedNumber | undefined;
}

/** The filter of what `text` finds, in any case; empty text finds all: undefined. */
export function textSearch<T>(
  text: string,
  { representation }: WiegandSetting,
  of: Searched<T>,
): Filter<T> | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  const isNumber = numberTest('eq', text.trim(), representation);
  return {
    kind: 'compare',
    field: 'search',
    operator: 'eq',
    value: wanted,
    test: (item) =>
      of.text(item).toLowerCase().includes(wanted) || (isNumber?.(of.number(item)) ?? false),
  };
}

/** Both of two filters, of which each may be none. */
export function both<T>(a: Filter<T> | undefined, b: Filter<T> | undefined): Filter<T> | undefined {
  return a && b ? { kind: 'and', of: [a, b] } : (a ?? b);
}
