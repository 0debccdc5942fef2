/** What is wrong with the panel, and what to do about it. */
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { panelPart } from './panel-part.ts';

/** `GET /api/v1/panel/health`. */
interface Health {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly faults: readonly {
    readonly code: string;
    readonly what: string;
    readonly do: string;
    readonly since: number;
  }[];
}

/** The part. It looks again whenever the panel tells how it is. */
export function healthPart(context: ViewContext): HTMLElement {
  const { api, live, times, until } = context;
  const words = texts.panel.health;
  return panelPart(words.title, async () => {
    const place = h('div', { class: 'stack', role: 'status' });
    let told = '';
    const show = async () => {
      const health = await api.read<Health>('/api/v1/panel/health', { signal: until });
      if (told === JSON.stringify(health)) return;
      told = JSON.stringify(health);
      place.replaceChildren(
        h('div', { class: 'row' }, stateBadge(health.status)),
        h(
          'ul',
          { class: 'stack' },
          health.faults.map((fault) =>
            h(
              'li',
              {},
              h('strong', { dir: 'auto' }, fault.what),
              h('p', { dir: 'auto' }, fault.do),
              h('p', { class: 'hint' }, words.since(times.moment(fault.since))),
            ),
          ),
        ),
      );
    };
    await show();
    live.status.follow(() => void show().catch(() => undefined), until);
    return place;
  });
}

function stateBadge(status: Health['status']): HTMLElement {
  return h(
    'span',
    { class: `badge ${status === 'ok' ? 'good' : 'bad'}` },
    icon(status === 'ok' ? 'check' : 'alert'),
    texts.panel.health.states[status],
  );
}
