/** Who may change the panel: accounts of people and keys of integrations. */
import { button } from '../components/button.ts';
import { confirmed } from '../components/dialog.ts';
import { checkFilled, choiceField, report, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { table } from '../components/table.ts';
import { h } from '../dom.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { foldedPart, panelPart } from './panel-part.ts';

const accountPath = '/api/v1/accounts';
const keyPath = '/api/v1/apikeys';
const names = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
const shortestPassword = 6;

interface Account {
  readonly name: string;
  readonly role: 'admin' | 'manager' | 'damaged';
}
interface ApiKey {
  readonly name: string;
  readonly created_ms: number;
  readonly last_used_ms: number | null;
}

/** Accounts: list, add, remove. */
export function accountPart(context: ViewContext): HTMLElement {
  const { api, notices, session, until } = context;
  const words = texts.panel.accounts;
  return panelPart(words.title, async (again) => {
    const { users } = await api.read<{ users: Account[] }>(accountPath, { signal: until });
    const name = textField({ label: words.name, required: true, maxlength: 64 });
    const role = choiceField({
      label: words.role,
      choices: (['manager', 'admin'] as const).map((value) => ({
        value,
        label: words.roles[value],
      })),
    });
    const password = textField({
      label: words.password,
      type: 'password',
      required: true,
      autocomplete: 'new-password',
    });
    return [
      table({
        caption: words.title,
        columns: [
          { title: words.name, head: true, cell: (row: Account) => row.name },
          { title: words.role, cell: (row: Account) => words.roles[row.role] },
          {
            title: texts.frame.remove,
            actions: true,
            cell: (row: Account) =>
              row.name !== session.name && removeButton(row.name, accountPath, context, again),
          },
        ],
        rows: users,
        empty: '',
      }),
      form({
        label: words.add,
        submit: words.add,
        content: [h('div', { class: 'fields' }, name.element, role.element, password.element)],
        onSubmit() {
          const isRight =
            checkFilled(name, password) &&
            report([
              [name, names.test(name.value()) ? '' : words.wrongName],
              [
                password,
                password.value().length >= shortestPassword
                  ? ''
                  : texts.fields.shortest(shortestPassword),
              ],
            ]);
          return isRight && add();
        },
      }),
    ];

    async function add(): Promise<void> {
      const body = { name: name.value(), role: role.value(), password: password.value() };
      await api.act('POST', accountPath, body);
      notices.say(words.added(body.name));
      await again();
    }
  });
}

/** Keys: list, make (shown once), revoke. */
export function keyPart(context: ViewContext): HTMLElement {
  const { api, times, until } = context;
  const words = texts.panel.keys;
  let made: string | undefined;
  return foldedPart(words.title, async (again) => {
    const { keys } = await api.read<{ keys: ApiKey[] }>(keyPath, { signal: until });
    const name = textField({ label: words.name, required: true, maxlength: 64 });
    const fresh = made;
    made = undefined;
    return [
      h('p', { class: 'hint' }, words.text),
      fresh !== undefined &&
        h(
          'div',
          { class: 'sunken stack', role: 'status' },
          h('strong', {}, words.once),
          h('code', {}, fresh),
        ),
      table({
        caption: words.title,
        columns: [
          { title: words.name, head: true, cell: (key: ApiKey) => key.name },
          { title: words.made, cell: (key: ApiKey) => times.moment(key.created_ms) },
          {
            title: words.used,
            cell: ({ last_used_ms: used }: ApiKey) =>
              used === null ? words.neverUsed : times.moment(used),
          },
          {
            title: texts.frame.remove,
            actions: true,
            cell: (key: ApiKey) => removeButton(key.name, keyPath, context, again),
          },
        ],
        rows: keys,
        empty: words.none,
      }),
      form({
        label: words.add,
        submit: words.add,
        content: [name.element],
        onSubmit: () =>
          checkFilled(name) &&
          report([[name, names.test(name.value()) ? '' : texts.panel.accounts.wrongName]]) &&
          add(name.value()),
      }),
    ];

    async function add(wanted: string): Promise<void> {
      made = (await api.act<{ key: string }>('POST', keyPath, { name: wanted })).key;
      await again();
    }
  });
}

function removeButton(
  name: string,
  path: string,
  { api, notices }: ViewContext,
  again: () => Promise<void>,
): HTMLElement {
  const words = texts.panel.accounts;
  async function remove(): Promise<void> {
    const isWanted = await confirmed({
      title: words.removeTitle(name),
      text: words.removeText,
      action: texts.frame.remove,
      kind: 'danger',
    });
    if (!isWanted) return;
    const run = () => api.act('DELETE', `${path}/${encodeURIComponent(name)}`);
    const what = words.removeTitle(name);
    if (await notices.perform({ what, run, done: words.removed(name) })) await again();
  }
  return button({
    label: words.remove(name),
    icon: 'remove',
    iconOnly: true,
    kind: 'danger',
    onPress: remove,
  });
}
