/** The event log over HTTP. Times are Unix milliseconds. */
import { z } from 'zod';
import type { EventValue, LoggedEvent } from '../door/model.ts';
import { formatNumber } from '../door/number.ts';
import type { EventReader, SettingReader, WiegandSetting } from '../ports-store.ts';
import { answer, errors, refuse } from './answer.ts';
import { filterOf, filterQuery, listOption, pageOf, pageQuery, wholeNumber } from './paging.ts';
import { type Route, route } from './route.ts';

const momentMs = wholeNumber(0, Number.MAX_SAFE_INTEGER).optional();

/** `GET /log/items`. */
export function logRoutes(events: EventReader, settings: SettingReader): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/log/items',
      summary: 'Events in pages, oldest first unless asked otherwise; `category` may be filtered',
      access: 'read',
      query: z.object({ ...pageQuery, ...filterQuery, from: momentMs, to: momentMs }),
      handler({ query }) {
        const filter = filterOf(query, 'category');
        if (filter === 'unknown') return refuse(400, errors.wrongParameters);
        const { offset, limit, reverse } = pageOf(query);
        const found = events.query({
          newestFirst: reverse,
          ...{ offset, limit },
          ...(query.from !== undefined && { fromMs: query.from }),
          ...(query.to !== undefined && { toMs: query.to }),
          ...(filter && { category: filter.equals }),
        });
        const wiegand = settings.wiegand();
        return answer({
          list_items: found.events.map((event) => eventItem(event, wiegand)),
          list_option: listOption(query, found.total, 'timestamp'),
        });
      },
    }),
  ];
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
