/** Numbers of identifiers in filters: every spelling of a card is the same card. */
import { type IdentifierType, identifierTypes, type Representation } from '../../door/model.ts';
import { readNumber } from '../../door/number.ts';
import { compares } from './filter.ts';
import type { Operator } from './filter-expression.ts';

/** A canonical number with its type, as `IdentifierFields` has them. */
export interface TypedNumber {
  readonly type: IdentifierType;
  readonly number: string;
}

/** The canonical numbers that a text may mean, one a type that it fits. */
export function numbersMeant(text: string, representation: Representation): TypedNumber[] {
  return identifierTypes.flatMap((type) => {
    const number = readNumber(type, text, representation);
    return number === undefined ? [] : [{ type, number }];
  });
}

/**
 * A test of numbers. `eq` and `nq` take any spelling of any type; `gt`, `lt`, `ge` and `le` compare
 * cards and codes as integers, and no other type is more or less than a number.
 * @returns undefined when the text is no number for that.
 */
export function numberTest(operator: Operator, text: string, representation: Representation) {
  const meant = numbersMeant(text, representation);
  if (operator === 'eq' || operator === 'nq') {
    // That all differ from what can be no number would be a way to say everything.
    if (operator === 'nq' && meant.length === 0) return undefined;
    const byType = new Map(meant.map(({ type, number }) => [type, number]));
    return (found: TypedNumber | undefined) =>
      (found !== undefined && byType.get(found.type) === found.number) === (operator === 'eq');
  }
  const values = new Map(meant.filter(isInteger).map(({ type, number }) => [type, BigInt(number)]));
  if (values.size === 0) return undefined;
  return (found: TypedNumber | undefined) => {
    const value = found && isInteger(found) ? values.get(found.type) : undefined;
    return value !== undefined && found !== undefined
      ? compares(operator, BigInt(found.number), value)
      : false;
  };
}

/** By which numbers sort: integers by their value, then other texts. */
export function numberOrder(found: TypedNumber): string {
  if (!isInteger(found)) return `~${found.number}`;
  const digits = found.number.replace(/^0+(?=.)/, '');
  return `${String(digits.length).padStart(3, '0')}${digits}`;
}

function isInteger({ type, number }: TypedNumber): boolean {
  return (type === 'card' || type === 'ukey' || type === 'inputCode') && /^[0-9]+$/.test(number);
}
