/** What is left to do on a new panel: a password, names, the first card. */
import { button } from '../components/button.ts';
import { h, replace } from '../dom.ts';
import { focusIn, keepFocus, setHidden } from '../focus.ts';
import { icon } from '../icons.ts';
import { openPassword } from '../password.ts';
import type { Setup } from '../setup.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { openNames } from './names-form.ts';
import { firstCard } from './start-card.ts';

const laterKey = 'latchd-first-steps-later';

/** A card with the steps that are left; hidden once all are done, or for this visit. */
export function firstSteps(context: ViewContext): HTMLElement {
  const { setup, live, until } = context;
  const words = texts.start;
  const list = h('ol', { class: 'steps' });
  const later = button({ label: words.later, kind: 'quiet', onPress: () => hide() });
  const card = h(
    'section',
    { class: 'card stack first-steps', 'aria-labelledby': 'first-steps', hidden: true },
    h('div', { class: 'between' }, h('h2', { id: 'first-steps' }, words.title), later),
    list,
  );
  let isHidden = sessionStorage.getItem(laterKey) !== null;
  function hide(): void {
    sessionStorage.setItem(laterKey, '1');
    isHidden = true;
    setHidden(card, true);
  }
  const steps = [
    { step: passwordStep(context), isLeft: () => setup.get().initial_password },
    { step: namesStep(context), isLeft: () => !hasNames(setup.get()) },
    { step: firstCard(context), isLeft: () => live.status.get()?.identifiers === 0 },
  ];
  replace(
    list,
    steps.map(({ step }) => step),
  );
  const update = () => {
    const focused = focusIn(card);
    for (const { step, isLeft } of steps) step.classList.toggle('done', !isLeft());
    keepFocus(card, focused);
    const known = live.status.get() !== undefined;
    setHidden(card, isHidden || !known || steps.every(({ isLeft }) => !isLeft()));
  };
  setup.follow(update, until);
  live.status.follow(update, until);
  return card;
}

function hasNames({ labels }: Setup): boolean {
  return labels.device !== undefined || labels.readers.length > 0 || labels.locks.length > 0;
}

/** One step: what to do and why, ticked once it is done. */
function stepOf(title: string, text: string, ...more: readonly Node[]): HTMLElement {
  return h(
    'li',
    { class: 'step' },
    h('span', { class: 'mark' }, icon('check')),
    h('div', { class: 'stack' }, h('h3', {}, title), h('p', { class: 'hint' }, text), more),
  );
}

function passwordStep(context: ViewContext): HTMLElement {
  const { title, text, action } = texts.start.password;
  return stepOf(title, text, button({ label: action, onPress: () => void openPassword(context) }));
}

function namesStep(context: ViewContext): HTMLElement {
  const { title, text, action } = texts.start.names;
  return stepOf(title, text, button({ label: action, onPress: () => openNames(context) }));
}
