/** The remote access server, webhooks and the machines that may be called. Types only. */
import type { RemoteVerdict } from '../door/remote.ts';

/** The remote access server as an operator sets it (panel API, remote access server settings). */
export interface RemoteServerSetting {
  readonly enabled: boolean;
  /** False: the vendor's cloud would be asked, which this panel does not know. */
  readonly customServerEnabled: boolean;
  /** As given, perhaps without a scheme; may hold a secret. Empty: none. */
  readonly url: string;
}

/** A receiver of events. */
export interface Webhook {
  /** May hold a secret. */
  readonly url: string;
  /** Key of the signature; absent: deliveries are not signed. */
  readonly secret?: string;
  readonly active: boolean;
  readonly timeoutMs: number;
  /** Sent besides our own; values may be secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly description: string;
  /** `log.` and the key of an event; `log.*` for all. */
  readonly eventTypes: readonly string[];
  /** Times that an event which the receiver refuses is sent again. */
  readonly retries: number;
  /** Number of the last event before the webhook was made, or made active again. */
  readonly after: number;
  /** Webhooks are found by uid only. */
  readonly linkId?: never;
}

/** How far a webhook has come. Counters are of its whole life. */
export interface WebhookProgress {
  /** Number of the last event dealt with. */
  readonly sequence: number;
  readonly delivered: number;
  /** Refused by the receiver more often than it is tried. */
  readonly givenUp: number;
  /** No longer in the log when their turn came. */
  readonly missed: number;
}

export interface WebhookProgressStore {
  /** Undefined: it has not dealt with any event. */
  get(uid: number): WebhookProgress | undefined;
  /** All in one transaction; resolves when it is on the disk. */
  set(entries: readonly (WebhookProgress & { readonly uid: number })[]): Promise<void>;
  remove(uid: number): Promise<void>;
}

/** What the web asks of the door for the remote server and webhooks. */
export interface RemoteCommands {
  setRemoteServer(value: RemoteServerSetting): Promise<void>;
  /** Answers its uid; it is told of events from now on. Undefined: there are too many. */
  createWebhook(fields: WebhookFields): Promise<number | undefined>;
  /** False: there is no such webhook, as for `removeWebhook`. */
  updateWebhook(uid: number, fields: WebhookFields): Promise<boolean>;
  removeWebhook(uid: number): Promise<boolean>;
  setWebhookProgress(
    entries: readonly (WebhookProgress & { readonly uid: number })[],
  ): Promise<void>;
}

/** A webhook as an operator sets it; secret and headers that are not given stay as they are. */
export type WebhookFields = Omit<Webhook, 'after' | 'headers'> & Partial<Pick<Webhook, 'headers'>>;

/** One entry of the list of machines that may be called. */
export type OutboundRule =
  /** Lower case. */
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'network';
      readonly family: 'ipv4' | 'ipv6';
      readonly address: string;
      /** Bits of the network. */
      readonly prefix: number;
    };

/** What the worker brings back from a remote access server. */
export type RemoteAnswer =
  | RemoteVerdict
  /** No verdict came; a short word for people, never a part of the URL. */
  | { readonly failure: string };
