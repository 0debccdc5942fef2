/** What may stand in the columns of a table of identifiers, in the words of a person. */
import { z } from 'zod';
import { csvFields } from '../door/csv-text.ts';
import { identifierTypes } from '../door/model.ts';
import { oneLine } from './words.ts';

/** A line that was refused. */
export const refusedSchema = z.object({
  line: z.number(),
  code: z.string(),
  error: z.string(),
  column: z.string().optional(),
});
export type Refused = z.output<typeof refusedSchema>;

const moment = 'a day YYYY-MM-DD, YYYY-MM-DD HH:MM, or ISO 8601 with an offset';
const known: { readonly [column: string]: string } = {
  type: `one of ${identifierTypes.join(', ')}`,
  number: 'digits, or pairs of hex digits with dashes between; of a code 1 to 10 digits',
  name: 'at most 16384 characters',
  owner_type: 'owner or guest',
  lock: 'first, second or all',
  valid_from: moment,
  valid_to: moment,
  max_passes: 'a whole number from 1 to 2147483647',
  passes_left: 'a whole number from 0 to max_passes',
  link_id: 'a UUID',
  apartment_link_id: 'a UUID',
  time_profiles: 'at most 32, with | between',
  access_levels: 'at most 32, with | between',
  code: '4 digits',
};
const columnOf: { readonly [code: string]: string } = {
  'no-profile': 'time_profiles',
  'no-level': 'access_levels',
};
const longest = 60;

/** What a column takes; undefined: nothing is known of it. */
export function takenBy(column: string | undefined): string | undefined {
  return column === undefined ? undefined : known[column];
}

/** A refusal with what stands in the line, and what may; a PIN is never repeated. */
export function explained(refused: Refused, header: string, record: string): string {
  const { error, code } = refused;
  const column = refused.column ?? columnOf[code];
  if (column === undefined) return error;
  const value = column === 'code' ? undefined : cellOf(header, record, column);
  const said = value ? ` (${value})` : '';
  const may = code === 'wrong-value' || code === 'no-value' ? takenBy(column) : undefined;
  return `${error}${said}${may === undefined ? '' : `: it is ${may}`}`;
}

/** What stands in a column of a record, short enough for a line. */
function cellOf(header: string, record: string, column: string): string | undefined {
  const delimiter = [',', ';', '\t'].find((one) => header.includes(one)) ?? ',';
  const place = csvFields(header, delimiter).findIndex((name) => name.toLowerCase() === column);
  const cell = csvFields(record, delimiter)[place];
  if (!cell) return undefined;
  const text = oneLine(cell);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
