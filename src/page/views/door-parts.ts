/** Readers, contacts and buttons, each with a word for how it is. */
import { h, replace } from '../dom.ts';
import { icon } from '../icons.ts';
import { labelOf } from '../names.ts';
import type { InputStatus, PanelStatus, ReaderStatus } from '../panel-types.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

/** Two cards, filled as the panel tells. */
export function partLists(context: ViewContext): HTMLElement {
  const readers = part(texts.door.readers, context, ({ readers }) =>
    readers.map((reader) => readerLine(reader, context)),
  );
  const inputs = part(texts.door.inputs, context, ({ inputs }) => inputs.map(inputLine));
  return h('div', { class: 'parts' }, readers, inputs);
}

function part(
  title: string,
  { live, until }: ViewContext,
  lines: (status: PanelStatus) => readonly HTMLElement[],
): HTMLElement {
  const list = h('ul', { class: 'part-list' });
  const card = h('section', { class: 'card stack', hidden: true }, h('h2', {}, title), list);
  live.status.follow((status) => {
    if (!status) return;
    const made = lines(status);
    card.hidden = made.length === 0;
    replace(list, made);
  }, until);
  return card;
}

function readerLine(reader: ReaderStatus, { setup, times }: ViewContext): HTMLElement {
  const { name, away, lastFrameMs, misreads } = reader;
  const words = texts.door.reader;
  const last = lastFrameMs === null ? words.never : words.last(times.time(lastFrameMs));
  return h(
    'li',
    {},
    h('bdi', { class: 'part-name' }, labelOf(setup.get(), 'reader', name)),
    away === null
      ? h('span', { class: 'badge good' }, icon('check'), words.ready)
      : h('span', { class: 'badge bad' }, icon('alert'), words.away(away)),
    h('span', { class: 'hint' }, [last, misreads > 0 && ` · ${words.misreads(misreads)}`]),
  );
}

function inputLine({ name, kind, active, away }: InputStatus): HTMLElement {
  const words = texts.door.inputKinds[kind];
  const state = active ? words?.active : words?.rest;
  return h(
    'li',
    {},
    h('bdi', { class: 'part-name' }, name),
    away === null
      ? h('span', { class: `badge ${active ? 'warn' : ''}` }, state)
      : h('span', { class: 'badge bad' }, icon('alert'), texts.door.reader.away(away)),
    h('span', { class: 'hint' }, words?.name ?? kind),
  );
}
