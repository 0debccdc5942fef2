/** The number of an identifier: typed, made, or taken from what is presented at a reader. */
import { button } from '../components/button.ts';
import { type Field, textField } from '../components/field.ts';
import { h, replace } from '../dom.ts';
import type { Identifier, IdentifierType } from '../identifier-types.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { readerChoice, takeNext } from './identifiers-enrol.ts';

/** The part of the form. */
interface NumberPart {
  readonly element: HTMLElement;
  readonly field: Field;
  /** To be called when the type has changed. */
  readonly update: () => void;
}

/** @param typeOf the type that the form shows. */
export function numberPart(
  identifier: Identifier | undefined,
  typeOf: () => IdentifierType,
  context: ViewContext,
): NumberPart {
  const words = texts.identifiers;
  const field = textField({
    label: words.number,
    required: true,
    maxlength: 100,
    value: identifier?.identifier_number ?? context.place.query.get('number') ?? '',
  });
  const ways = h('div', { class: 'stack' });
  const update = () => {
    const type = typeOf();
    field.explain(words.numberHints[type]);
    field.input.setAttribute('inputmode', type === 'inputCode' ? 'numeric' : 'text');
    if (type === 'qr' && field.value() === '') field.input.value = freshUuid();
    replace(ways, waysTo(type, field, context));
  };
  update();
  return { element: h('div', { class: 'stack' }, field.element, ways), field, update };
}

function waysTo(type: IdentifierType, field: Field, context: ViewContext) {
  const words = texts.identifiers;
  if (type === 'inputCode') return undefined;
  const make =
    type === 'qr' &&
    button({
      label: words.newQr,
      onPress: () => {
        field.input.value = freshUuid();
      },
    });
  return [make, presentPart(field, context)];
}

/** Waits for what somebody holds before a reader. */
function presentPart(field: Field, context: ViewContext): HTMLElement {
  const words = texts.identifiers.present;
  const reader = readerChoice(context);
  const said = h('p', { class: 'hint', role: 'status' });
  async function take(): Promise<void> {
    field.fail();
    said.textContent = words.waiting;
    const taken = await takeNext(reader.value(), context);
    if (taken.kind === 'taken') field.input.value = taken.number;
    said.textContent =
      taken.kind === 'taken' ? words.taken(taken.number, taken.isKnown) : words[taken.kind];
  }
  return h(
    'div',
    { class: 'stack sunken' },
    reader.element,
    h('div', { class: 'row' }, button({ label: words.button, icon: 'card', onPress: take })),
    said,
  );
}

/** A UUID of version 4; `randomUUID` is there over TLS only. */
function freshUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
