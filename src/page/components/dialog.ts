/** Dialogs: the browser's own, which keep the focus and close with Escape. */
import { type Child, freshId, h } from '../dom.ts';
import { giveBack } from '../focus.ts';
import { texts } from '../texts.ts';
import { button } from './button.ts';

/** A dialog that is open. */
interface Dialog {
  readonly element: HTMLDialogElement;
  /** Closes it with an answer. */
  readonly close: (answer?: string) => void;
  /** Resolves when it is closed: with the answer, or empty for Escape. */
  readonly closed: Promise<string>;
}

/** Opens a dialog; `content` gets it to close it. It is gone from the page once it is closed. */
export function openDialog(title: string, content: (dialog: Dialog) => readonly Child[]): Dialog {
  const titleId = freshId('dialog');
  const element = h('dialog', { 'aria-labelledby': titleId });
  const from = document.activeElement;
  const closed = new Promise<string>((resolve) => {
    element.addEventListener('close', () => {
      element.remove();
      giveBack(from);
      resolve(element.returnValue);
    });
  });
  const dialog: Dialog = { element, closed, close: (answer = '') => element.close(answer) };
  const parts = h('div', { class: 'stack' }, h('h2', { id: titleId }, title), content(dialog));
  element.append(parts);
  document.body.append(element);
  element.showModal();
  return dialog;
}

/** Asks before something is done. */
interface Question {
  readonly title: string;
  readonly text: Child;
  /** Label of the button that does it. */
  readonly action: string;
  readonly kind?: 'main' | 'danger';
}

/** Resolves with whether the person wants it. Escape and Cancel do not. */
export async function confirmed({
  title,
  text,
  action,
  kind = 'main',
}: Question): Promise<boolean> {
  const { closed } = openDialog(title, ({ close }) => [
    h('div', { class: 'prose' }, text),
    h(
      'div',
      { class: 'row' },
      button({ label: action, kind, onPress: () => close('yes') }),
      button({
        label: texts.frame.cancel,
        kind: 'quiet',
        onPress: () => close(),
        // A key that is pressed twice by mistake does no harm.
        autofocus: kind === 'danger',
      }),
    ),
  ]);
  return (await closed) === 'yes';
}
