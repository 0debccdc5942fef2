/**
 * Operators and their sessions. Nothing here can be replayed: a password is kept as salted scrypt
 * of the digest that clients send, a token as its SHA-256.
 */
import type { Database } from 'lmdb';
import { z } from 'zod';
import type {
  AccountReader,
  AccountWriter,
  StoredAccount,
  StoredPassword,
  StoredSession,
} from '../ports/accounts.ts';
import { readChecked } from './checked.ts';
import { Sessions } from './sessions.ts';
import type { Store } from './store.ts';

const schema = z.object({
  role: z.enum(['admin', 'manager']),
  salt: z.string(),
  hash: z.string(),
});

/** Opens the accounts of a store. */
export function openAccounts(store: Store): Accounts {
  return new Accounts(store);
}

/** The accounts of a store. Methods that write belong to the main thread. */
class Accounts implements AccountReader, AccountWriter {
  readonly #store: Store;
  readonly #byName: Database<unknown, string>;
  readonly #sessions: Sessions;

  constructor(store: Store) {
    this.#store = store;
    this.#byName = store.database<string>('accounts', 'ordered-binary');
    this.#sessions = new Sessions(store);
  }

  /** @throws Fault `store-unreadable` when the record is damaged. */
  get(name: string): StoredAccount | undefined {
    return readChecked(this.#byName, name, schema, `the account ${name}`);
  }

  names(): string[] {
    return [...this.#byName.getKeys({})];
  }

  session(tokenHash: string): StoredSession | undefined {
    return this.#sessions.get(tokenHash);
  }

  set(name: string, account: StoredAccount): Promise<void> {
    return this.#store.durably(() => this.#put(name, account));
  }

  add(name: string, account: StoredAccount): Promise<boolean> {
    return this.#store.durably(() => {
      if (this.#byName.doesExist(name)) return false;
      this.#put(name, account);
      return true;
    });
  }

  setPassword(name: string, { salt, hash }: StoredPassword, seen: StoredAccount) {
    return this.#store.durably(() => {
      if (!this.#stillIs(name, seen)) return false;
      this.#put(name, { role: seen.role, salt, hash });
      return true;
    });
  }

  remove(name: string): Promise<'unknown' | 'last-admin' | undefined> {
    return this.#store.durably(() => {
      if (!this.#byName.doesExist(name)) return 'unknown';
      if (this.#isLastAdmin(name)) return 'last-admin';
      this.#byName.removeSync(name);
      this.#sessions.removeOf(name);
      return undefined;
    });
  }

  addSession(tokenHash: string, session: StoredSession, nowMs: number, seen: StoredAccount) {
    return this.#store.durably(() => {
      if (!this.#stillIs(session.account, seen)) return false;
      this.#sessions.add(tokenHash, session, nowMs);
      return true;
    });
  }

  removeSession(tokenHash: string): Promise<void> {
    return this.#store.durably(() => this.#sessions.remove(tokenHash));
  }

  #put(name: string, account: StoredAccount): void {
    this.#byName.putSync(name, account);
    this.#sessions.removeOf(name);
  }

  /** Whether the account is still what it was when something was decided about it. */
  #stillIs(name: string, { role, salt, hash }: StoredAccount): boolean {
    const account = this.get(name);
    return account?.role === role && account.salt === salt && account.hash === hash;
  }

  #isLastAdmin(name: string): boolean {
    return (
      this.#isAdmin(name) && !this.names().some((other) => other !== name && this.#isAdmin(other))
    );
  }

  /** A damaged account is no admin: it can be removed, and does not count as one that stays. */
  #isAdmin(name: string): boolean {
    try {
      return this.get(name)?.role === 'admin';
    } catch {
      return false;
    }
  }
}
