/** Several cards one after the other, each added as it is presented. */
import { button } from '../components/button.ts';
import { checkFilled, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { h, replace } from '../dom.ts';
import { isEnded } from '../failure.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { type Enrolment, enrolmentEnd, enrolmentPath, readerChoice } from './identifiers-enrol.ts';
import { lockChoice } from './lock-choice.ts';

const mostCards = 1000;
const pauseSeconds = 60;

/** The view. */
export function showSeveral(context: ViewContext): Node {
  const words = texts.identifiers;
  const place = h('div', { class: 'stack' });
  const start = () => replace(place, startForm(context, place, start));
  start();
  return h(
    'div',
    { class: 'stack narrow' },
    h('a', { href: address(['identifiers']) }, words.back),
    h('h1', {}, words.several.title),
    h('p', {}, words.several.text),
    place,
  );
}

function startForm(context: ViewContext, place: HTMLElement, again: () => void): HTMLElement {
  const { api } = context;
  const words = texts.identifiers;
  const reader = readerChoice(context);
  const owner = textField({ label: words.several.owner, required: true, maxlength: 200 });
  const lock = lockChoice(words.lock, context, 'all');
  return form({
    label: words.several.title,
    submit: words.several.start,
    content: [h('div', { class: 'card fields' }, reader.element, owner.element, lock.element)],
    onSubmit: () => checkFilled(owner) && begin(),
  });

  async function begin(): Promise<void> {
    const name = owner.value().trim();
    await api.act('POST', enrolmentPath, {
      reader: reader.value(),
      mode: 'add',
      seconds: pauseSeconds,
      cards: mostCards,
      identifier_owner: { name, type: 'owner' },
      lock: lock.value(),
    });
    replace(place, taking(reader.value(), context, again));
  }
}

function taking(reader: string, context: ViewContext, again: () => void): HTMLElement {
  const { api, notices } = context;
  const words = texts.identifiers.several;
  const list = h('div', { class: 'stack', role: 'log', 'aria-label': words.taken });
  const state = h('p', { role: 'status' }, words.waiting);
  const stop = button({
    label: words.stop,
    kind: 'main',
    onPress: () =>
      notices.perform({
        what: words.stop,
        run: () => api.act('DELETE', enrolmentPath, undefined, { query: { reader } }),
      }),
  });
  const actions = h('div', { class: 'row' }, stop);
  const show = (enrolment: Enrolment) => {
    const cards = enrolment.state === 'none' ? [] : enrolment.cards;
    replace(
      list,
      cards.map(({ identifier_number, outcome }) =>
        h(
          'div',
          { class: 'row' },
          h('bdi', { class: 'code' }, identifier_number),
          outcomeBadge(outcome),
        ),
      ),
    );
  };
  enrolmentEnd(reader, context, show)
    .then((ended) => {
      state.textContent = words.ended(ended.state === 'none' ? [] : sums(ended.cards));
      replace(actions, button({ label: words.again, onPress: again }));
    })
    .catch((error: unknown) => {
      if (!isEnded(error)) notices.failed(words.title, error, again);
    });
  return h('section', { class: 'card stack', 'aria-label': words.taken }, state, list, actions);
}

/** How many cards came to what, in the order in which that was first seen. */
function sums(cards: readonly { readonly outcome: string }[]): string[] {
  const words = texts.identifiers.several;
  const counts = new Map<string, number>();
  for (const { outcome } of cards) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) =>
    words.sum(count, words.outcomes[outcome] ?? outcome),
  );
}

function outcomeBadge(outcome: string): HTMLElement {
  const words: { readonly [outcome: string]: string } = texts.identifiers.several.outcomes;
  return h(
    'span',
    { class: `badge ${outcome === 'added' ? 'good' : 'warn'}` },
    words[outcome] ?? outcome,
  );
}
