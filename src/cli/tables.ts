/** `latchctl import` and `export`: identifiers as a table. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type CsvRecord, csvCell, csvRecords } from '../door/csv-text.ts';
import { describeError } from '../errors.ts';
import { type Client, ClientError } from './client.ts';
import { explained, type Refused, refusedSchema } from './columns.ts';
import type { Call, Command } from './command.ts';
import { saveWhole } from './save.ts';
import { need } from './words.ts';

const reportSchema = z.object({
  lines: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  refused: z.number(),
  refused_lines: z.array(refusedSchema),
});
type Report = z.output<typeof reportSchema>;

/** What one call of the API takes, with room to spare. */
const bytesAtOnce = 900_000;
/** Few enough that progress is seen; a dry run looks at as many as one call takes. */
const linesAtOnce = 1_000;
const linesOfDryRun = 10_000;

/** Rows as a table. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** Lines that go to latchd in one call, under the first line of the file. */
interface Part {
  readonly header: string;
  readonly records: readonly CsvRecord[];
}

/** Cuts a file between its lines. */
export function partsOf(text: string, atMost: number): Part[] {
  const [first, ...rest] = csvRecords(text.replace(/^\uFEFF/, ''));
  if (!first) return [];
  const parts: Part[] = [];
  let [records, bytes]: [CsvRecord[], number] = [[], 0];
  for (const record of rest) {
    const size = Buffer.byteLength(record.text) + 2;
    if (records.length > 0 && (records.length === atMost || bytes + size > bytesAtOnce)) {
      parts.push({ header: first.text, records });
      [records, bytes] = [[], 0];
    }
    records.push(record);
    bytes += size;
  }
  parts.push({ header: first.text, records });
  return parts;
}

async function bring({ client: connect, words, values, print }: Call): Promise<number> {
  const file = need(words[0], 'which file? latchctl import FILE, or - for the standard input');
  const text = readText(file);
  const dryRun = values['dry-run'] ?? false;
  const parts = partsOf(text, dryRun ? linesOfDryRun : linesAtOnce);
  const all = parts.reduce((sum, { records }) => sum + records.length, 0);
  const client = connect();
  let total: Report = {
    lines: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    refused: 0,
    refused_lines: [],
  };
  for (const part of parts.length > 0 ? parts : [{ header: '', records: [] }]) {
    try {
      total = added(total, await bringPart(client, part, dryRun));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const done = total.lines > 0 ? `; the first ${total.lines} lines of ${all} are done` : '';
      throw new ClientError(`${error.message}${done}`);
    }
    if (process.stderr.isTTY && parts.length > 1) {
      process.stderr.write(`\r${total.lines} of ${all} lines${total.lines === all ? '\n' : ''}`);
    }
  }
  if (values.json) print(JSON.stringify({ dry_run: dryRun, ...total }));
  else printReport(total, dryRun, print);
  return total.refused > 0 ? 1 : 0;
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new ClientError(`${file} cannot be read: ${describeError(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ClientError(`${file} is not text in UTF-8: save it as "CSV UTF-8"`);
  }
}

/** Lines are told by their place in the whole file. */
async function bringPart(
  client: Client,
  { header, records }: Part,
  dryRun: boolean,
): Promise<Report> {
  const content = [header, ...records.map(({ text }) => text)].join('\n');
  const path = `/api/v1/access/identifiers/import?dry_run=${dryRun ? 1 : 0}`;
  const report = reportSchema.parse(
    await client.send('POST', path, { media: 'text/csv', content }),
  );
  const places = new Map<number, CsvRecord>();
  let at = 1 + lineEndsIn(header) + 1;
  for (const record of records) {
    places.set(at, record);
    at += 1 + lineEndsIn(record.text);
  }
  const inFile = (refused: Refused): Refused => {
    const record = places.get(refused.line);
    const error = record ? explained(refused, header, record.text) : refused.error;
    return {
      ...refused,
      line: record?.line ?? refused.line,
      error: error.replace(
        /^Line (\d+) /,
        (_, place) => `Line ${places.get(Number(place))?.line ?? place} `,
      ),
    };
  };
  return { ...report, refused_lines: report.refused_lines.map(inFile) };
}

function lineEndsIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function added(total: Report, part: Report): Report {
  return {
    lines: total.lines + part.lines,
    created: total.created + part.created,
    updated: total.updated + part.updated,
    unchanged: total.unchanged + part.unchanged,
    refused: total.refused + part.refused,
    refused_lines: [...total.refused_lines, ...part.refused_lines],
  };
}

function printReport(report: Report, dryRun: boolean, print: Call['print']): void {
  for (const { line, error } of report.refused_lines) print(`line ${line}: ${error}`);
  const { lines, created, updated, unchanged, refused } = report;
  print(
    `${lines} lines: ${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused` +
      `${dryRun ? ' (dry run: nothing was written)' : ''}`,
  );
}

/** To a file, which is there whole or not at all, or to the standard output. */
async function take({ client: connect, words, print }: Call): Promise<void> {
  const file = words[0] ?? '-';
  const table = await connect().bytes('/api/v1/access/identifiers/export');
  if (file === '-') {
    for await (const chunk of table) {
      if (!process.stdout.write(chunk)) {
        await new Promise((resolve) => process.stdout.once('drain', resolve));
      }
    }
    return;
  }
  await saveWhole(table, file);
  print(`wrote ${file}; PINs are not in it`);
}

export const tableCommands: readonly Command[] = [
  {
    name: 'import',
    args: 'FILE|-',
    summary: 'identifiers from a table (CSV); tells each line that is refused',
    options: ['dry-run'],
    details:
      'The first line names the columns: type, number, name and lock are needed. Exit status 1 where a\n' +
      'line was refused; the others are done. A line that is there already is unchanged.',
    run: bring,
  },
  {
    name: 'export',
    args: '[FILE|-]',
    summary: 'identifiers as a table (CSV) that import takes',
    run: take,
  },
];
