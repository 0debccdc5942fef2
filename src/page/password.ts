/** The password of whoever is signed in: changed in a dialog. */
import { CallError } from './api.ts';
import { button } from './components/button.ts';
import { openDialog } from './components/dialog.ts';
import { checkFilled, report, textField } from './components/field.ts';
import { form } from './components/form.ts';
import type { Setup } from './setup.ts';
import { texts } from './texts.ts';
import type { ViewContext } from './views.ts';

const shortest = 6;

/** What it works with. */
type Parts = Pick<ViewContext, 'api' | 'session' | 'notices' | 'setup' | 'renewSession'>;

/** Asks for the password of now and the new one, and changes it. */
export function openPassword({ api, session, notices, setup, renewSession }: Parts): void {
  const words = texts.password;
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

function passwordField(label: string, autocomplete: string) {
  return textField({ label, type: 'password', autocomplete, required: true });
}
