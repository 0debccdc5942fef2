/** A search in the list of identifiers as people do it: a piece of a name, or a number. */
import type { Identifier } from '../door/model.ts';
import type { WiegandSetting } from '../ports-store.ts';
import type { Filter } from './filter.ts';
import { numberTest } from './number-filter.ts';

/** The filter of the identifiers that `text` finds; empty text finds all: undefined. */
export function identifierSearch(
  text: string,
  { representation }: WiegandSetting,
): Filter<Identifier> | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  const isNumber = numberTest('eq', text.trim(), representation);
  return {
    kind: 'compare',
    field: 'search',
    operator: 'eq',
    value: wanted,
    test: (identifier) =>
      identifier.owner.name.toLowerCase().includes(wanted) || (isNumber?.(identifier) ?? false),
  };
}
