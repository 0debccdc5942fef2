/** A file of comma-separated values as text: its records, and cells that a spreadsheet runs as formulas. */

/** One record, without its line end. */
export interface CsvRecord {
  /** Number of the line that it begins on, from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * The records of a text. A record ends with its line, but not inside quotes; empty lines are none.
 * Where a quote is never closed, the rest of the text is one record: nothing in a cell may pass for
 * a record of its own.
 */
export function* csvRecords(text: string): Generator<CsvRecord> {
  const marks = /["\n\r]/g;
  let [start, line, startLine, quoted] = [0, 1, 1, false];
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    const at = mark.index;
    if (text[at] === '"') {
      quoted = !quoted;
      continue;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') marks.lastIndex += 1;
    line += 1;
    if (quoted) continue;
    const record = text.slice(start, at);
    if (record.trim() !== '') yield { line: startLine, text: record };
    start = marks.lastIndex;
    startLine = line;
  }
  const last = text.slice(start);
  if (last.trim() !== '') yield { line: startLine, text: last };
}

/** The cells of a record whose quotes are right; without spaces around and quotes. */
export function csvFields(record: string, delimiter: string): string[] {
  const pieces: string[] = [''];
  let quoted = false;
  for (const character of record) {
    if (character === '"') quoted = !quoted;
    if (character === delimiter && !quoted) pieces.push('');
    else pieces[pieces.length - 1] += character;
  }
  return pieces.map((piece) => {
    const cell = piece.trim();
    const [, inside] = /^"([\s\S]*)"$/.exec(cell) ?? [];
    return inside === undefined ? cell : inside.replaceAll('""', '"');
  });
}

/** What a spreadsheet takes for the beginning of a formula (OWASP, "CSV injection"), or hides. */
const dangerous = /^'*[=+\-@\t\r]/;
const guarded = /^'+[=+\-@\t\r]/;

/** A cell as it is written: an apostrophe before what a spreadsheet would run, quotes where needed. */
export function csvCell(value: string): string {
  const safe = dangerous.test(value) ? `'${value}` : value;
  return /[",;\t\n\r]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A cell as it was before `csvCell` guarded it; another one stays as it is. */
export function unguarded(cell: string): string {
  return guarded.test(cell) ? cell.slice(1) : cell;
}
