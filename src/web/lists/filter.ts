/** What a client filters a list for, in both dialects, made into a test of one item. */
import { z } from 'zod';
import {
  type Comparison,
  type Expression,
  type Operator,
  operators,
  parseExpression,
} from './filter-expression.ts';

/** The texts of a query that say what is filtered for. */
interface FilterTexts {
  readonly filter_field?: string | undefined;
  readonly filter_type?: string | undefined;
  readonly filter_value?: string | undefined;
  readonly filter?: string | undefined;
  readonly 'filter[filter_field]'?: string | undefined;
  readonly 'filter[filter_type]'?: string | undefined;
  readonly 'filter[filter_value]'?: string | undefined;
}

/** Something of an item that a list can be filtered for and sorted by. */
export interface Field<T> {
  readonly name: string;
  /** Other names by which clients may ask for it. */
  readonly aliases?: readonly string[];
  /** Whole numbers and moments are compared as numbers, text by its code units. */
  readonly type: 'string' | 'integer' | 'timestamp';
  readonly operators: readonly Operator[];
  /** Values it can have, where they are few. */
  readonly values?: readonly string[];
  /** Undefined: the item has none. It then differs from every value, and is neither more nor less. */
  readonly read: (item: T) => string | number | undefined;
  /** In the place of comparing what `read` gives: undefined when the value makes no sense. */
  readonly test?: (operator: Operator, value: string) => ((item: T) => boolean) | undefined;
  /** The list comes in this order by itself. */
  readonly natural?: true;
  readonly sortable?: false;
}

/** The uid of an item, by which lists come where nothing else is asked for. */
export function uidField<T extends { readonly uid: number }>(
  name: string,
  alias: string,
): Field<T> {
  return {
    name,
    aliases: [alias],
    type: 'integer',
    operators,
    read: ({ uid }) => uid,
    natural: true,
  };
}

/** The link id of an item, which is the same in either case. */
export function linkIdField<T extends { readonly linkId?: string }>(): Field<T> {
  return {
    name: 'link_id',
    type: 'string',
    operators: ['eq', 'nq'],
    read: ({ linkId }) => linkId,
    test(operator, value) {
      const asked = value.toLowerCase();
      return ({ linkId }) => (linkId === asked) === (operator === 'eq');
    },
  };
}

/** A filter over known fields: its names are those of `Field.name`, its values make sense. */
export type Filter<T> =
  | (Comparison & { readonly test: (item: T) => boolean })
  | { readonly kind: 'not'; readonly of: Filter<T> }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter<T>[] };

const text = z
  .union([z.string(), z.int()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? undefined : String(value)));
const androidFilter = z.strictObject({
  filter_field: text,
  filter_type: text,
  filter_format: text,
  filter_value: text,
});

/**
 * The filter that a query asks for; undefined when it asks for none.
 * @returns 'unknown' for one that is not understood. It must not be answered with everything: a
 *   client deletes what it finds.
 */
export function filterOfQuery<T>(
  query: FilterTexts,
  fields: readonly Field<T>[],
): Filter<T> | undefined | 'unknown' {
  const parts = [
    equality(query.filter_field, query.filter_type, query.filter_value),
    equality(
      query['filter[filter_field]'],
      query['filter[filter_type]'],
      query['filter[filter_value]'],
    ),
    query.filter === undefined ? undefined : expressionOf(query.filter.trim()),
  ].filter((part) => part !== undefined);
  const [first, ...rest] = parts.filter((part) => part !== 'unknown');
  if (parts.includes('unknown')) return 'unknown';
  if (!first) return undefined;
  const whole: Expression = rest.length === 0 ? first : { kind: 'and', of: [first, ...rest] };
  return bound(whole, fields) ?? 'unknown';
}

/** Whether an item passes. */
export function passes<T>(filter: Filter<T>, item: T): boolean {
  switch (filter.kind) {
    case 'compare':
      return filter.test(item);
    case 'not':
      return !passes(filter.of, item);
    case 'and':
      return filter.of.every((part) => passes(part, item));
    case 'or':
      return filter.of.some((part) => passes(part, item));
  }
}

/** Finds a field by its name or one of its aliases. */
export function fieldNamed<T>(fields: readonly Field<T>[], name: string): Field<T> | undefined {
  return fields.find((field) => field.name === name || field.aliases?.includes(name));
}

/** The Android dialect; empty texts ask for nothing. Its format says nothing that the field does not. */
function equality(
  field = '',
  type = '',
  value: string | undefined = undefined,
): Comparison | undefined | 'unknown' {
  if (field === '' && (value ?? '') === '') return undefined;
  if (field === '' || value === undefined || !['', 'equal'].includes(type)) return 'unknown';
  return { kind: 'compare', field, operator: 'eq', value };
}

/** `filter`: an expression, or the four Android members as JSON. */
function expressionOf(text: string): Expression | undefined | 'unknown' {
  if (text === '') return undefined;
  if (!text.startsWith('{')) return parseExpression(text) ?? 'unknown';
  const object = androidFilter.safeParse(parseJson(text)).data;
  return object
    ? equality(object.filter_field, object.filter_type, object.filter_value)
    : 'unknown';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bound<T>(expression: Expression, fields: readonly Field<T>[]): Filter<T> | undefined {
  if (expression.kind === 'compare') return boundComparison(expression, fields);
  if (expression.kind === 'not') {
    const of = bound(expression.of, fields);
    return of && { kind: 'not', of };
  }
  const of = expression.of.map((part) => bound(part, fields)).filter((part) => part !== undefined);
  return of.length === expression.of.length ? { kind: expression.kind, of } : undefined;
}

function boundComparison<T>(comparison: Comparison, fields: readonly Field<T>[]) {
  const { operator, value } = comparison;
  const field = fieldNamed(fields, comparison.field);
  if (!field?.operators.includes(operator)) return undefined;
  const test = field.test ? field.test(operator, value) : plainTest(field, operator, value);
  return test && { ...comparison, field: field.name, test };
}

function plainTest<T>({ type, read }: Field<T>, operator: Operator, text: string) {
  if (type !== 'string' && !/^-?[0-9]{1,16}$/.test(text)) return undefined;
  const value = type === 'string' ? text : Number(text);
  return (item: T) => {
    const found = read(item);
    return found === undefined ? operator === 'nq' : compares(operator, found, value);
  };
}

/** Compares two values of one type. */
export function compares<V extends string | number | bigint>(operator: Operator, a: V, b: V) {
  switch (operator) {
    case 'eq':
      return a === b;
    case 'nq':
      return a !== b;
    case 'gt':
      return a > b;
    case 'lt':
      return a < b;
    case 'ge':
      return a >= b;
    case 'le':
      return a <= b;
  }
}
