/** The door at a glance: locks, what happens, readers and contacts. */
import { h, replace } from '../dom.ts';
import { icon } from '../icons.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { eventList } from './door-events.ts';
import { lockCards } from './door-locks.ts';
import { partLists } from './door-parts.ts';
import { firstSteps } from './start.ts';

/** The view. */
export function show(context: ViewContext): Node {
  return h(
    'div',
    { class: 'door' },
    h('div', { class: 'between' }, h('h1', {}, texts.door.title), clock(context)),
    warnings(context),
    context.mayChange && firstSteps(context),
    lockCards(context),
    h(
      'div',
      { class: 'below' },
      h(
        'section',
        { class: 'card stack happens', 'aria-labelledby': 'happens' },
        h(
          'div',
          { class: 'between' },
          h('h2', { id: 'happens' }, texts.door.events),
          h('a', { href: address(['log']) }, texts.door.allEvents),
        ),
        eventList(context),
      ),
      partLists(context),
    ),
  );
}

/** The panel's own time, which may differ from that of this device. */
function clock({ live, times, until }: ViewContext): HTMLElement {
  const shown = h('time', { class: 'clock', 'aria-label': texts.door.clock });
  let aheadMs: number | undefined;
  const tick = () => {
    if (aheadMs === undefined) return;
    const now = Date.now() + aheadMs;
    shown.textContent = `${times.date(now)}, ${times.time(now)}`;
  };
  live.status.follow((status) => {
    if (status) aheadMs = status.nowMs - Date.now();
    tick();
  }, until);
  const timer = setInterval(tick, 1000);
  until.addEventListener('abort', () => clearInterval(timer));
  return shown;
}

function warnings({ live, until }: ViewContext): HTMLElement {
  const list = h('ul', { class: 'warnings', role: 'status' });
  live.status.follow((status) => {
    const told = [
      status && !status.clockTrusted && texts.door.clockUntrusted,
      status?.events.failing && texts.door.eventsFailing,
    ].filter((text) => typeof text === 'string');
    if (list.dataset.told === told.join()) return;
    list.dataset.told = told.join();
    replace(
      list,
      told.map((text) => h('li', {}, icon('alert'), text)),
    );
  }, until);
  return list;
}
