/** One timetable: its name, the week that is painted, and when it holds next. */
import { button } from '../components/button.ts';
import { confirmed } from '../components/dialog.ts';
import { checkFilled, report, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { h, replace } from '../dom.ts';
import { isEnded } from '../failure.ts';
import { saveTimetable } from '../profile-save.ts';
import type { ProfileTime } from '../profile-types.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import {
  type Block,
  blockOf,
  blocksOf,
  cellsOf,
  emptyWeek,
  type Timetable,
  tableName,
} from '../week.ts';
import { weekGrid } from './profiles-grid.ts';
import { weekPicture, weekWords } from './profiles-picture.ts';

const timesShown = 8;
const officeHours: Block = { days: [0, 1, 2, 3, 4], from: 8 * 60, to: 17 * 60 };

/** @param known undefined: a new one. @param tables all there are: a name is taken once. */
export function showTable(
  known: Timetable | undefined,
  tables: readonly Timetable[],
  context: ViewContext,
): Node {
  const words = texts.profiles;
  const { times, mayChange } = context;
  const blocks = (known?.parts ?? []).map((part) => blockOf(part, times.zone));
  const weekly = blocks.filter((block) => block !== undefined);
  const cells = weekly.length === blocks.length ? cellsOf(weekly) : undefined;
  return h(
    'div',
    { class: 'stack' },
    h('a', { href: address(['profiles']) }, words.back),
    h('h1', { class: 'clip', dir: 'auto' }, known?.name ?? words.add),
    known && nextTimes(known, context),
    cells && mayChange
      ? h('div', { class: 'card week-form' }, weekForm(known, cells, tables, context))
      : h(
          'div',
          { class: 'card stack' },
          weekPicture(weekly),
          !cells && repaint(known, tables, context),
        ),
    known && mayChange && removal(known, context),
  );
}

/** A profile that other tools made, and that no half hours can say. */
function repaint(
  known: Timetable | undefined,
  tables: readonly Timetable[],
  context: ViewContext,
): HTMLElement {
  const words = texts.profiles;
  const place = h('div', { class: 'stack' }, h('p', {}, words.notPainted));
  if (!context.mayChange) return place;
  const anew = () => replace(place, weekForm(known, emptyWeek(), tables, context));
  place.append(button({ label: words.anew, onPress: anew }));
  return place;
}

function weekForm(
  known: Timetable | undefined,
  cells: boolean[],
  tables: readonly Timetable[],
  context: ViewContext,
): HTMLElement {
  const { api, notices, times, live } = context;
  const words = texts.profiles;
  const name = textField({
    label: words.name,
    required: true,
    maxlength: 200,
    value: known?.name ?? '',
  });
  const said = h('div', { role: 'status', class: 'week-words' });
  const update = () => {
    const blocks = blocksOf(cells);
    replace(said, blocks.length > 0 ? weekWords(blocks) : words.nothing);
  };
  const grid = h('div');
  const show = () => {
    replace(grid, weekGrid(cells, update));
    update();
  };
  show();
  return form({
    label: words.title,
    submit: texts.frame.save,
    content: [
      name.element,
      h('p', { class: 'hint' }, words.how, ' ', h('span', { class: 'with-keys' }, words.byKeys)),
      paintButtons(cells, show),
      grid,
      said,
    ],
    onSubmit: () => checkFilled(name) && isFree() && isPainted() && save(),
  });

  function isFree(): boolean {
    const asked = name.value().trim();
    const isTaken = tables.some((one) => one !== known && one.name === tableName(asked));
    const problem = isTaken || tableName(asked) !== asked ? words.taken : '';
    return report([[name, problem]]);
  }

  function isPainted(): boolean {
    const isEmpty = !cells.includes(true);
    if (isEmpty) replace(said, h('strong', { class: 'field-error' }, words.paintFirst));
    return !isEmpty;
  }

  async function save(): Promise<void> {
    const nowMs = live.status.get()?.nowMs ?? Date.now();
    const wanted = { name: name.value().trim(), blocks: blocksOf(cells) };
    await saveTimetable(api, known, wanted, { nowMs, zone: times.zone });
    notices.say(words.saved(wanted.name));
    location.hash = address(['profiles']);
  }
}

/** Weeks that are painted at once. @param show draws what the cells are then. */
function paintButtons(cells: boolean[], show: () => void): HTMLElement {
  const words = texts.profiles;
  const clear = () => {
    cells.fill(false);
    show();
  };
  const office = () => {
    cells.splice(0, cells.length, ...(cellsOf([officeHours]) ?? []));
    show();
  };
  return h(
    'div',
    { class: 'row' },
    button({ label: words.office, onPress: office }),
    button({ label: words.clear, kind: 'quiet', onPress: clear }),
  );
}

/** The next times at which any part of it holds, as the panel reckons them. */
function nextTimes(known: Timetable, { api, until }: ViewContext): HTMLElement {
  const words = texts.profiles;
  const list = h('ol', { class: 'next-times' }, h('li', { class: 'hint' }, texts.frame.loading));
  const calls = known.parts.map(({ uid }) =>
    api.read<{ readonly list_items: readonly ProfileTime[] }>(
      `/api/v1/access/timeprofile/item/${uid}/times`,
      { query: { limit: timesShown }, signal: until },
    ),
  );
  Promise.all(calls)
    .then((answers) => {
      const all = answers.flatMap(({ list_items }) => list_items);
      const next = all.toSorted((a, b) => a.from.localeCompare(b.from)).slice(0, timesShown);
      replace(list, next.length === 0 ? h('li', {}, words.never) : next.map(timeItem));
    })
    .catch((error: unknown) => {
      if (!isEnded(error)) replace(list, h('li', {}, words.unknown));
    });
  return h(
    'section',
    { class: 'card stack', 'aria-label': words.next },
    h('h2', {}, words.next),
    list,
  );
}

function timeItem({ from, to }: ProfileTime): HTMLElement {
  const writer = new Intl.DateTimeFormat(texts.language, {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const day = (civil: string) => writer.format(Date.parse(`${civil}Z`));
  const end = to.endsWith(':59') ? new Date(Date.parse(`${to}Z`) + 1000).toISOString() : to;
  const until = to.slice(11) === '23:59:59' ? '24:00' : end.slice(11, 16);
  const isSameDay = from.slice(0, 10) === to.slice(0, 10);
  return h(
    'li',
    {},
    h('strong', {}, day(from)),
    ` ${from.slice(11, 16)}–${isSameDay ? '' : `${day(to)} `}${until}`,
  );
}

function removal(known: Timetable, { api, notices }: ViewContext): HTMLElement {
  const words = texts.profiles;
  async function remove(): Promise<void> {
    const isWanted = await confirmed({
      title: words.removeTitle(known.name.slice(0, 99)),
      text: words.removeText,
      action: texts.frame.remove,
      kind: 'danger',
    });
    if (!isWanted) return;
    const uid_items = known.parts.map(({ uid }) => uid);
    const isDone = await notices.perform({
      what: words.removeTitle(known.name.slice(0, 99)),
      run: () => api.act('DELETE', '/api/v1/access/timeprofile/items', { uid_items }),
      done: words.removed,
    });
    if (isDone) location.hash = address(['profiles']);
  }
  return h(
    'div',
    { class: 'row' },
    button({ label: texts.frame.remove, icon: 'remove', kind: 'danger', onPress: remove }),
  );
}
