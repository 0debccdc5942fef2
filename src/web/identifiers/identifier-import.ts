/** Identifiers as a table (CSV): brought by a file, and taken away as one. */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { type CsvRecord, csvRecords } from '../../door/csv-text.ts';
import type { ImportCommands, ImportedIdentifier, ImportOutcome } from '../../ports/import.ts';
import type { StoreReaders } from '../../ports/store.ts';
import type { Log } from '../../ports.ts';
import { answer, csvFile, errors, refuse } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { inSteps, itemsAtMost, itemsAtOnce, type Prepared } from './identifier-batch.ts';
import { type Cells, type CsvParts, headerLine, readLine, writeLine } from './identifier-csv.ts';
import { type Column, columns, type LineRefusal } from './identifier-csv-refusals.ts';

/** What these calls work with. */
export interface TableParts extends CsvParts, Pick<StoreReaders, 'identifiers' | 'settings'> {
  readonly commands: ImportCommands;
  readonly refresh: () => void;
  readonly log: Log;
}

const path = '/api/v1/access/identifiers';
const needed: readonly Column[] = ['type', 'number', 'name', 'lock'];

/** Why a whole file is refused. */
const fileErrors = {
  noHeader: 'The first line must name the columns',
  missing: (column: string) => `The first line does not name the column \`${column}\``,
  unknown: (place: string) => `The first line has no known name for column \`${place}\``,
  twice: (column: string) => `The first line names twice the column \`${column}\``,
  tooLong: `The file has more than ${itemsAtMost} lines; bring it in parts`,
} as const;

const outcomeErrors: { readonly [outcome in Exclude<ImportOutcome, Good>]: string } = {
  duplicate: errors.duplicate,
  'duplicate-link': 'The link_id is that of another identifier',
  'unknown-uid': errors.wrongUid,
  'master-code': errors.masterCode,
  'master-card': errors.masterCard,
  full: 'There is no room for another identifier',
};
type Good = 'created' | 'updated' | 'unchanged';
const goodOutcomes: readonly string[] = ['created', 'updated', 'unchanged'] satisfies Good[];

const wrongQuotes = 'Wrong quotes; inside quotes a quote is written twice';
const wrongCount = 'More columns than the first line, or fewer';

/** Longest record, characters: a name is at most 16384. */
const longestRecord = 65_536;

/** `POST .../import` and `GET .../export`. */
export function tableRoutes(parts: TableParts): Route[] {
  return [importRoute(parts), exportRoute(parts)];
}

