/** The main thread's side of webhooks and of the settings of the remote access server. */

import type { Webhook, WebhookFields } from '../../ports/remote.ts';
import type { EventReader, StoreWriters } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';

/** What these commands act upon. */
export interface RemoteCommandParts
  extends Pick<StoreWriters, 'settings' | 'webhooks' | 'webhookProgress'> {
  readonly events: Pick<EventReader, 'lastSeq'>;
  /** Tells the journey that the remote server is another now. */
  readonly remoteServerChanged: () => void;
}

/** Each may have a connection and its own place in the log. */
export const mostWebhooks = 16;

type RemoteCommands = Pick<
  PanelCommands,
  'setRemoteServer' | 'createWebhook' | 'updateWebhook' | 'removeWebhook' | 'setWebhookProgress'
>;

/** Carries commands out. */
export function remoteCommandsOf(parts: RemoteCommandParts): RemoteCommands {
  const { settings, webhooks, webhookProgress, events } = parts;
  return {
    setRemoteServer: async (value) => {
      await settings.setRemoteServer(value);
      parts.remoteServerChanged();
    },
    createWebhook: async (fields) => {
      if (webhooks.count() >= mostWebhooks) return undefined;
      const created = await webhooks.create({ headers: {}, ...fields, after: events.lastSeq() });
      if ('uid' in created) return created.uid;
      throw new Error('a webhook has no link id that could be taken');
    },
    updateWebhook: async (uid, fields) => {
      const after = events.lastSeq();
      return (await webhooks.update(uid, (old) => changed(old, fields, after))) === undefined;
    },
    removeWebhook: async (uid) => {
      const [removed] = await webhooks.remove([uid]);
      if (removed !== undefined) await webhookProgress.remove(uid);
      return removed !== undefined;
    },
    setWebhookProgress: (entries) =>
      webhookProgress.set(entries.filter(({ uid }) => webhooks.get(uid))),
  };
}

/** What is not given stays; events of the time in which it was disabled pass a webhook by. */
function changed(old: Webhook, fields: WebhookFields, lastSeq: number): Webhook {
  const after = fields.active && !old.active ? lastSeq : old.after;
  const { secret = old.secret, headers = old.headers, ...rest } = fields;
  return { ...rest, headers, after, ...(secret !== undefined && { secret }) };
}
