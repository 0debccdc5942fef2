/** Signing in, as a view of its own and again in a dialog when the session is over. */
import { CallError, signIn } from './api.ts';
import { button } from './components/button.ts';
import { openDialog } from './components/dialog.ts';
import { checkFilled, type Field, textField } from './components/field.ts';
import { form } from './components/form.ts';
import { type Child, h } from './dom.ts';
import { icon } from './icons.ts';
import { md5 } from './md5.ts';
import type { Session } from './session.ts';
import { texts } from './texts.ts';

/** Shows the sign-in and nothing else. Resolves with who signed in. */
export function showSignIn(): Promise<Session> {
  return new Promise((resolve) => {
    document.title = `${texts.signIn.title} · ${texts.frame.product}`;
    document.body.className = 'signing-in';
    document.body.replaceChildren(
      h(
        'main',
        { id: 'main' },
        h('div', { class: 'brand' }, icon('door'), h('span', {}, texts.frame.product)),
        h('h1', {}, texts.signIn.title),
        signInForm('', resolve),
        h('p', { class: 'hint' }, texts.signIn.hint),
        location.protocol === 'http:' && h('p', { class: 'hint' }, texts.signIn.plain),
      ),
    );
    document.querySelector('input')?.focus();
  });
}

/** Asks for the password again over what is shown. Undefined: the person does not want to. */
export async function askAgain(name: string): Promise<Session | undefined> {
  let session: Session | undefined;
  const { closed } = openDialog(texts.signIn.again, ({ close }) => [
    h('p', {}, texts.signIn.againWhy),
    signInForm(
      name,
      (fresh) => {
        session = fresh;
        close();
      },
      button({ label: texts.frame.signOut, kind: 'quiet', onPress: () => close() }),
    ),
  ]);
  await closed;
  return session;
}

function signInForm(name: string, done: (session: Session) => void, more?: Child): HTMLElement {
  const user = textField({
    label: texts.signIn.name,
    value: name,
    autocomplete: 'username',
    required: true,
  });
  const password = textField({
    label: texts.signIn.password,
    type: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  if (name) password.input.autofocus = true;
  return form({
    submit: texts.signIn.submit,
    content: [user.element, password.element],
    more: [more],
    onSubmit: () =>
      checkFilled(user, password) &&
      signIn(user.value().trim(), md5(password.value())).then(done, (error) =>
        explain(error, password),
      ),
  });
}

/** A wrong password stands beside the password; all else below the form. */
function explain(error: unknown, password: Field): void {
  if (!(error instanceof CallError)) throw error;
  if (error.failure === 'refused') password.fail(texts.signIn.wrong);
  else if (error.failure === 'throttled') {
    password.fail(texts.signIn.throttled(error.waitSeconds ?? 1));
  } else throw error;
  password.input.focus();
  if (password.input instanceof HTMLInputElement) password.input.select();
}
