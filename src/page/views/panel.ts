/** The panel itself: how it is, its settings, who may change them, and its backups. */
import { h } from '../dom.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { namesForm } from './names-form.ts';
import { accountPart, keyPart } from './panel-access.ts';
import { backupPart } from './panel-backups.ts';
import { healthPart } from './panel-health.ts';
import { panelPart } from './panel-part.ts';
import { lockPart, wiegandPart } from './panel-settings.ts';
import { webhookPart } from './panel-webhooks.ts';

/** The view. */
export function show(context: ViewContext): Node {
  const words = texts.panel;
  const status = context.live.status.get();
  return h(
    'div',
    { class: 'stack panel' },
    h('h1', {}, words.title),
    healthPart(context),
    context.mayChange && [
      ...[namePart, lockPart, wiegandPart, accountPart, keyPart, webhookPart, backupPart].map(
        (part) => part(context),
      ),
    ],
    h(
      'section',
      { class: 'card stack', 'aria-label': words.about },
      h('h2', {}, words.about),
      status && h('p', {}, words.version(status.version, context.times.moment(status.startedMs))),
      h('p', {}, h('a', { href: '/docs' }, words.api)),
    ),
  );
}

/** What people call the panel and its parts; the whole view is shown anew with what was saved. */
function namePart(context: ViewContext): HTMLElement {
  return panelPart(texts.names.title, async () => namesForm(context, context.showAgain));
}
