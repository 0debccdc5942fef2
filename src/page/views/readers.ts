/** The readers, for the technician: how they do, and the last frames of one of them. */
import { h } from '../dom.ts';
import type { ReaderItem } from '../frame-types.ts';
import { icon } from '../icons.ts';
import { labelOf } from '../names.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { frameList } from './readers-frames.ts';

/** The view: `#/readers` and `#/readers/NAME`. */
export async function show(context: ViewContext): Promise<Node> {
  const { api, place, setup, until } = context;
  const words = texts.readers;
  const { list_items: readers } = await api.read<{ readonly list_items: readonly ReaderItem[] }>(
    '/api/v1/readers',
    { signal: until },
  );
  const [name] = place.rest;
  const chosen = readers.find((reader) => reader.name === name);
  if (chosen) {
    return h(
      'div',
      { class: 'stack readers' },
      h('a', { href: address(['readers']) }, words.back),
      h('h1', { dir: 'auto' }, labelOf(setup.get(), 'reader', chosen.name)),
      h('div', { class: 'card' }, facts(chosen, context)),
      chosen.kind === 'wiegand' ? frameList(chosen, context) : h('p', {}, words.noFrames),
    );
  }
  return h(
    'div',
    { class: 'stack readers' },
    h('h1', {}, words.title),
    h(
      'ul',
      { class: 'tiles' },
      readers.map((reader) => h('li', { class: 'card stack' }, tile(reader, context))),
    ),
  );
}

function tile(reader: ReaderItem, context: ViewContext) {
  const { name, kind, away } = reader;
  return [
    h('h2', { dir: 'auto' }, labelOf(context.setup.get(), 'reader', name)),
    away === null
      ? h('span', { class: 'badge good' }, icon('check'), texts.door.reader.ready)
      : h('span', { class: 'badge bad' }, icon('alert'), texts.door.reader.away(away)),
    facts(reader, context),
    kind === 'wiegand' &&
      context.mayChange &&
      h(
        'a',
        { class: 'button plain', href: address(['readers', name]) },
        icon('readers'),
        texts.readers.look,
      ),
  ];
}

function facts(reader: ReaderItem, { times }: ViewContext): HTMLElement {
  const words = texts.readers;
  const { kind, formats, credentials, misreads, glitches, lostEdges, lastFrameMs } = reader;
  const item = (term: string, value: string) => [h('dt', {}, term), h('dd', {}, value)];
  return h(
    'dl',
    { class: 'facts' },
    item(words.kind, words.kinds[kind] ?? kind),
    formats.length > 0 && item(words.formats, formats.join(', ')),
    item(words.read, String(credentials)),
    item(words.misread, String(misreads)),
    kind === 'wiegand' && item(words.noise, words.noiseCounts(glitches, lostEdges)),
    item(words.last, lastFrameMs === null ? words.never : times.moment(lastFrameMs)),
  );
}
