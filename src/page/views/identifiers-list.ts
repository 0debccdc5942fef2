/** The list of identifiers: search, pages, several deleted at once, export. */
import { button } from '../components/button.ts';
import { confirmed } from '../components/dialog.ts';
import { choiceField, textField } from '../components/field.ts';
import { pager } from '../components/pager.ts';
import { saveFile } from '../components/save-file.ts';
import { type Column, table } from '../components/table.ts';
import { h, replace } from '../dom.ts';
import { setHidden } from '../focus.ts';
import { icon } from '../icons.ts';
import {
  type Identifier,
  identifierPath,
  identifierTypes,
  isOpenFrom,
  isOpenTo,
} from '../identifier-types.ts';
import { labelOf } from '../names.ts';
import type { List } from '../panel-types.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { patiently } from './waiting.ts';

const perPage = 50;
const secondMs = 1000;
/** A search for a name looks at every identifier. */
const timeoutMs = 600_000;

/** What is looked for stands in the address, so that it can be kept and sent. */
export async function showList(context: ViewContext): Promise<Node> {
  const words = texts.identifiers;
  const link = (to: string, label: string, picture: 'plus' | 'upload') =>
    h('a', { class: 'button plain', href: address(['identifiers', to]) }, icon(picture), label);
  return h(
    'div',
    { class: 'stack identifiers' },
    h(
      'div',
      { class: 'between' },
      h('h1', {}, words.title),
      h(
        'div',
        { class: 'row tools' },
        context.mayChange && [
          h(
            'a',
            { class: 'button main', href: address(['identifiers', 'new']) },
            icon('plus'),
            words.add,
          ),
          link('several', words.addSeveral, 'plus'),
          link('import', words.import.button, 'upload'),
        ],
        button({ label: words.export, icon: 'download', onPress: () => exportAll(context) }),
      ),
    ),
    searchForm(context),
    await patiently(context.until, (signal) => results(context, signal)),
  );
}

function searchForm({ place }: ViewContext): HTMLElement {
  const words = texts.identifiers;
  const search = textField({
    label: words.search,
    type: 'search',
    value: place.query.get('search') ?? '',
    hint: words.searchHint,
    maxlength: 200,
  });
  const type = choiceField({
    label: words.type,
    value: place.query.get('type') ?? '',
    choices: [
      { value: '', label: words.anyType },
      ...identifierTypes.map((value) => ({ value, label: words.types[value] })),
    ],
  });
  const go = (event: Event) => {
    event.preventDefault();
    const asked = { search: search.value().trim(), type: type.value() };
    location.hash = address(['identifiers'], asked);
  };
  const isFiltered = place.query.get('search') || place.query.get('type');
  return h(
    'form',
    { class: 'card stack', role: 'search', onsubmit: go },
    h(
      'div',
      { class: 'search-line with-choice' },
      ...[search.element, type.element],
      button({ label: words.find, icon: 'search', type: 'submit' }),
    ),
    isFiltered &&
      h(
        'div',
        { class: 'row' },
        h('a', { class: 'button quiet', href: address(['identifiers']) }, words.all),
      ),
  );
}

async function results(context: ViewContext, signal: AbortSignal): Promise<HTMLElement> {
  const { api, place } = context;
  const words = texts.identifiers;
  const page = Math.max(1, Number(place.query.get('page')) || 1);
  const type = identifierTypes.find((one) => one === place.query.get('type'));
  const query = {
    search: place.query.get('search') ?? '',
    limit: perPage,
    page_number: page,
    sort_field: 'identifier_uid',
    sort_type: 'desc',
    filter: type && `identifier_type eq '${type}'`,
  };
  const path = `${identifierPath}/items`;
  const { list_items, list_option } = await api.read<List<Identifier>>(path, {
    query,
    signal,
    timeoutMs,
  });
  const { total_items, total_pages } = list_option.pagination;
  const chosen = new Set<number>();
  const bar = h('div', { class: 'row', role: 'group', 'aria-label': words.chosenLabel });
  const update = () => {
    replace(
      bar,
      h('span', { class: 'hint', role: 'status' }, words.chosen(chosen.size)),
      button({
        label: words.removeChosen,
        icon: 'remove',
        kind: 'danger',
        onPress: () => removeAll([...chosen], context),
      }),
    );
    setHidden(bar, chosen.size === 0);
  };
  update();
  return h(
    'div',
    { class: 'stack' },
    h('p', { class: 'hint', role: 'status' }, words.found(total_items)),
    bar,
    table({
      caption: words.title,
      columns: columns(context, chosen, update),
      rows: list_items,
      empty: total_items === 0 && !query.search && !type ? words.none : words.noneFound,
    }),
    pager({
      page,
      pages: total_pages,
      to: (to) => address(['identifiers'], { ...Object.fromEntries(place.query), page: to }),
    }),
  );
}

