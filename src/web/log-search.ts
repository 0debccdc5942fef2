/** A search in the log as people do it: a piece of a name, or a number in any spelling. */
import { type IdentifierType, identifierTypes, type LoggedEvent } from '../door/model.ts';
import type { WiegandSetting } from '../ports-store.ts';
import type { Filter } from './filter.ts';
import { numberTest, type TypedNumber } from './number-filter.ts';

/** The filter of the events that `text` finds; empty text finds all: undefined. */
export function searchFilter(
  text: string,
  { representation }: WiegandSetting,
): Filter<LoggedEvent> | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  const isNumber = numberTest('eq', text.trim(), representation);
  return {
    kind: 'compare',
    field: 'search',
    operator: 'eq',
    value: wanted,
    test: (event) =>
      event.text.toLowerCase().includes(wanted) || (isNumber?.(typedNumber(event)) ?? false),
  };
}

/** Both of two filters, of which each may be none. */
export function both<T>(a: Filter<T> | undefined, b: Filter<T> | undefined): Filter<T> | undefined {
  return a && b ? { kind: 'and', of: [a, b] } : (a ?? b);
}

/** A code that was typed has none here: a filter must not tell it either. */
export function typedNumber({ model: { type, number } }: LoggedEvent): TypedNumber | undefined {
  const known = identifierTypes.find((name): name is IdentifierType => name === type);
  if (known === undefined || known === 'inputCode' || typeof number !== 'string') return undefined;
  return { type: known, number };
}
