/** A file of many identifiers: looked at first, then brought in, with a report of what was refused. */
import { button } from '../components/button.ts';
import { table } from '../components/table.ts';
import { countLines, csvParts } from '../csv-parts.ts';
import { h, replace } from '../dom.ts';
import { isEnded, sayFailure } from '../failure.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

interface RefusedLine {
  readonly line: number;
  readonly code: string;
  readonly error: string;
  readonly column?: string;
  readonly same_as_line?: number;
}

/** `POST /api/v1/access/identifiers/import`. */
interface Report {
  readonly lines: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly refused_lines: readonly RefusedLine[];
}

const path = '/api/v1/access/identifiers/import';
/** So that the panel answers each call soon and the bar moves. */
const linesAtOnce = 500;
const refusedShown = 200;
const largestFile = 64 * 1024 * 1024;

/** The view. */
export function showImport(context: ViewContext): Node {
  const words = texts.identifiers.import;
  const place = h('div', { class: 'stack' });
  const input = h('input', { type: 'file', accept: '.csv,text/csv,text/plain', id: 'csv-file' });
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void look(file, place, context);
  });
  return h(
    'div',
    { class: 'stack narrow' },
    h('a', { href: address(['identifiers']) }, texts.identifiers.back),
    h('h1', {}, words.title),
    h('p', {}, words.text),
    h('pre', { class: 'card code', tabindex: 0, 'aria-label': words.exampleLabel }, words.example),
    h('div', { class: 'card field' }, h('label', { for: 'csv-file' }, words.file), input),
    place,
  );
}

/** Reads a file and has the panel look at it; nothing is changed. */
async function look(file: File, place: HTMLElement, context: ViewContext): Promise<void> {
  const words = texts.identifiers.import;
  if (file.size > largestFile) return replace(place, h('p', { role: 'alert' }, words.tooLarge));
  const text = await file.text();
  const dry = await run(text, true, place, context);
  if (!dry) return;
  const good = dry.created + dry.updated;
  const bring = async () => {
    const done = await run(text, false, place, context);
    if (done) replace(place, reportOf(done, words.done), listLink());
  };
  replace(
    place,
    reportOf(dry, words.preview),
    h(
      'div',
      { class: 'row' },
      good > 0 && button({ label: words.bring(good), kind: 'main', onPress: bring }),
      button({ label: texts.frame.cancel, kind: 'quiet', onPress: () => replace(place) }),
    ),
  );
}

function listLink(): HTMLElement {
  return h('a', { class: 'button main', href: address(['identifiers']) }, texts.identifiers.title);
}

/** Sends the file in parts; after a failure it goes on where it stopped, by Retry. */
async function run(
  text: string,
  isDry: boolean,
  place: HTMLElement,
  { api, until }: ViewContext,
): Promise<Report | undefined> {
  const words = texts.identifiers.import;
  const parts = csvParts(text, linesAtOnce);
  const lines = countLines(text);
  let sum: Report = {
    lines: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    refused: 0,
    refused_lines: [],
  };
  const bar = h('progress', {
    max: Math.max(1, parts.length),
    value: 0,
    'aria-label': words.title,
  });
  const said = h('p', { role: 'status' });
  replace(place, h('div', { class: 'card stack' }, said, bar));
  for (let done = 0; done < parts.length; ) {
    const part = parts[done];
    if (!part) break;
    said.textContent = words.progress(sum.lines, lines);
    try {
      const query = { dry_run: isDry ? 1 : 0 };
      const options = { query, signal: until, timeoutMs: 120_000 };
      const report = await api.act<Report>('POST', path, part.text, options);
      sum = added(sum, report, part.linesBefore);
      done += 1;
      bar.value = done;
    } catch (error) {
      if (isEnded(error)) return undefined;
      if (!(await retried(error, sum, place))) return undefined;
      replace(place, h('div', { class: 'card stack' }, said, bar));
    }
  }
  return sum;
}

/** Lines of a part are counted from its heading; people count those of their file. */
function added(sum: Report, part: Report, linesBefore: number): Report {
  return {
    lines: sum.lines + part.lines,
    created: sum.created + part.created,
    updated: sum.updated + part.updated,
    unchanged: sum.unchanged + part.unchanged,
    refused: sum.refused + part.refused,
    refused_lines: [
      ...sum.refused_lines,
      ...part.refused_lines.map((refused) => inFile(refused, linesBefore)),
    ],
  };
}

function inFile({ line, same_as_line: same, ...rest }: RefusedLine, before: number): RefusedLine {
  const place = (ofPart: number) => ofPart - 1 + before;
  return { ...rest, line: place(line), ...(same !== undefined && { same_as_line: place(same) }) };
}

function whyRefused({ code, error, column = '', same_as_line: line = 0 }: RefusedLine): string {
  return texts.identifiers.import.reasons[code]?.({ column, line }) ?? error;
}

function retried(error: unknown, sum: Report, place: HTMLElement): Promise<boolean> {
  const words = texts.identifiers.import;
  return new Promise((resolve) => {
    replace(
      place,
      h(
        'div',
        { class: 'card stack', role: 'alert' },
        h('p', { dir: 'auto' }, sayFailure(error)),
        h('p', {}, words.brokenOff(sum.lines)),
        h(
          'div',
          { class: 'row' },
          button({ label: texts.frame.retry, kind: 'main', onPress: () => resolve(true) }),
          button({
            label: texts.frame.cancel,
            kind: 'quiet',
            onPress: () => {
              replace(place);
              resolve(false);
            },
          }),
        ),
      ),
    );
  });
}

function reportOf(report: Report, title: string): HTMLElement {
  const words = texts.identifiers.import;
  const shown = report.refused_lines.slice(0, refusedShown);
  return h(
    'section',
    { class: 'card stack', 'aria-label': title },
    h('div', { role: 'status' }, h('h2', {}, title)),
    h(
      'ul',
      { class: 'row' },
      h('li', { class: 'badge good' }, words.created(report.created)),
      h('li', { class: 'badge accent' }, words.updated(report.updated)),
      h('li', { class: 'badge' }, words.unchanged(report.unchanged)),
      h('li', { class: `badge ${report.refused > 0 ? 'bad' : ''}` }, words.refused(report.refused)),
    ),
    shown.length > 0 &&
      table({
        caption: words.refusedLines,
        columns: [
          { title: words.line, head: true, cell: ({ line }) => words.lineOf(line) },
          { title: words.why, cell: whyRefused },
        ],
        rows: shown,
        empty: '',
      }),
    report.refused > shown.length && h('p', {}, words.more(report.refused - shown.length)),
  );
}
