/**
 * Lists that filter and sort, the same for every kind of item: what a query asks for, the page of it
 * from items that are all at hand, and `list_option`, in which clients of both families find what
 * they look for.
 */
import { z } from 'zod';
import { type Field, type Filter, fieldNamed, filterOfQuery, passes } from './filter.ts';
import type { ListQuery } from './paging.ts';

/** One key of an order. */
interface SortKey<T> {
  readonly field: Field<T>;
  readonly descending: boolean;
}

/** What a query asks of a list. */
export interface Wanted<T> {
  readonly filter: Filter<T> | undefined;
  /** At least one key; the first decides. */
  readonly order: readonly [SortKey<T>, ...SortKey<T>[]];
  readonly offset: number;
  readonly limit: number;
}

/** The page that was asked for, and how many match in all. */
export interface Found<T> {
  readonly total: number;
  readonly items: readonly T[];
}

/**
 * What a query asks for, in terms of `fields`, of which at least one is `natural`.
 * @returns undefined when filter or order are not understood: 400 `Wrong or missing parameters`.
 */
export function wantedOf<T>(query: ListQuery, fields: readonly Field<T>[]): Wanted<T> | undefined {
  const filter = filterOfQuery(query, fields);
  const order = orderOf(query, fields);
  if (filter === 'unknown' || !order) return undefined;
  return { filter, order, offset: (query.page_number - 1) * query.limit, limit: query.limit };
}

/** The page of `items`, which come in their natural order; undefined as `wantedOf`. */
export function listOf<T>(
  query: ListQuery,
  items: readonly T[],
  fields: readonly Field<T>[],
): (Found<T> & { readonly option: ListOption }) | undefined {
  const wanted = wantedOf(query, fields);
  if (!wanted) return undefined;
  const found = pageFrom(items, wanted);
  return { ...found, option: optionOf(query, wanted, found.total, fields) };
}

/** Filters, sorts and cuts items that are at hand in their natural order. */
function pageFrom<T>(items: readonly T[], { filter, order, offset, limit }: Wanted<T>): Found<T> {
  const compare = comparing(order);
  const matching = filter ? items.filter((item) => passes(filter, item)) : items;
  const sorted = matching
    .map((item) => ({ item, keys: keysOf(order, item) }))
    .sort((a, b) => compare(a.keys, b.keys))
    .map(({ item }) => item);
  return { total: matching.length, items: sorted.slice(offset, offset + limit) };
}

/** What an item is sorted by. */
export type Keys = readonly (string | number | undefined)[];

/** The values of an item that an order looks at. */
export function keysOf<T>(order: readonly SortKey<T>[], item: T): Keys {
  return order.map(({ field }) => field.read(item));
}

/** How two items stand to each other; what has no value comes before what has one. */
export function comparing<T>(order: readonly SortKey<T>[]): (a: Keys, b: Keys) => number {
  return (a, b) => {
    for (const [index, { descending }] of order.entries()) {
      const sign = compareValues(a[index], b[index]);
      if (sign !== 0) return descending ? -sign : sign;
    }
    return 0;
  };
}

function compareValues(a: Keys[number], b: Keys[number]): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}

/**
 * Both spellings: `sort_field` with `sort_type`, and `order_by` = `field[, field...] asc|desc`. A
 * field without a direction has that of the next one that states it.
 */
function orderOf<T>(
  { sort_field, sort_type = 'asc', order_by }: ListQuery,
  fields: readonly Field<T>[],
): Wanted<T>['order'] | undefined {
  const asked = (sort_field?.trim() ? `${sort_field} ${sort_type}` : (order_by ?? '')).trim();
  if (asked.length > longestOrder) return undefined;
  const natural = fields.find((field) => field.natural);
  let direction: string = sort_type;
  const keys: SortKey<T>[] = [];
  for (const part of asked === '' ? [] : asked.split(',').reverse()) {
    const [, name = '', word] = /^\s*([\w.]*?)(?:(?:^|\s+)(asc|desc))?\s*$/i.exec(part) ?? [];
    direction = word?.toLowerCase() ?? direction;
    const field = name === '' && word ? natural : fieldNamed(fields, name);
    if (!field || field.sortable === false) return undefined;
    keys.unshift({ field, descending: direction === 'desc' });
  }
  const [first = natural && { field: natural, descending: direction === 'desc' }, ...rest] = keys;
  return first && [first, ...rest];
}

/** Whether a query asks for an order, and not only for a direction. */
export function namesOrder({ sort_field, order_by }: OrderQuery): boolean {
  // Trimmed first: a pattern that looks for blanks on both sides tries each way to share many.
  const named = order_by?.trim() ?? '';
  return Boolean(sort_field?.trim()) || !/^(?:asc|desc)?$/i.test(named);
}

type OrderQuery = Pick<ListQuery, 'sort_field' | 'order_by'>;

/** Of `order_by`; more fields than there are cannot be meant. */
const longestOrder = 500;

/** `list_option`: what was asked, how much there is, and what could be asked. */
type ListOption = z.output<typeof listOptionAnswer>;

const texts = z.array(z.string());
const listOptionAnswer = z.strictObject({
  pagination: z.strictObject({
    total_items: z.int().min(0),
    items_limit: z.int().min(1),
    total_pages: z.int().min(0),
    current_page: z.int().min(1),
  }),
  sort: z.strictObject({
    field: z.string(),
    asc: z.boolean(),
    available_fields: texts,
    is_sorted: z.boolean(),
    order: z.enum(['asc', 'desc']),
  }),
  filter: z.strictObject({
    filter_field: z.string(),
    filter_type: z.string(),
    filter_format: z.string(),
    filter_value: z.string(),
    available_filtering: z.boolean(),
    is_filtered: z.boolean(),
    available_fields: z.array(
      z.strictObject({
        field_name: z.string(),
        data_type: z.enum(['string', 'integer', 'timestamp']),
        compare_operators: texts,
        options: z.strictObject({ available_values: texts.exactOptional() }),
      }),
    ),
  }),
});

/** Shape of the answer of a list. */
export function listAnswer(item: z.ZodType) {
  return z.strictObject({ list_items: z.array(item), list_option: listOptionAnswer });
}

/** `list_option` of an answer. */
export function optionOf<T>(
  query: ListQuery,
  { filter, order: [first] }: Wanted<T>,
  total: number,
  fields: readonly Field<T>[],
): ListOption {
  return {
    pagination: {
      total_items: total,
      items_limit: query.limit,
      total_pages: Math.ceil(total / query.limit),
      current_page: query.page_number,
    },
    sort: {
      field: first.field.name,
      asc: !first.descending,
      available_fields: fields.filter(({ sortable }) => sortable !== false).map(({ name }) => name),
      is_sorted: Boolean(query.sort_field || query.sort_type || query.order_by),
      order: first.descending ? 'desc' : 'asc',
    },
    filter: {
      filter_field: query.filter_field ?? '',
      filter_type: query.filter_type ?? '',
      filter_format: query.filter_format ?? '',
      filter_value: query.filter_value ?? '',
      available_filtering: true,
      is_filtered: filter !== undefined,
      available_fields: fields.map(({ name, type, operators, values }) => ({
        field_name: name,
        data_type: type,
        compare_operators: [...operators],
        options: values ? { available_values: [...values] } : {},
      })),
    },
  };
}
