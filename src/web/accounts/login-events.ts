/**
 * Logins -> events, few of them however many logins there are: a storm must not push everything
 * else out of the log. The first of a kind is told at once; how many more there were, a minute
 * later. Counts of the minute under way are lost with the thread.
 */
import type { PanelEvent } from '../../door/model.ts';
import { describeError } from '../../errors.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Clock, Log } from '../../ports.ts';

/** What logins are told with. */
interface LoginEventParts {
  readonly commands: Pick<PanelCommands, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** `refused`: wrong, and one too many. Keys are those of integrations; a right one is no event. */
type LoginOutcome = 'right' | 'wrong' | 'refused' | 'wrong-key' | 'refused-key';

/** Names are cut to this length in events; no account has a longer one. */
export const longestName = 64;

const windowUs = 60_000_000;
/** Told by name in one window at the most; of the others, how many they were. */
const toldAtMost: { readonly [outcome in LoginOutcome]: number } = {
  right: 20,
  wrong: 5,
  refused: 5,
  'wrong-key': 5,
  'refused-key': 5,
};

interface Tally {
  readonly outcome: LoginOutcome;
  /** Who they are, as the event tells it; empty for those that are only counted. */
  readonly model: { readonly account?: string; readonly address?: string };
  /** Not told yet. */
  more: number;
}

/** Takes logins and tells them. */
export class LoginEvents {
  readonly #parts: LoginEventParts;
  /** Of the window under way. */
  readonly #tallies = new Map<string, Tally>();

  constructor(parts: LoginEventParts) {
    this.#parts = parts;
  }

  /** Takes one login; `name` is empty for a key, `remote` for a local one. */
  tell(outcome: LoginOutcome, name: string, remote: string): void {
    const account = [...name].slice(0, longestName).join('');
    const address = remote === '' ? 'local' : remote;
    // A guesser changes names; whose login was right does matter.
    const key = outcome === 'right' ? `${address} ${account}` : address;
    const known = this.#tallies.get(`${outcome} ${key}`);
    if (known) {
      known.more += 1;
      return;
    }
    if (this.#tallies.size === 0) this.#parts.clock.after(windowUs, () => this.#close());
    if (this.#countOf(outcome) < toldAtMost[outcome]) {
      const model = outcome === 'right' ? { account, address } : { address };
      this.#tallies.set(`${outcome} ${key}`, { outcome, model, more: 0 });
      this.#record(firstEvent(outcome, account, address));
      return;
    }
    const others = this.#tallies.get(outcome) ?? { outcome, model: {}, more: 0 };
    others.more += 1;
    this.#tallies.set(outcome, others);
  }

  #countOf(outcome: LoginOutcome): number {
    return [...this.#tallies.values()].filter((tally) => tally.outcome === outcome).length;
  }

  #close(): void {
    for (const tally of this.#tallies.values()) if (tally.more > 0) this.#record(moreEvent(tally));
    this.#tallies.clear();
  }

  /** Into the event log; a login waits for no disk. */
  #record(event: PanelEvent): void {
    const { commands, log } = this.#parts;
    commands.record(event).catch((error: unknown) => {
      log.error('a login could not be recorded', { why: describeError(error) });
    });
  }
}

function loginEvent(outcome: LoginOutcome, text: string, model: PanelEvent['model']): PanelEvent {
  const isRefused = outcome === 'refused' || outcome === 'refused-key';
  return {
    category: 'system',
    priority: outcome === 'right' ? 'low' : isRefused ? 'high' : 'medium',
    key: outcome === 'right' ? 'successful_login_api_call' : 'incorrect_login_api_call',
    text,
    model: { ...model, ...(isRefused && { throttled: true }) },
  };
}

function firstEvent(outcome: LoginOutcome, account: string, address: string): PanelEvent {
  const texts = {
    right: `${account} logged in from ${address}`,
    wrong: `Wrong login as ${account} from ${address}`,
    refused: `Wrong login as ${account} from ${address}; too many, refused for a minute`,
    'wrong-key': `Wrong API key from ${address}`,
    'refused-key': `Wrong API key from ${address}; too many, refused for a minute`,
  };
  const isKey = outcome === 'wrong-key' || outcome === 'refused-key';
  return loginEvent(outcome, texts[outcome], isKey ? { address } : { account, address });
}

const nouns: { readonly [outcome in LoginOutcome]: string } = {
  right: 'logins',
  wrong: 'wrong logins',
  refused: 'wrong logins',
  'wrong-key': 'wrong API keys',
  'refused-key': 'wrong API keys',
};

function moreEvent({ outcome, model, more }: Tally): PanelEvent {
  const who = model.account === undefined ? '' : ` of ${model.account}`;
  const where = model.address ?? 'other addresses';
  const text = `${more} more ${nouns[outcome]}${who} from ${where} within a minute`;
  return loginEvent(outcome, text, { ...model, count: more });
}
