/** Buttons: at least 44 px high, disabled while what they started is under way. */
import { h } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';

/** What a button is like. */
interface ButtonOptions {
  readonly label: string;
  readonly icon?: IconName;
  /** The label is heard and not seen; an icon is. */
  readonly iconOnly?: boolean;
  /** `main`: what one comes for; `danger`: what one should think about; `quiet`: beside others. */
  readonly kind?: 'main' | 'plain' | 'quiet' | 'danger';
  readonly disabled?: boolean;
  /** Has the focus as soon as its dialog is open. */
  readonly autofocus?: boolean;
  /** A promise keeps the button from being pressed again until it ends. */
  readonly onPress?: () => unknown;
  /** Absent: a button that submits nothing. */
  readonly type?: 'submit' | 'button';
}

/** A button. */
export function button(options: ButtonOptions): HTMLButtonElement {
  const { label, kind = 'plain', iconOnly = false, disabled, autofocus, type = 'button' } = options;
  const element = h(
    'button',
    {
      type,
      class: `button ${kind}${iconOnly ? ' icon-only' : ''}`,
      disabled,
      autofocus,
      ...(iconOnly && { 'aria-label': label, title: label }),
    },
    options.icon && icon(options.icon),
    !iconOnly && h('span', {}, label),
  );
  element.addEventListener('click', () => busyWhile(element, options.onPress?.()));
  return element;
}

/** Marks `element` busy until what `work` promises is there; its focus stays. */
function busyWhile(element: HTMLButtonElement, work: unknown): void {
  if (!(work instanceof Promise)) return;
  element.setAttribute('aria-busy', 'true');
  element.setAttribute('aria-disabled', 'true');
  const block = (event: Event) => event.stopImmediatePropagation();
  element.addEventListener('click', block, { capture: true });
  const end = () => {
    element.removeAttribute('aria-busy');
    element.removeAttribute('aria-disabled');
    element.removeEventListener('click', block, { capture: true });
  };
  work.then(end, end);
}