const importNotes =
  `The first line names the columns, in any order: ${columns.map((name) => `\`${name}\``).join(', ')}; ` +
  `${needed.map((name) => `\`${name}\``).join(', ')} are needed. Separated by commas, semicolons or ` +
  'tabs; UTF-8; quotes as in RFC 4180. `number` as everywhere, of cards also `0x…`. `valid_from` and ' +
  '`valid_to` are ISO 8601 with `Z` or an offset, or `YYYY-MM-DD` with or without `HH:MM` in the ' +
  'panel’s time; one of them alone is enough. `time_profiles` and `access_levels` are names, link ids ' +
  'or uids with `|` between them; `access_levels` of `none` opens nothing. `code` is the PIN of a card; ' +
  'it is never exported. A line with a `link_id` changes the identifier that has it; what has no ' +
  'column then stays as it was. A line without one is a new identifier, or `unchanged`. Lines are ' +
  'written in their order, some at a time; a line is written whole or refused, and the others are not ' +
  'touched by that. With `dry_run=1` nothing is written. An apostrophe before `=`, `+`, `-` or `@` is ' +
  `taken off, as an export puts it there. At most ${itemsAtMost} lines and 1 MiB.`;

const refusedLine = z.strictObject({
  line: z.int().min(2),
  code: z.string().meta({ description: 'Stable; `error` says the same in a sentence' }),
  error: z.string(),
  column: z.string().optional(),
  same_as_line: z.int().optional(),
});

function importRoute(parts: TableParts): Route {
  const { settings, commands, log } = parts;
  const count = z.int().min(0);
  return route({
    method: 'POST',
    path: `${path}/import`,
    summary: 'Create or update identifiers from a table (CSV); tells each line that was refused',
    access: 'admin',
    query: z.object({ dry_run: z.enum(['0', '1']).default('0') }),
    body: z.string(),
    bodyMedia: 'text/csv',
    answers: z.strictObject({
      dry_run: z.boolean(),
      lines: count,
      created: count,
      updated: count,
      unchanged: count,
      refused: count,
      refused_lines: z.array(refusedLine),
    }),
    refuses: [
      ...[fileErrors.noHeader, fileErrors.tooLong, fileErrors.missing('param')],
      ...[fileErrors.unknown('param'), fileErrors.twice('param')],
    ],
    notes: importNotes,
    async handler({ body, query, who }) {
      const table = tableOf(body);
      if ('error' in table) return refuse(400, table.error);
      const dryRun = query.dry_run === '1';
      const wiegand = settings.wiegand();
      const lines = new Lines();
      const outcomes: LineOutcome[] = [];
      // Read as they are written, so that a long file never holds the worker up for long.
      for (let from = 0; from < table.records.length; from += itemsAtOnce) {
        const prepared = table.records.slice(from, from + itemsAtOnce).map((record) => {
          const cells = cellsOf(record, table);
          const item = 'error' in cells ? cells : readLine(cells.cells, wiegand, parts);
          return lines.prepare(record.line, item);
        });
        const step = (items: readonly ImportedIdentifier[]) =>
          commands.importIdentifiers(items, dryRun);
        outcomes.push(...(await inSteps(prepared, step)));
      }
      const report = reportOf(table.records, outcomes);
      const { refused_lines: _, ...counts } = report;
      log.info('identifiers imported', { by: who.name, dry_run: dryRun, ...counts });
      return answer({ dry_run: dryRun, ...report });
    },
  });
}

type LineOutcome = ImportOutcome | LineRefusal;

function reportOf(records: readonly CsvRecord[], outcomes: readonly LineOutcome[]) {
  const counts = { created: 0, updated: 0, unchanged: 0 };
  const refused_lines = records.flatMap(({ line }, index) => {
    const outcome = outcomes[index];
    if (typeof outcome === 'object') return { line, ...outcome };
    if (outcome !== undefined && isGood(outcome)) {
      counts[outcome] += 1;
      return [];
    }
    if (outcome === undefined) return { line, code: 'internal', error: errors.internal };
    return { line, code: outcome, error: outcomeErrors[outcome] };
  });
  return { lines: records.length, ...counts, refused: refused_lines.length, refused_lines };
}

function isGood(outcome: ImportOutcome): outcome is Good {
  return goodOutcomes.includes(outcome);
}

/** Remembers what earlier lines brought: the same twice in one file is a mistake, in a dry run too. */
class Lines {
  readonly #seen = new Map<string, number>();

  prepare(
    line: number,
    item: ImportedIdentifier | LineRefusal,
  ): Prepared<ImportedIdentifier, LineOutcome> {
    if ('error' in item) return { failed: item };
    const { type, number, linkId } = item.fields;
    const keys = [`${type} ${number}`, ...(linkId === undefined ? [] : [`link ${linkId}`])];
    const earlier = keys.map((key) => this.#seen.get(key)).find((found) => found !== undefined);
    if (earlier !== undefined) {
      const error = `Line ${earlier} has the same number or link_id`;
      return { failed: { code: 'twice', error, same_as_line: earlier } };
    }
    for (const key of keys) this.#seen.set(key, line);
    return { change: item };
  }
}

interface Table {
  readonly delimiter: string;
  readonly columns: readonly Column[];
  readonly records: readonly CsvRecord[];
}

function tableOf(text: string): Table | { readonly error: string } {
  const records: CsvRecord[] = [];
  for (const record of csvRecords(text.replace(/^\uFEFF/, ''))) {
    if (records.length > itemsAtMost) return { error: fileErrors.tooLong };
    records.push(record);
  }
  const [header, ...rest] = records;
  if (!header) return { error: fileErrors.noHeader };
  const delimiter = delimiterOf(header.text);
  const names = fieldsOf(header.text, delimiter);
  if (!names) return { error: fileErrors.noHeader };
  const found: Column[] = [];
  for (const [index, name] of names.entries()) {
    const column = columns.find((one) => one === name.toLowerCase());
    // By its place: where the file has no such line, this is what somebody presents.
    if (!column) return { error: fileErrors.unknown(String(index + 1)) };
    if (found.includes(column)) return { error: fileErrors.twice(column) };
    found.push(column);
  }
  const missing = needed.find((column) => !found.includes(column));
  if (missing) return { error: fileErrors.missing(missing) };
  return { delimiter, columns: found, records: rest };
}

/** Names of columns hold none of them, so the one that is there separates. */
function delimiterOf(header: string): string {
  return [',', ';', '\t'].find((one) => header.includes(one)) ?? ',';
}

function cellsOf(
  { text }: CsvRecord,
  { delimiter, columns: names }: Table,
): { readonly cells: Cells } | LineRefusal {
  const fields = fieldsOf(text, delimiter);
  if (!fields) return { code: 'wrong-quotes', error: wrongQuotes };
  if (fields.length !== names.length) return { code: 'wrong-columns', error: wrongCount };
  return { cells: Object.fromEntries(names.map((name, index) => [name, fields[index]])) };
}

/** The fields of one record; undefined where its quotes are wrong, or it is too long to be one. */
function fieldsOf(text: string, delimiter: string): string[] | undefined {
  if (text.length > longestRecord) return undefined;
  try {
    const records: string[][] = parse(text, {
      delimiter,
      trim: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    });
    return records.length === 1 ? records[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Identifiers read at a time: about a millisecond. */
const readAtOnce = 200;

function exportRoute(parts: TableParts): Route {
  const { identifiers, settings, refresh } = parts;
  return route({
    method: 'GET',
    path: `${path}/export`,
    summary: 'All identifiers as a table (CSV), by uid',
    access: 'admin',
    answers: { media: 'text/csv' },
    notes:
      'As the import takes it: on another panel it makes the same identifiers. UTF-8 with a byte order ' +
      'mark, commas, CRLF. What a spreadsheet would run as a formula has an apostrophe before it. Not ' +
      'in it: PINs, persons of access keys, apartments without a link id; a backup has everything.',
    handler() {
      const encoder = new TextEncoder();
      const wiegand = settings.wiegand();
      let after: number | undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(encoder.encode(`\uFEFF${headerLine}`));
        },
        pull(controller) {
          refresh();
          const found = identifiers.beyond(after, readAtOnce, false);
          const text = found.map((one) => writeLine(one, wiegand, parts)).join('');
          if (text !== '') controller.enqueue(encoder.encode(text));
          after = found.at(-1)?.uid;
          if (found.length < readAtOnce) controller.close();
        },
      });
      return csvFile(body, 'identifiers.csv');
    },
  });
}
