/** What operators did to accounts, to the panel's own code and card and to the log. Never a value. */
import type { PanelEvent } from '../model.ts';

function securityEvent(key: string, text: string, model: PanelEvent['model']): PanelEvent {
  return { category: 'system', priority: 'medium', key, text, model };
}

/** The event of a new account. `by`: who made it. */
export function accountAddedEvent(account: string, role: string, by: string): PanelEvent {
  return securityEvent('account_added', `${by} added the ${role} ${account}`, {
    account,
    role,
    by,
  });
}

/** The event of an account that is gone. */
export function accountRemovedEvent(account: string, by: string): PanelEvent {
  return securityEvent('account_removed', `${by} removed the account ${account}`, { account, by });
}

/** The event of a new password. */
export function passwordChangedEvent(account: string, by: string): PanelEvent {
  return securityEvent('password_changed', `${by} changed the password of ${account}`, {
    account,
    by,
  });
}

/** The event of a master code that was set, or switched off. */
export function masterCodeEvent(enabled: boolean, by: string): PanelEvent {
  const what = enabled ? 'set' : 'switched off';
  return securityEvent('master_code_changed', `${by} ${what} the master code`, { enabled, by });
}

/** The event of a master card that was set, or removed. `reader`: where it was presented to be learned. */
export function masterCardEvent(enabled: boolean, by: string, reader?: string): PanelEvent {
  const what = enabled ? 'set' : 'removed';
  const where = reader === undefined ? '' : ` at ${reader}`;
  return securityEvent('master_card_changed', `${by} ${what} the master card${where}`, {
    enabled,
    by,
    ...(reader !== undefined && { reader }),
  });
}

/** The event of waiting for the next card, at any reader, to be the master card. */
export function masterCardAwaitedEvent(seconds: number, by: string): PanelEvent {
  const text = `${by}: the next card at any reader becomes the master card and opens nothing`;
  return securityEvent('master_card_awaited', text, { seconds, by });
}

/** The event of the end of waiting without a card. */
export function masterCardMissedEvent(why: string, by: string): PanelEvent {
  const text = `No card has become the master card that ${by} asked for (${why})`;
  return securityEvent('master_card_missed', text, { why, by });
}

/** The event of a card that was presented to be the master card and cannot be. */
export function masterCardRefusedEvent(reader: string, reason: string, by: string): PanelEvent {
  const text = `The card at ${reader} did not become the master card: ${reason}`;
  return securityEvent('master_card_refused', text, { reader, reason, by });
}

/** The event of a clock that somebody vouches for. */
export function clockAcceptedEvent(by: string): PanelEvent {
  return securityEvent('clock_accepted', `${by} accepted the clock as it is`, { by });
}