function columns(
  context: ViewContext,
  chosen: Set<number>,
  update: () => void,
): readonly Column<Identifier>[] {
  const words = texts.identifiers;
  const choose = ({ identifier_uid: uid, identifier_owner: owner }: Identifier) => {
    const box = h('input', {
      type: 'checkbox',
      'aria-label': words.choose(owner.name.slice(0, 99)),
    });
    box.addEventListener('change', () => {
      if (box.checked) chosen.add(uid);
      else chosen.delete(uid);
      update();
    });
    return h('label', { class: 'check' }, box);
  };
  return [
    {
      title: words.name,
      head: true,
      cell: ({ identifier_uid: uid, identifier_owner: { name } }) =>
        h(
          'a',
          { class: 'clip', dir: 'auto', href: address(['identifiers', uid]) },
          name.trim() || words.noName,
        ),
    },
    {
      title: words.number,
      cell: (row) => [
        h('span', { class: 'badge' }, words.types[row.identifier_type]),
        ' ',
        h('bdi', { class: 'code clip' }, shownNumber(row)),
      ],
    },
    {
      title: words.lock,
      cell: ({ lock }) =>
        lock === 'all' ? texts.locks.all : labelOf(context.setup.get(), 'lock', lock),
    },
    { title: words.limitsShort, cell: (row) => limitsOf(row, context) },
    ...(context.mayChange ? [{ title: words.choice, corner: true, cell: choose }] : []),
  ];
}

/** Codes are not for eyes behind one's back. */
function shownNumber({ identifier_type: type, identifier_number: number }: Identifier): string {
  return type === 'inputCode' ? '••••' : number;
}

function limitsOf({ valid, time_profiles, additional }: Identifier, context: ViewContext) {
  const words = texts.identifiers;
  const { passes } = valid;
  const isUsedUp = additional.passes_left === 0;
  const isFree =
    valid.time.is_permanent && passes.is_permanent && time_profiles.uid_items.length === 0;
  if (isFree) return false;
  return h(
    'div',
    { class: 'row' },
    windowBadges(valid.time, context),
    !passes.is_permanent && badge(isUsedUp ? 'bad' : '', words.passesLeft(additional.passes_left)),
    time_profiles.uid_items.length > 0 && badge('', words.onlyAtTimes),
  );
}

function badge(kind: string, text: string): HTMLElement {
  return h('span', { class: `badge ${kind}` }, text);
}

/** The end that matters now; an open one is none. */
function windowBadges(time: Identifier['valid']['time'], { times, live }: ViewContext) {
  if (time.is_permanent) return undefined;
  const words = texts.identifiers;
  const nowS = (live.status.get()?.nowMs ?? Date.now()) / secondMs;
  const bound = (seconds: number) => times.bound(seconds * secondMs);
  if (nowS > time.to) return badge('bad', words.expired(bound(time.to)));
  const isLater = nowS < time.from;
  const isEndless = isOpenTo(time.to);
  return [
    (isLater || isEndless) &&
      !isOpenFrom(time.from) &&
      badge(isLater ? 'warn' : 'accent', words.later(bound(time.from))),
    !isEndless && badge('accent', words.until(bound(time.to))),
  ];
}

async function removeAll(uids: readonly number[], { api, notices }: ViewContext): Promise<void> {
  const words = texts.identifiers;
  const isWanted = await confirmed({
    title: words.removeTitle(uids.length),
    text: words.removeText,
    action: texts.frame.remove,
    kind: 'danger',
  });
  if (!isWanted) return;
  const isDone = await notices.perform({
    what: words.removeTitle(uids.length),
    run: () => api.act('DELETE', `${identifierPath}/items`, { uid_items: uids }),
    done: words.removed(uids.length),
  });
  if (isDone) window.dispatchEvent(new HashChangeEvent('hashchange'));
}

function exportAll({ api, notices }: ViewContext): Promise<boolean> {
  const words = texts.identifiers;
  return notices.perform({
    what: words.export,
    async run() {
      const options = { timeoutMs: 600_000 };
      saveFile(await api.file('/api/v1/access/identifiers/export', options), 'latchd-access.csv');
    },
    done: words.exported,
  });
}
