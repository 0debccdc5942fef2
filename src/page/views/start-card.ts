/** The first card: present it, say whose it is, and it opens. */
import { checkFilled, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { h, replace } from '../dom.ts';
import { icon } from '../icons.ts';
import { labelOf } from '../names.ts';
import type { LogEvent } from '../panel-types.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { lockChoice } from './lock-choice.ts';

/** The step. It waits for the next card that nobody knows. */
export function firstCard(context: ViewContext): HTMLElement {
  const { live, until } = context;
  const words = texts.start.card;
  const waiting = h('p', { class: 'hint' }, words.waiting);
  const what = h('p', { class: 'hint' }, words.text);
  const place = h('div', { role: 'status' }, waiting);
  let shown: string | undefined;
  const update = () => {
    const isFirst = live.status.get()?.identifiers === 0;
    const card = isFirst ? latestCard(live.events.get()) : undefined;
    if (!card || card.number === shown) return;
    shown = card.number;
    const content = cardForm(card, context, () => {
      what.hidden = true;
      replace(place);
    });
    replace(place, content);
  };
  live.events.follow(update, until);
  live.status.follow(update, until);
  return h(
    'li',
    { class: 'step' },
    h('span', { class: 'mark' }, icon('check')),
    h('div', { class: 'stack' }, h('h3', {}, words.title), what, place),
  );
}

interface SeenCard {
  readonly number: string;
  readonly reader: string;
}

/** The newest card that was refused because nobody has it. */
function latestCard(events: readonly LogEvent[]): SeenCard | undefined {
  for (const { name, info } of events) {
    const { number, reader } = info.model;
    if (name.key !== 'access_denied_by_unknown_card') continue;
    if (typeof number === 'string' && typeof reader === 'string') return { number, reader };
  }
  return undefined;
}

function cardForm(
  { number, reader }: SeenCard,
  context: ViewContext,
  done: () => void,
): HTMLElement {
  const { api, setup, notices } = context;
  const words = texts.start.card;
  const owner = textField({ label: words.owner, required: true, maxlength: 200 });
  const lock = lockChoice(words.lock, context);
  return form({
    label: words.title,
    submit: words.action,
    content: [
      h('p', {}, words.seen(number, labelOf(setup.get(), 'reader', reader))),
      h('div', { class: 'fields' }, owner.element, lock.element),
    ],
    onSubmit: () => checkFilled(owner) && add(),
  });

  async function add(): Promise<void> {
    const name = owner.value().trim();
    await api.act('POST', '/api/v1/access/identifier', {
      identifier_owner: { name, type: 'owner' },
      identifier_type: 'card',
      identifier_number: number,
      lock: lock.value(),
    });
    done();
    notices.say(words.added(name));
  }
}
