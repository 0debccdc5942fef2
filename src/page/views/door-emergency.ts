/** Emergency opening: asked for clearly, ended clearly. */

import { button } from '../components/button.ts';
import { openDialog } from '../components/dialog.ts';
import { choiceField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { h } from '../dom.ts';
import { labelOf } from '../names.ts';
import type { LockName } from '../panel-types.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

const numbers: { readonly [lock: string]: number } = { all: 0, first: 1, second: 2 };

/** Asks which and for how long, then opens. Sent from the dialog: what fails is told there. */
export async function askEmergency(
  names: readonly LockName[],
  { api, notices, setup }: ViewContext,
): Promise<void> {
  const words = texts.door.emergency;
  const lock = choiceField({
    label: words.lock,
    choices: [
      ...(names.length > 1 ? [{ value: 'all', label: texts.locks.all }] : []),
      ...names.map((name) => ({ value: name, label: labelOf(setup.get(), 'lock', name) })),
    ],
  });
  const time = choiceField({
    label: words.time,
    choices: Object.entries(words.times).map(([value, label]) => ({ value, label })),
  });
  const { closed } = openDialog(words.title, ({ close }) => [
    h('p', {}, words.text),
    form({
      submit: words.action,
      kind: 'danger',
      content: [lock.element, time.element],
      more: [button({ label: texts.frame.cancel, kind: 'quiet', onPress: () => close() })],
      async onSubmit() {
        const one = { lock_number: numbers[lock.value()], unlock_time: Number(time.value()) };
        await api.act('POST', '/api/v1/access/general/lock/open/emergency', { locks: [one] });
        notices.say(words.done);
        close();
      },
    }),
  ]);
  await closed;
}

const closePath = '/api/v1/access/general/lock/close/emergency';

/** Ends the emergency of a lock, and whatever else keeps it open. */
export function endEmergency(
  lock: LockName,
  name: string,
  { api, notices, until }: ViewContext,
): Promise<boolean> {
  const words = texts.door.emergency;
  return notices.perform({
    what: words.endOne(name),
    run: () => api.act('POST', closePath, { locks: [numbers[lock]] }),
    done: words.endedOne(name),
    now: until,
  });
}

/** The same of every lock. */
export function endEveryEmergency({ api, notices, until }: ViewContext): Promise<boolean> {
  const words = texts.door.emergency;
  return notices.perform({
    what: words.endAll,
    run: () => api.act('POST', closePath, { locks: [numbers.all] }),
    done: words.endedAll,
    now: until,
  });
}
