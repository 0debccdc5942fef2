/** Events of what other machines decide, and of those that are told. No event names a URL. */

import type { DenialReason, LockName, PanelEvent } from '../model.ts';
import { type GrantFacts, lockText, nameOf, type PassageFacts, passageModel } from './event.ts';

/** The event of a grant by the remote access server. */
export function serverGrantedEvent(
  facts: PassageFacts,
  locks: readonly LockName[],
  { address, fault }: Pick<GrantFacts, 'address' | 'fault'>,
): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_granted_by_remote_server_api_call',
    text: `The remote server lets ${nameOf(facts)} pass at ${facts.reader}`,
    model: {
      ...passageModel(facts),
      apartment_address: address ?? null,
      lock: lockText(locks),
      ...(fault !== undefined && { fault }),
    },
  };
}

/** The event of a refusal by the remote access server, or of a grant that opens nothing here. */
export function serverDeniedEvent(
  facts: PassageFacts,
  reason: DenialReason,
  fault: string | undefined,
): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_denied_by_remote_server_api_call',
    text: `${nameOf(facts)} was refused at ${facts.reader} after the remote server was asked`,
    model: {
      ...passageModel(facts),
      lock: null,
      reason,
      ...(fault !== undefined && { fault }),
    },
  };
}

/** The event of a remote server that is not asked for a while. */
export function remoteServerDownEvent(failures: number, why: string): PanelEvent {
  return {
    category: 'system',
    priority: 'high',
    key: 'remote_server_unreachable',
    text: `The remote server did not answer ${failures} times in a row (${why}); the panel decides`,
    model: { failures, why },
  };
}

/** The event of a remote server that answers again. */
export function remoteServerBackEvent(): PanelEvent {
  return {
    category: 'system',
    priority: 'medium',
    key: 'remote_server_answers_again',
    text: 'The remote server answers again',
    model: {},
  };
}

/** The event of events that a webhook never told of, because the log no longer held them. */
export function webhookMissedEvent(webhook: number, count: number): PanelEvent {
  return {
    category: 'system',
    priority: 'high',
    key: 'webhook_events_missed',
    text: `Webhook ${webhook} missed ${count} events that the log no longer holds`,
    model: { webhook, count },
  };
}

/** The event of the first event that a webhook gave up after deliveries that went well. */
export function webhookGaveUpEvent(webhook: number, sequence: number, why: string): PanelEvent {
  return {
    category: 'system',
    priority: 'medium',
    key: 'webhook_event_given_up',
    text: `Webhook ${webhook} gave up event ${sequence}: its server refused it (${why})`,
    model: { webhook, sequence, why },
  };
}
