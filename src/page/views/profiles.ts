/** Time profiles: the list of painted weeks, and one of them. */
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import type { List } from '../panel-types.ts';
import type { Profile } from '../profile-types.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { blockOf, type Timetable, timetablesOf } from '../week.ts';
import { showTable } from './profiles-one.ts';
import { weekPicture } from './profiles-picture.ts';

/** The view: `#/profiles`, `…/new` and `…/NAME`. */
export async function show(context: ViewContext): Promise<Node> {
  const { api, place, until } = context;
  const options = { query: { limit: 1000 }, signal: until };
  const path = '/api/v1/access/timeprofile/items';
  const { list_items } = await api.read<List<Profile>>(path, options);
  const tables = timetablesOf(list_items);
  const [what, name] = place.rest;
  if (what === undefined) return list(tables, context);
  const known = what === 'of' ? tables.find((one) => one.name === name) : undefined;
  return showTable(known, tables, context);
}

function list(tables: readonly Timetable[], context: ViewContext): Node {
  const words = texts.profiles;
  return h(
    'div',
    { class: 'stack profiles' },
    h(
      'div',
      { class: 'between' },
      h('h1', {}, words.title),
      context.mayChange &&
        h(
          'a',
          { class: 'button main', href: address(['profiles', 'new']) },
          icon('plus'),
          words.add,
        ),
    ),
    h('p', { class: 'hint' }, words.text),
    tables.length === 0 && h('div', { class: 'empty' }, words.none),
    h(
      'ul',
      { class: 'tiles' },
      tables.map((table) => h('li', { class: 'card stack' }, tile(table, context))),
    ),
  );
}

function tile(table: Timetable, { times }: ViewContext) {
  const words = texts.profiles;
  const blocks = table.parts.map((part) => blockOf(part, times.zone));
  const weekly = blocks.filter((block) => block !== undefined);
  return [
    h(
      'h2',
      { class: 'clip', dir: 'auto' },
      h('a', { href: address(['profiles', 'of', table.name]) }, table.name.trim() || words.noName),
    ),
    weekPicture(weekly),
    weekly.length < blocks.length && h('p', { class: 'hint' }, words.notWeekly),
  ];
}
