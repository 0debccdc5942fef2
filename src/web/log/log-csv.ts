/** Events as CSV (RFC 4180), made only as fast as the client reads. */
import { formatIsoTime } from '../../door/iso-time.ts';
import type { LoggedEvent } from '../../door/model.ts';
import { type Filter, passes } from '../lists/filter.ts';
import type { Source, Walks } from '../lists/search.ts';
import type { eventItem } from './log.ts';

type EventItem = ReturnType<typeof eventItem>;

const columns: readonly {
  readonly name: string;
  readonly cell: (item: EventItem) => unknown;
}[] = [
  { name: 'sequence', cell: ({ sequence }) => sequence },
  { name: 'time', cell: ({ timestamp }) => formatIsoTime(Math.floor(timestamp / 1000)) },
  { name: 'category', cell: ({ category }) => category },
  { name: 'event', cell: ({ name }) => name.key },
  ...['owner', 'type', 'number', 'reader', 'lock', 'reason', 'by', 'account', 'input'].map(
    (name) => ({ name, cell: ({ info }: EventItem) => info.model[name] }),
  ),
  { name: 'text', cell: ({ info }) => info.text },
];

/** Events looked at for one piece. */
const eventsAtOnce = 200;

/** Which events. */
interface CsvParts {
  readonly source: Pick<Source<LoggedEvent>, 'next'>;
  readonly filter: Filter<LoggedEvent> | undefined;
  readonly walks: Pick<Walks, 'piece'>;
  /** Makes the next read see what is committed, and lets go of what was read. */
  readonly refresh: () => void;
}

/** All events of a source that pass `filter`, oldest first, below a line of names. */
export function logCsv(
  { source, filter, walks, refresh }: CsvParts,
  itemOf: (event: LoggedEvent) => EventItem,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let after: number | undefined;
  let [isEnd, isOver] = [false, false];

  /** Lines of the next events that pass; none at the end, or when nobody reads any more. */
  async function next(): Promise<string> {
    let text = '';
    while (text === '' && !isEnd && !isOver) {
      refresh();
      const events = source.next(after, eventsAtOnce, false);
      after = events.at(-1)?.seq ?? after;
      isEnd = events.length < eventsAtOnce;
      text = events
        .filter((event) => !filter || passes(filter, event))
        .map((event) => line(columns.map(({ cell }) => cell(itemOf(event)))))
        .join('');
      await new Promise((resolve) => setImmediate(resolve));
    }
    return text;
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(line(columns.map(({ name }) => name))));
    },
    async pull(controller) {
      const text = await walks.piece(next);
      if (isOver) return;
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (isEnd) controller.close();
    },
    cancel() {
      isOver = true;
    },
  });
}

function line(cells: readonly unknown[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

/** A text that a spreadsheet would run as a formula begins with an apostrophe. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
