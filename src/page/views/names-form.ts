/** Names that people give the panel, its readers and its locks. */
import { button } from '../components/button.ts';
import { openDialog } from '../components/dialog.ts';
import { type Field, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { type Child, h } from '../dom.ts';
import { labelIn } from '../names.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

/** A form with a field for each name. @param done called when they are saved. @param more beside Save. */
export function namesForm(
  { api, setup, live, notices }: ViewContext,
  done: () => void,
  more?: Child,
): HTMLElement {
  const words = texts.names;
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
    field: field(texts.locks[name], labelIn(labels.locks, name)),
  }));
  const fields = [device, ...readers.map((one) => one.field), ...locks.map((one) => one.field)];
  return form({
    label: words.title,
    submit: texts.frame.save,
    content: [
      h(
        'div',
        { class: 'fields wide' },
        fields.map(({ element }) => element),
      ),
    ],
    more: [more],
    async onSubmit() {
      const named = device.value().trim();
      const fresh = {
        ...(named && { device: named }),
        readers: given(readers),
        locks: given(locks),
      };
      await api.act('POST', '/api/v1/panel/labels', fresh);
      setup.set({ ...setup.get(), labels: fresh });
      notices.say(words.saved);
      done();
    },
  });
}

function given<N extends string>(
  named: readonly { readonly name: N; readonly field: Field }[],
): readonly { readonly name: N; readonly label: string }[] {
  return named
    .map(({ name, field }) => ({ name, label: field.value().trim() }))
    .filter(({ label }) => label !== '');
}

/** The form in a dialog. */
export function openNames(context: ViewContext): void {
  openDialog(texts.start.names.title, ({ close }) => {
    const done = () => {
      close();
      context.showAgain();
    };
    const cancel = button({ label: texts.frame.cancel, kind: 'quiet', onPress: () => close() });
    return [namesForm(context, done, cancel)];
  });
}
