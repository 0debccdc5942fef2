/** What is left to do on a new panel: a password, names, the first card. */
import { CallError } from '../api.ts';
import { button } from '../components/button.ts';
import { openDialog } from '../components/dialog.ts';
import { checkFilled, type Field, report, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { h, replace } from '../dom.ts';
import { focusIn, keepFocus, setHidden } from '../focus.ts';
import { icon } from '../icons.ts';
import { labelIn } from '../names.ts';
import type { Setup } from '../setup.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
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

function openPassword({ api, session, notices, setup, renewSession }: ViewContext): void {
  const words = texts.start.password;
  const old = passwordField(words.old, 'current-password');
  const fresh = passwordField(words.fresh, 'new-password');
  const again = passwordField(words.again, 'new-password');
  const dialog = openDialog(words.title, ({ close }) => [
    form({
      submit: words.action,
      content: [old.element, fresh.element, again.element],
      more: [button({ label: texts.frame.cancel, kind: 'quiet', onPress: () => close() })],
      onSubmit: () =>
        checkFilled(old, fresh, again) &&
        report([
          [fresh, fresh.value().length < shortest ? texts.fields.shortest(shortest) : ''],
          [again, fresh.value() === again.value() ? '' : words.different],
        ]) &&
        change(),
    }),
  ]);

  async function change(): Promise<void> {
    try {
      // From its beginning: the stream may hear of the end of its session before this is answered.
      await renewSession(api.changePassword(session.name, old.value(), fresh.value()));
    } catch (error) {
      if (!(error instanceof CallError && error.failure === 'refused')) throw error;
      return void report([[old, words.wrong]]);
    }
    setup.set(await api.read<Setup>('/api/v1/panel/setup'));
    dialog.close();
    notices.say(words.changed);
  }
}

const shortest = 6;

function passwordField(label: string, autocomplete: string) {
  return textField({ label, type: 'password', autocomplete, required: true });
}

function namesStep(context: ViewContext): HTMLElement {
  const { title, text, action } = texts.start.names;
  return stepOf(title, text, button({ label: action, onPress: () => openNames(context) }));
}

/** A dialog with a field for each name. */
function openNames({ api, setup, live, notices, showAgain }: ViewContext): void {
  const words = texts.start.names;
  const { labels, device_name } = setup.get();
  const status = live.status.get();
  const field = (label: string, value = '') => textField({ label, value, maxlength: 64 });
  const device = field(words.device, labels.device ?? device_name);
  const readers = (status?.readers ?? []).map(({ name }) => ({
    name,
    field: field(words.reader(name), labelIn(labels.readers, name)),
  }));
  const locks = (status?.locks ?? []).map(({ name }) => ({
    name,
    field: field(words.lock(texts.locks[name]), labelIn(labels.locks, name)),
  }));
  const { close } = openDialog(words.title, () => [
    form({
      submit: texts.frame.save,
      content: [device, ...readers.map((one) => one.field), ...locks.map((one) => one.field)].map(
        ({ element }) => element,
      ),
      more: [button({ label: texts.frame.cancel, kind: 'quiet', onPress: () => close() })],
      async onSubmit() {
        const named = device.value().trim();
        const fresh = {
          ...(named && { device: named }),
          readers: given(readers),
          locks: given(locks),
        };
        await api.act('POST', '/api/v1/panel/labels', fresh);
        setup.set({ ...setup.get(), labels: fresh });
        close();
        notices.say(words.saved);
        showAgain();
      },
    }),
  ]);
}

function given<N extends string>(
  named: readonly { readonly name: N; readonly field: Field }[],
): readonly { readonly name: N; readonly label: string }[] {
  return named
    .map(({ name, field }) => ({ name, label: field.value().trim() }))
    .filter(({ label }) => label !== '');
}
