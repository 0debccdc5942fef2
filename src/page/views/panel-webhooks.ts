/** Who is told of events. */
import { button } from '../components/button.ts';
import { confirmed } from '../components/dialog.ts';
import { checkFilled, textField } from '../components/field.ts';
import { form } from '../components/form.ts';
import { table } from '../components/table.ts';
import { h } from '../dom.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { foldedPart } from './panel-part.ts';

const path = '/api/v1/webhooks';

interface Webhook {
  readonly item_uid: number;
  readonly url: string;
  readonly status: 'active' | 'disabled';
  readonly description?: string;
  readonly delivery: {
    readonly last_status: number | null;
    readonly last_error: string | null;
    readonly pending: number;
  };
}

/** The part. */
export function webhookPart(context: ViewContext): HTMLElement {
  const { api, notices, until } = context;
  const words = texts.panel.webhooks;
  return foldedPart(words.title, async (again) => {
    const { list_items } = await api.read<{ list_items: Webhook[] }>(path, { signal: until });
    const url = textField({ label: words.url, required: true, maxlength: 2000 });
    const secret = textField({ label: words.secret, hint: words.secretHint, maxlength: 128 });
    const events = textField({
      label: words.events,
      hint: words.eventsHint,
      value: 'log.*',
      required: true,
    });
    return [
      table({
        caption: words.title,
        columns: [
          {
            title: words.url,
            head: true,
            cell: (row: Webhook) => h('span', { class: 'clip', dir: 'auto' }, row.url),
          },
          { title: words.state, cell: stateOf },
          {
            title: texts.frame.remove,
            actions: true,
            cell: (row: Webhook) => actions(row, context, again),
          },
        ],
        rows: list_items,
        empty: words.none,
      }),
      form({
        label: words.add,
        submit: words.add,
        content: [h('div', { class: 'fields' }, url.element, secret.element, events.element)],
        onSubmit: () => checkFilled(url, events) && add(),
      }),
    ];

    async function add(): Promise<void> {
      await api.act('POST', path, {
        url: url.value().trim(),
        status: 'active',
        event_types: events
          .value()
          .trim()
          .split(/[\s,]+/),
        ...(secret.value() !== '' && { secret: secret.value() }),
      });
      notices.say(texts.frame.saved);
      await again();
    }
  });
}

function stateOf({ status, delivery }: Webhook): string {
  const words = texts.panel.webhooks;
  if (status === 'disabled') return words.off;
  const { last_error: why, last_status: answered, pending } = delivery;
  if (why !== null) {
    const said = answered === null ? words.reasons[why] : words.well(answered);
    return words.failing(said ?? why, pending);
  }
  return answered === null ? words.nothingSent : words.well(answered);
}

function actions(
  { item_uid: uid, url }: Webhook,
  { api, notices }: ViewContext,
  again: () => Promise<void>,
): HTMLElement {
  const words = texts.panel.webhooks;
  const test = () =>
    notices
      .perform({ what: words.test, run: () => api.act('POST', `${path}/${uid}/test`) })
      .then(again);
  async function remove(): Promise<void> {
    const isWanted = await confirmed({
      title: words.removeTitle,
      text: url,
      action: texts.frame.remove,
      kind: 'danger',
    });
    if (!isWanted) return;
    const run = () => api.act('DELETE', `${path}/${uid}`);
    if (await notices.perform({ what: words.removeTitle, run })) await again();
  }
  return h(
    'div',
    { class: 'row' },
    button({ label: words.test, onPress: test }),
    button({
      label: words.remove,
      icon: 'remove',
      iconOnly: true,
      kind: 'danger',
      onPress: remove,
    }),
  );
}
