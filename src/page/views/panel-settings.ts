/** Settings of the locks, and how readers' numbers are written. */
import { choiceField, report, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { h } from '../dom.ts';
import { labelOf } from '../names.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { panelPart } from './panel-part.ts';

/** `GET /api/v1/access/locks/settings`, as far as it is shown here. */
interface LockSettings {
  readonly settings: readonly {
    readonly lock_number: number;
    readonly timeout: number;
    readonly delay: number;
  }[];
}

const lockPath = '/api/v1/access/locks/settings';
const wiegandPath = '/api/v1/access/general/wiegand/type';
const longestOpen = 40;
const longestDelay = 9;

/** How long the locks are open, and after which delay. */
export function lockPart({ api, notices, setup, until }: ViewContext): HTMLElement {
  const words = texts.panel.locks;
  return panelPart(words.title, async (again) => {
    const { settings } = await api.read<LockSettings>(lockPath, { signal: until });
    const rows = settings.map(({ lock_number, timeout, delay }) => {
      const name = labelOf(setup.get(), 'lock', lock_number === 1 ? 'first' : 'second');
      const seconds = { type: 'number', inputmode: 'numeric', step: 1 } as const;
      return {
        lock_number,
        name,
        timeout: textField({
          ...seconds,
          label: words.open,
          min: 1,
          max: longestOpen,
          value: String(timeout),
        }),
        delay: textField({
          ...seconds,
          label: words.delay,
          min: 0,
          max: longestDelay,
          value: String(delay),
        }),
      };
    });
    return form({
      label: words.title,
      submit: texts.frame.save,
      content: rows.map(({ name, timeout, delay }) =>
        h(
          'fieldset',
          { class: 'plain stack' },
          h('legend', { dir: 'auto' }, name),
          h('div', { class: 'fields' }, timeout.element, delay.element),
        ),
      ),
      onSubmit() {
        const isRight = report(
          rows.flatMap(({ timeout, delay }) => [
            [timeout, isWithin(timeout.value(), 1, longestOpen) ? '' : words.wrongOpen] as const,
            [delay, isWithin(delay.value(), 0, longestDelay) ? '' : words.wrongDelay] as const,
          ]),
        );
        return isRight && save();
      },
    });

    async function save(): Promise<void> {
      await api.act('POST', lockPath, {
        settings: rows.map(({ lock_number, timeout, delay }) => ({
          lock_number,
          timeout: Number(timeout.value()),
          delay: Number(delay.value()),
        })),
      });
      notices.say(texts.frame.saved);
      await again();
    }
  });
}

function isWithin(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return /^[0-9]+$/.test(text.trim()) && value >= least && value <= most;
}

/** Type of the readers without formats of their own, and the spelling of numbers. */
export function wiegandPart({ api, notices, until }: ViewContext): HTMLElement {
  const words = texts.panel.wiegand;
  return panelPart(words.title, async (again) => {
    const setting = await api.read<{
      readonly identifier_representation: string;
      readonly type: string;
    }>(wiegandPath, { signal: until });
    const bits = [26, 34, 42, 58, 66, 130];
    const type = choiceField({
      label: words.type,
      hint: words.typeHint,
      value: setting.type,
      choices: bits.map((count) => ({ value: `wiegand_${count}`, label: words.bits(count) })),
    });
    const spelling = choiceField({
      label: words.spelling,
      value: setting.identifier_representation,
      choices: Object.entries(words.spellings).map(([value, label]) => ({ value, label })),
    });
    return form({
      label: words.title,
      submit: texts.frame.save,
      content: [h('div', { class: 'fields' }, type.element, spelling.element)],
      async onSubmit() {
        const body = { identifier_representation: spelling.value(), type: type.value() };
        await api.act('POST', wiegandPath, body);
        notices.say(texts.frame.saved);
        await again();
      },
    });
  });
}
