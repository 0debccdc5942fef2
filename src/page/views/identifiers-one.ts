/** One identifier: whose it is, what it opens, when and how often. */
import { button } from '../components/button.ts';
import { confirmed } from '../components/dialog.ts';
import { checkFilled, choiceField, type Field, report, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { h, replace } from '../dom.ts';
import { type Saved, savedOf, saveIdentifier } from '../identifier-save.ts';
import {
  type Identifier,
  type IdentifierFields,
  type IdentifierType,
  identifierPath,
  identifierTypes,
  itemPath,
} from '../identifier-types.ts';
import { labelOf } from '../names.ts';
import type { List } from '../panel-types.ts';
import type { Profile } from '../profile-types.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { type Timetable, timetablesOf } from '../week.ts';
import { limitFields } from './identifiers-limits.ts';
import { numberPart } from './identifiers-number.ts';
import { qrPicture } from './identifiers-qr.ts';
import { lockChoice } from './lock-choice.ts';

/** @param what `new`, or the uid. */
export async function showOne(what: string, context: ViewContext): Promise<Node> {
  const { api, until, mayChange } = context;
  const words = texts.identifiers;
  const uid = /^[1-9][0-9]{0,9}$/.test(what) ? Number(what) : undefined;
  const [identifier, profiles] = await Promise.all([
    uid === undefined ? undefined : api.read<Identifier>(itemPath(uid), { signal: until }),
    api.read<List<Profile>>('/api/v1/access/timeprofile/items', {
      query: { limit: 1000 },
      signal: until,
    }),
  ]);
  const tables = timetablesOf(profiles.list_items);
  return h(
    'div',
    { class: 'stack narrow' },
    h('a', { href: address(['identifiers']) }, words.back),
    h('h1', { class: 'clip', dir: 'auto' }, identifier?.identifier_owner.name ?? words.add),
    identifier?.identifier_type === 'qr' && qrPicture(identifier, context),
    mayChange
      ? h('div', { class: 'card' }, identifierForm(identifier, tables, context))
      : identifier && facts(identifier, context),
    mayChange && identifier && moreActions(identifier, context),
  );
}

function identifierForm(
  identifier: Identifier | undefined,
  tables: readonly Timetable[],
  context: ViewContext,
): HTMLElement {
  const { api, notices, place } = context;
  const words = texts.identifiers;
  const owner = textField({
    label: words.owner,
    required: true,
    maxlength: 16_384,
    value: identifier?.identifier_owner.name ?? '',
  });
  const asked = identifierTypes.find((type) => type === place.query.get('type'));
  const type = choiceField({
    label: words.type,
    value: identifier?.identifier_type ?? asked ?? 'card',
    choices: identifierTypes.map((value) => ({ value, label: words.types[value] })),
  });
  const typeOf = () => type.value();
  const number = numberPart(identifier, typeOf, context);
  type.input.addEventListener('change', number.update);
  const lock = lockChoice(words.lock, context, identifier?.lock ?? 'all');
  const limits = limitFields(identifier, tables, context);
  const saved: Saved = identifier ? savedOf(identifier) : { uid: undefined, profiles: new Set() };
  const read = (valid: IdentifierFields['valid']): IdentifierFields => ({
    identifier_owner: {
      name: owner.value().trim(),
      type: identifier?.identifier_owner.type ?? 'owner',
    },
    identifier_type: typeOf(),
    identifier_number: number.field.value().trim(),
    lock: lock.value(),
    valid,
  });
  return form({
    label: words.title,
    submit: identifier ? texts.frame.save : words.add,
    content: [
      h('div', { class: 'fields' }, owner.element, type.element),
      number.element,
      lock.element,
      limits.element,
    ],
    onSubmit() {
      if (!checkFilled(owner, number.field) || !isNumber(typeOf(), number.field)) return false;
      const valid = limits.valid();
      return valid !== undefined && save(read(valid));
    },
  });

  async function save(fields: IdentifierFields): Promise<void> {
    await saveIdentifier(api, saved, fields, limits.profiles());
    notices.say(words.saved(fields.identifier_owner.name.slice(0, 99)));
    location.hash = address(
      saved.uid !== undefined && fields.identifier_type === 'qr' && !identifier
        ? ['identifiers', saved.uid]
        : ['identifiers'],
    );
  }
}

/** As the panel takes them; what it knows better, it says itself. */
function isNumber(type: IdentifierType, field: Field): boolean {
  const patterns: { readonly [type in IdentifierType]: RegExp } = {
    card: /^[0-9]{1,10}$|^(?:[0-9A-Fa-f]{2}[:-]){1,7}[0-9A-Fa-f]{2}$/,
    ukey: /^[0-9]{1,10}$|^(?:[0-9A-Fa-f]{2}[:-]){1,7}[0-9A-Fa-f]{2}$/,
    inputCode: /^[0-9]{1,10}$/,
    qr: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    license_plate: /^.{1,100}$/u,
  };
  const isRight = patterns[type].test(field.value().trim());
  return report([[field, isRight ? '' : texts.identifiers.wrongNumber[type]]]);
}

function facts(identifier: Identifier, { setup }: ViewContext): HTMLElement {
  const words = texts.identifiers;
  const { identifier_type: type, identifier_number: number, lock } = identifier;
  const item = (term: string, value: string) => [
    h('dt', {}, term),
    h('dd', { dir: 'auto' }, value),
  ];
  return h(
    'dl',
    { class: 'card facts' },
    item(words.type, words.types[type]),
    item(words.number, type === 'inputCode' ? '••••' : number),
    item(words.lock, lock === 'all' ? texts.locks.all : labelOf(setup.get(), 'lock', lock)),
  );
}

function moreActions(identifier: Identifier, { api, notices, until }: ViewContext): HTMLElement {
  const words = texts.identifiers;
  const { identifier_uid: uid, identifier_owner: owner, valid, additional } = identifier;
  const name = owner.name.slice(0, 99);
  async function remove(): Promise<void> {
    const isWanted = await confirmed({
      title: words.removeOne(name),
      text: words.removeOneText,
      action: texts.frame.remove,
      kind: 'danger',
    });
    if (!isWanted) return;
    const isDone = await notices.perform({
      what: words.removeOne(name),
      run: () => api.act('DELETE', `${identifierPath}/items`, { uid_items: [uid] }),
      done: words.removedOne(name),
    });
    if (isDone) location.hash = address(['identifiers']);
  }
  const left = h('span', {}, words.passesLeft(additional.passes_left));
  const reset = () =>
    notices.perform({
      what: words.resetPasses,
      async run() {
        await api.act('POST', `${itemPath(uid)}/passes/reset`);
        const now = await api.read<Identifier>(itemPath(uid), { signal: until });
        replace(left, words.passesLeft(now.additional.passes_left));
      },
      done: words.passesReset(name),
    });
  return h(
    'div',
    { class: 'card row' },
    !valid.passes.is_permanent && [left, button({ label: words.resetPasses, onPress: reset })],
    button({ label: texts.frame.remove, icon: 'remove', kind: 'danger', onPress: remove }),
  );
}
