/** A table of text cut into tables that one call takes. Pure. */

/** A piece: the first line with the names of the columns, and some of the others. */
interface CsvPart {
  readonly text: string;
  /** In the whole file, the line before the first one of `text` that is no heading. */
  readonly linesBefore: number;
}

/** Cuts at ends of lines outside quotes, so that a name with a line break stays whole. */
export function csvParts(file: string, linesAtOnce: number): CsvPart[] {
  const text = file.replace(/^\uFEFF/, '');
  const ends = recordEnds(text);
  const head = text.slice(0, ends[0] ?? text.length);
  const parts: CsvPart[] = [];
  let linesBefore = countLines(head);
  for (let first = 1; first < ends.length; first += linesAtOnce) {
    const from = ends[first - 1] ?? 0;
    const to = ends[Math.min(first + linesAtOnce, ends.length) - 1] ?? text.length;
    const records = text.slice(from, to);
    parts.push({ text: withBreak(head) + records, linesBefore });
    linesBefore += countLines(records);
  }
  return parts;
}

/** Where each record ends, beyond its line break. */
function recordEnds(text: string): number[] {
  const ends: number[] = [];
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    if (isQuoted || (character !== '\n' && character !== '\r')) continue;
    if (character === '\r' && text[at + 1] === '\n') at += 1;
    ends.push(at + 1);
  }
  if ((ends.at(-1) ?? 0) < text.length) ends.push(text.length);
  return ends;
}

/** Lines of a text, however they end. */
export function countLines(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function withBreak(head: string): string {
  return /[\r\n]$/.test(head) ? head : `${head}\n`;
}
