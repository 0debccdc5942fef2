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

/** The event of a master card that was set, or removed. */
export function masterCardEvent(enabled: boolean, by: string): PanelEvent {
  const what = enabled ? 'set' : 'removed';
  return securityEvent('master_card_changed', `${by} ${what} the master card`, { enabled, by });
}

/** The event of a clock that somebody vouches for. */
export function clockAcceptedEvent(by: string): PanelEvent {
  return securityEvent('clock_accepted', `${by} accepted the clock as it is`, { by });
}
