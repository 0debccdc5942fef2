/** What is wrong with the panel, and what to do about it. */
import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import { labelOf } from '../names.ts';
import type { Params } from '../texts/en.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { panelPart } from './panel-part.ts';

/** `GET /api/v1/panel/health`. */
interface Health {
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly faults: readonly {
    readonly code: string;
    readonly params: Params;
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
              sentences(fault, context),
              h('p', { class: 'hint' }, words.since(times.moment(fault.since))),
            ),
          ),
        ),
      );
    };
    await show();
    // What could not be read stays as it was: the next news of the panel asks again.
    live.status.follow(() => void show().catch(() => undefined), until);
    return place;
  });
}

/** What is wrong, and what to do; by its code where the texts have it. */
function sentences(fault: Health['faults'][number], { setup }: ViewContext) {
  const words = texts.panel.health.faults[fault.code];
  const { lock, reader, kind, fault: wires } = fault.params;
  const named = {
    ...fault.params,
    ...(lock && { lock: labelOf(setup.get(), 'lock', String(lock)) }),
    ...(reader && { reader: labelOf(setup.get(), 'reader', String(reader)) }),
    ...(kind && { kind: texts.door.inputKinds[kind]?.name ?? kind }),
    ...(wires && { fault: texts.readers.lineFaults[wires] ?? wires }),
  };
  return [
    h('strong', { dir: 'auto' }, words?.what(named) ?? fault.what),
    h('p', { dir: 'auto' }, words?.do ?? fault.do),
  ];
}

function stateBadge(status: Health['status']): HTMLElement {
  return h(
    'span',
    { class: `badge ${status === 'ok' ? 'good' : 'bad'}` },
    icon(status === 'ok' ? 'check' : 'alert'),
    texts.panel.health.states[status],
  );
}
