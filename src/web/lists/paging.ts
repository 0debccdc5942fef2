/** Lists in pages: what a client asks for, and what it is told about. */
import { z } from 'zod';

/** A whole number written in a path or a query, from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^-?[0-9]{1,16}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

/** Keys of the database are unsigned 32-bit numbers: no uid lies outside. */
const highestUid = 2 ** 32 - 1;

/**
 * A uid in a path, of which any text may be asked for. What is none, however long or of letters, is
 * 0, which nothing has: it is answered as every unknown uid is.
 */
export const pathUid = z
  .string()
  .transform((text) => {
    const uid = /^[0-9]{1,16}$/.test(text) ? Number(text) : 0;
    return uid <= highestUid ? uid : 0;
  })
  .pipe(z.int());

/**
 * Query of every list, in the spelling of both families: `sort_type` (Android), `order_by`
 * (Camdroid, `field desc`). The vendor's pages are of 10, 20, 30 or 50; any length up to 1000 is
 * taken here.
 */
export const pageQuery = {
  limit: wholeNumber(1, 1000).default(10),
  page_number: wholeNumber(1, 2 ** 31 - 1).default(1),
  sort_type: z.enum(['asc', 'desc']).optional(),
  sort_field: z.string().optional(),
  order_by: z.string().optional(),
};

/** Filters of both families; `filter.ts` reads them. */
export const filterQuery = {
  /** The Android form: one field, four flat parameters. */
  filter_field: z.string().optional(),
  filter_type: z.string().optional(),
  filter_format: z.string().optional(),
  filter_value: z.string().optional(),
  /** The Camdroid form, an expression; or the Android form as a JSON object. */
  filter: z.string().optional(),
  /** The Android form as tools write an object of a query. */
  'filter[filter_field]': z.string().optional(),
  'filter[filter_type]': z.string().optional(),
  'filter[filter_format]': z.string().optional(),
  'filter[filter_value]': z.string().optional(),
};

/** Query of a list that filters and sorts. */
export const listQuery = z.object({ ...pageQuery, ...filterQuery });
/** The query of a list, checked. */
export type ListQuery = z.output<typeof listQuery>;
