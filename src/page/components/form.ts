/** Forms: what is sent, whether that is under way, and why it did not work. */
import { type Child, h, replace } from '../dom.ts';
import { isEnded, mayBeDone, sayFailure } from '../failure.ts';
import { icon } from '../icons.ts';
import { texts } from '../texts.ts';
import { button } from './button.ts';

/** What a form is like. */
interface FormOptions {
  /** Label of the button that sends it. */
  readonly submit: string;
  readonly content: readonly Child[];
  /** Sends it; false: a field is wrong and says so. What it rejects with is shown in the form. */
  readonly onSubmit: () => Promise<unknown> | boolean;
  readonly kind?: 'main' | 'danger';
  /** Beside the button that sends it. */
  readonly more?: readonly Child[];
  readonly label?: string;
}

/** A form. Nothing that was typed is lost when sending fails. */
export function form({ submit, content, onSubmit, kind = 'main', more, label }: FormOptions) {
  const failed = h('div', { role: 'alert', class: 'form-error' });
  const send = button({ label: submit, kind, type: 'submit' });
  const element = h(
    'form',
    { novalidate: true, class: 'form', 'aria-label': label },
    content,
    failed,
    h('div', { class: 'row' }, send, more),
  );
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (send.getAttribute('aria-busy')) return;
    replace(failed);
    const work = onSubmit();
    if (typeof work === 'boolean') return;
    send.setAttribute('aria-busy', 'true');
    try {
      await work;
    } catch (error) {
      if (isEnded(error)) return;
      const doubt = mayBeDone(error) ? ` ${texts.frame.mayBeDone}` : '';
      replace(failed, icon('alert'), h('p', { dir: 'auto' }, sayFailure(error), doubt));
    } finally {
      send.removeAttribute('aria-busy');
    }
  });
  return element;
}
