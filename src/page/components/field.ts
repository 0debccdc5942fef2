/** Fields of forms: a label above, a hint below, the error beside what it is about. */
import { type Child, freshId, h } from '../dom.ts';
import { texts } from '../texts.ts';

/** One field; `T`: what may stand in it. */
export interface Field<T extends string = string> {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement | HTMLSelectElement;
  /** What stands in it; of a check box `on` or empty. */
  readonly value: () => T;
  /** Says below it what may stand there. */
  readonly explain: (text: string) => void;
  /** Shows what is wrong with it; without a text nothing is. */
  readonly fail: (text?: string) => void;
}

/** What a field of text is like. */
interface TextOptions {
  readonly label: string;
  readonly value?: string;
  readonly hint?: string;
  readonly type?: 'text' | 'password' | 'number' | 'search' | 'date' | 'time' | 'datetime-local';
  readonly required?: boolean;
  /** For the browser: `username`, `current-password`, `new-password`, `off`. */
  readonly autocomplete?: string;
  readonly inputmode?: 'numeric' | 'text' | 'decimal';
  readonly min?: number | string;
  readonly max?: number | string;
  readonly step?: number | string;
  readonly maxlength?: number;
}

/** A field of one line. */
export function textField({ label, hint, ...options }: TextOptions): Field {
  const input = h('input', {
    type: 'text',
    spellcheck: 'false',
    autocapitalize: 'none',
    autocomplete: 'off',
    ...options,
    required: undefined,
    'aria-required': options.required ? 'true' : undefined,
  });
  return labelled(label, hint, input, () => input.value);
}

/** A choice of one of several. */
export function choiceField<T extends string>(options: {
  readonly label: string;
  readonly value?: T;
  readonly hint?: string;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
}): Field<T> {
  const { label, hint, choices, value = choices[0]?.value } = options;
  const input = h(
    'select',
    { value },
    choices.map((choice) => h('option', { value: choice.value }, choice.label)),
  );
  // A browser lets nobody choose what is not offered.
  return labelled(label, hint, input, () => input.value as T);
}

/** A switch: on or off. */
export function checkField(options: {
  readonly label: string;
  readonly checked?: boolean;
  readonly hint?: string;
}): Field {
  const input = h('input', { type: 'checkbox', id: freshId('field') });
  input.checked = options.checked ?? false;
  const notes = withNotes(input, options.hint, [
    h('label', { class: 'check', for: input.id }, input, h('span', {}, options.label)),
  ]);
  return { ...notes, input, value: () => (input.checked ? 'on' : '') };
}

function labelled<T extends string>(
  label: string,
  hint: string | undefined,
  input: Field['input'],
  value: () => T,
): Field<T> {
  input.id = freshId('field');
  const notes = withNotes(input, hint, [h('label', { for: input.id }, label), input]);
  return { ...notes, input, value };
}

function withNotes(input: Field['input'], hint: string | undefined, parts: readonly Child[]) {
  const said = h('p', { id: freshId('hint'), class: 'hint', hidden: true });
  const error = h('p', { id: freshId('error'), class: 'field-error', hidden: true });
  const element = h('div', { class: 'field' }, parts, said, error);
  const show = (note: HTMLElement, text: string) => {
    note.textContent = text;
    note.hidden = text === '';
    const notes = [said, error].filter(({ hidden }) => !hidden).map(({ id }) => id);
    if (notes.length > 0) input.setAttribute('aria-describedby', notes.join(' '));
    else input.removeAttribute('aria-describedby');
  };
  function fail(text = ''): void {
    show(error, text);
    if (text) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  }
  const explain = (text: string) => show(said, text);
  explain(hint ?? '');
  return { element, explain, fail };
}

/** Marks the fields that must be filled in and are not; focuses the first. True: none. */
export function checkFilled(...fields: readonly Field[]): boolean {
  return report(
    fields.map((field) => [field, field.value().trim() === '' ? texts.fields.needed : '']),
  );
}

/** Shows these errors beside their fields and focuses the first that has one. True: none has. */
export function report(errors: readonly (readonly [Field, string])[]): boolean {
  for (const [field, text] of errors) field.fail(text);
  const [first] = errors.find(([, text]) => text !== '') ?? [];
  first?.input.focus();
  return first === undefined;
}
