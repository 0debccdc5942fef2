/** The event log over HTTP. Times are Unix milliseconds. */
import { z } from 'zod';
import type { EventValue, LoggedEvent } from '../../door/model.ts';
import { formatNumber } from '../../door/number.ts';
import type { SettingReader, WiegandSetting } from '../../ports/store.ts';
import { answer, csv, errors, refuse } from '../answer.ts';
import { listAnswer, optionOf, wantedOf } from '../lists/list.ts';
import { listQuery, wholeNumber } from '../lists/paging.ts';
import { both, textSearch } from '../lists/text-search.ts';
import { type Route, route } from '../route.ts';
import { logCsv } from './log-csv.ts';
import { eventFields, eventSource, narrowed, searchedEvent } from './log-filter.ts';
import { type PassageParts, passageRoutes } from './log-passages.ts';

const momentMs = wholeNumber(0, Number.MAX_SAFE_INTEGER).optional();
const eventAnswer = z.strictObject({
  sequence: z.int().min(1),
  timestamp: z.number(),
  category: z.enum(['access', 'info', 'system', 'emergency']),
  priority: z.enum(['low', 'medium', 'high']),
  name: z.strictObject({ text: z.string(), key: z.string() }),
  info: z.strictObject({ text: z.string(), model: z.record(z.string(), z.json()) }),
});

/** What the log is asked for, besides pages. */
const logQuery = z.object({
  ...listQuery.shape,
  from: momentMs,
  to: momentMs,
  search: z.string().max(200).default(''),
});

/** What these calls work with. */
interface LogParts extends PassageParts {
  readonly refresh: () => void;
  readonly settings: SettingReader;
}

/** `GET /log/items` and what stands beside it. */
export function logRoutes(parts: LogParts): Route[] {
  return [itemsRoute(parts), exportRoute(parts), ...passageRoutes(parts)];
}

const searchNotes =
  '`search` finds a piece of the text of an event, as a name, or the number of a credential in any ' +
  'spelling. ';

function itemsRoute({ events, settings, walks }: LogParts): Route {
  return route({
    method: 'GET',
    path: '/api/v1/log/items',
    summary: 'Events in pages, oldest first unless asked otherwise; filtered in either dialect',
    access: 'read',
    query: logQuery,
    answers: listAnswer(eventAnswer),
    refuses: [errors.wrongParameters],
    notes:
      'Events come in the order in which they were recorded (`sequence`), also where the clock ' +
      `was set back between them. \`from\` and \`to\` are included. ${searchNotes}Pages by time ` +
      'and category are look-ups; other filters look at every event that these leave, a few ' +
      'clients at a time, others are answered 429. A filter that is not understood is refused. ' +
      '`locale` is ignored: texts are English. Codes that were typed are not shown and cannot be ' +
      'filtered for. Of a grant, `info.model.apartment_address` is the logical address of the ' +
      'identifier’s apartment as it was then, or null.',
    async handler({ query, gone }) {
      const wiegand = settings.wiegand();
      const fields = eventFields(wiegand);
      const wanted = wantedOf(query, fields);
      if (!wanted) return refuse(400, errors.wrongParameters);
      const { bounds, rest } = narrowed(wanted.filter, query);
      const filter = both(rest, textSearch(query.search, wiegand, searchedEvent));
      const source = eventSource(events, bounds);
      const found = await walks.search(source, { ...wanted, filter }, gone);
      if (found instanceof Response) return found;
      if (found === 'too-far') return refuse(400, errors.wrongParameters);
      return answer({
        list_items: found.items.map((event) => eventItem(event, wiegand)),
        list_option: optionOf(query, wanted, found.total, fields),
      });
    },
  });
}

function exportRoute({ events, settings, walks, refresh }: LogParts): Route {
  return route({
    method: 'GET',
    path: '/api/v1/log/export',
    summary: 'Events as CSV, oldest first, filtered as the list of events is',
    access: 'read',
    query: logQuery,
    answers: { media: 'text/csv' },
    refuses: [errors.wrongParameters],
    notes:
      `Pages and orders are ignored: all that match come, as fast as the client reads. ${searchNotes}` +
      'A cell that a spreadsheet would take for a formula begins with an apostrophe. While too many ' +
      'others look through the log it is answered 429.',
    handler({ query }) {
      const wiegand = settings.wiegand();
      const wanted = wantedOf(query, eventFields(wiegand));
      if (!wanted) return refuse(400, errors.wrongParameters);
      const { bounds, rest } = narrowed(wanted.filter, query);
      const filter = both(rest, textSearch(query.search, wiegand, searchedEvent));
      const items = (event: LoggedEvent) => eventItem(event, wiegand);
      const source = eventSource(events, bounds);
      return walks.refusal() ?? csv(logCsv({ source, filter, walks, refresh }, items));
    },
  });
}

/** An event as answers write it. Numbers of cards follow the representation of this moment. */
export function eventItem(event: LoggedEvent, wiegand: WiegandSetting) {
  const { seq, wallMs, category, priority, key, text, model } = event;
  return {
    sequence: seq,
    timestamp: wallMs,
    category,
    priority,
    name: { text: nameText(key), key },
    info: { text, model: shownModel(model, wiegand) },
  };
}

/** What a keypad sent says the code, in whatever form. */
const sayTheCode = ['raw', 'card', 'facility', 'readings'];

type Model = LoggedEvent['model'];

function shownModel(model: Model, wiegand: WiegandSetting): Model {
  if (model.type === 'inputCode') {
    const rest = Object.entries(model).filter(([name]) => !sayTheCode.includes(name));
    return { ...Object.fromEntries(rest), number: null };
  }
  if (model.type !== 'card' && model.type !== 'ukey') return model;
  const shown = { ...model, ...numberOf(model, model.type, wiegand) };
  if (!Array.isArray(model.readings)) return shown;
  const { type } = model;
  const readings = model.readings.map((reading: EventValue) =>
    isModel(reading) ? { ...reading, ...numberOf(reading, type, wiegand) } : reading,
  );
  return { ...shown, readings };
}

function numberOf({ number }: Model, type: 'card' | 'ukey', wiegand: WiegandSetting): Model {
  if (typeof number !== 'string' || !/^[0-9]+$/.test(number)) return {};
  return { number: formatNumber(type, number, wiegand.representation, wiegand.type) };
}

function isModel(value: EventValue): value is Model {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `access_denied_by_unknown_card` -> `Access denied by unknown card`. */
function nameText(key: string): string {
  const words = key.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
