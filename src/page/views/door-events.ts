/** Events as they happen, newest first; said to screen readers as they come. */
import { h } from '../dom.ts';
import { type Told, tellEvent } from '../event-words.ts';
import { icon } from '../icons.ts';
import type { LogEvent } from '../panel-types.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

const shown = 25;

/** The list. Lines that stand keep their place in the page: only what is new is added. */
export function eventList(context: ViewContext): HTMLElement {
  const list = h('ol', {});
  const empty = h('p', { class: 'hint' }, texts.door.noEvents);
  const lines = new Map<number, HTMLElement>();
  context.live.events.follow((events) => {
    const wanted = events.slice(0, shown);
    const kept = new Set(wanted.map(({ sequence }) => sequence));
    for (const [sequence, line] of lines) {
      if (kept.has(sequence)) continue;
      line.remove();
      lines.delete(sequence);
    }
    for (const event of wanted.toReversed()) {
      if (lines.has(event.sequence)) continue;
      const line = lineOf(event, context);
      lines.set(event.sequence, line);
      list.prepend(line);
    }
    empty.hidden = wanted.length > 0;
  }, context.until);
  return h(
    'div',
    { class: 'events', role: 'log', 'aria-label': texts.door.events, tabindex: 0 },
    empty,
    list,
  );
}

function lineOf(event: LogEvent, { setup, times }: ViewContext): HTMLElement {
  const told = tellEvent(event, setup.get());
  return h(
    'li',
    { class: `event ${told.tone}`, 'data-sequence': event.sequence },
    h('span', { class: 'mark' }, icon(told.icon)),
    told && eventText(told),
    h('time', { title: times.moment(event.timestamp) }, times.time(event.timestamp)),
  );
}

/** Who, what became of it, and where. */
export function eventText({ title, outcome, where }: Told): HTMLElement {
  return h(
    'div',
    { class: 'said-of' },
    h('strong', { class: 'clip', dir: 'auto' }, title),
    outcome && h('span', { class: 'outcome' }, outcome),
    where.length > 0 &&
      h(
        'span',
        { class: 'hint clip' },
        where.map((part, index) => [index > 0 && ' · ', h('bdi', {}, part)]),
      ),
  );
}
