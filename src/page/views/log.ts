/** The log: filter, search, page back to its beginning, passages as a picture, export. */
import { button } from '../components/button.ts';
import { choiceField, type Field, textField } from '../components/field.ts';
import { pager } from '../components/pager.ts';
import { saveFile } from '../components/save-file.ts';
import { type Column, table } from '../components/table.ts';
import { h, replace } from '../dom.ts';
import { tellEvent } from '../event-words.ts';
import { icon } from '../icons.ts';
import type { List, LogEvent } from '../panel-types.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { eventText } from './door-events.ts';
import { passages } from './log-passages.ts';
import { type LogQuery, logFilters, queryOf } from './log-query.ts';
import { patiently } from './waiting.ts';

const perPage = 50;
/** A search looks at every event: a million of them take a while. */
const timeoutMs = 600_000;

/** The view. What is filtered for stands in the address, so that it can be kept and sent. */
export async function show(context: ViewContext): Promise<Node> {
  const query = logFilters(context.place.query);
  const pictures = h('details', { class: 'card' });
  pictures.append(h('summary', {}, h('h2', {}, texts.log.passages)));
  const drawOnce = () => {
    if (pictures.open && pictures.childElementCount === 1) pictures.append(passages(context));
  };
  pictures.addEventListener('toggle', drawOnce);
  return h(
    'div',
    { class: 'stack log' },
    h(
      'div',
      { class: 'between' },
      h('h1', {}, texts.log.title),
      button({
        label: texts.log.export,
        icon: 'download',
        onPress: () => exportLog(query, context),
      }),
    ),
    pictures,
    filterForm(query),
    await patiently(context.until, (signal) => results(query, context, signal)),
  );
}

function filterForm(query: LogQuery): HTMLElement {
  const words = texts.log;
  const search = textField({
    label: words.search,
    type: 'search',
    value: query.search,
    hint: words.searchHint,
    maxlength: 200,
  });
  const kind = choiceField({
    label: words.kind,
    value: query.kind,
    choices: Object.entries(words.kinds).map(([value, label]) => ({ value, label })),
  });
  const from = textField({ label: words.from, type: 'date', value: query.from });
  const to = textField({ label: words.to, type: 'date', value: query.to });
  const go = (event: Event) => {
    event.preventDefault();
    location.hash = address(['log'], {
      search: search.value().trim(),
      kind: kind.value() === 'all' ? '' : kind.value(),
      from: from.value(),
      to: to.value(),
    });
  };
  const isFiltered = query.search || query.kind !== 'all' || query.from || query.to;
  return h(
    'form',
    { class: 'card stack', role: 'search', onsubmit: go },
    h(
      'div',
      { class: 'search-line' },
      search.element,
      button({ label: words.find, icon: 'search', type: 'submit' }),
    ),
    h(
      'details',
      { open: query.kind !== 'all' || query.from !== '' || query.to !== '' },
      h('summary', {}, words.more),
      h('div', { class: 'fields' }, fieldsOf(kind, from, to)),
    ),
    isFiltered &&
      h(
        'div',
        { class: 'row' },
        h('a', { class: 'button quiet', href: address(['log']) }, words.all),
      ),
  );
}

function fieldsOf(...fields: readonly Field[]): readonly HTMLElement[] {
  return fields.map(({ element }) => element);
}

/** The page that was asked for. Events that come meanwhile do not move it: `upTo` is its anchor. */
async function results(
  query: LogQuery,
  context: ViewContext,
  signal: AbortSignal,
): Promise<HTMLElement> {
  const { api, times } = context;
  const words = texts.log;
  const options = { query: { ...queryOf(query, times), limit: perPage }, signal, timeoutMs };
  const { list_items, list_option } = await api.read<List<LogEvent>>('/api/v1/log/items', options);
  const { total_items, total_pages } = list_option.pagination;
  const upTo = query.upTo ?? list_items[0]?.sequence;
  const place = h('div', { class: 'stack' });
  replace(
    place,
    h('p', { class: 'hint', role: 'status' }, words.found(total_items)),
    table({
      caption: words.title,
      columns: columns(context),
      rows: list_items,
      empty: words.empty,
      rowClass: (event) => `event-row ${tellEvent(event, context.setup.get()).tone}`,
    }),
    pager({
      page: query.page,
      pages: total_pages,
      to: (page) => address(['log'], { ...Object.fromEntries(context.place.query), page, upTo }),
    }),
  );
  return place;
}

function columns({ setup, times }: ViewContext): readonly Column<LogEvent>[] {
  const words = texts.log;
  const tell = (event: LogEvent) => tellEvent(event, setup.get());
  return [
    {
      title: words.what,
      head: true,
      cell: (event) => {
        const told = tell(event);
        return h(
          'div',
          { class: `event ${told.tone}` },
          h('span', { class: 'mark' }, icon(told.icon)),
          eventText(told),
        );
      },
    },
    {
      title: words.time,
      cell: ({ timestamp }) => h('time', {}, times.moment(timestamp)),
    },
    { title: words.detail, cell: detailOf },
    { title: words.number, figures: true, cell: ({ sequence }) => sequence },
  ];
}

/** What came over the wire, where something did. */
function detailOf({ info: { model } }: LogEvent) {
  const parts = [
    model.number,
    model.format,
    typeof model.bits === 'number' && texts.log.bits(model.bits),
    typeof model.facility === 'string' && texts.log.facility(model.facility),
    typeof model.card === 'string' && texts.log.card(model.card),
  ].filter((part) => typeof part === 'string');
  return parts.length > 0 && h('span', { class: 'code clip' }, parts.join(' · '));
}

/** All that the filter finds, as a file. */
function exportLog(query: LogQuery, { api, notices, times }: ViewContext): Promise<boolean> {
  return notices.perform({
    what: texts.log.export,
    async run() {
      const { page_number: _, sort_type: __, ...asked } = queryOf(query, times);
      const options = { query: asked, timeoutMs: 600_000 };
      const file = await api.file('/api/v1/log/export', options);
      saveFile(file, 'latchd-log.csv');
    },
    done: texts.log.exported,
  });
}
