/**
 * Operators and their sessions. Nothing here can be replayed: a password is kept as salted scrypt
 * of the digest that clients send, a token as its SHA-256.
 */
import { z } from 'zod';
import type { AccountReader, AccountWriter, StoredAccount, StoredSession } from '../ports-store.ts';
import { damaged, type Store } from './store.ts';

const accountSchema = z.object({
  role: z.enum(['admin', 'manager']),
  salt: z.string(),
  hash: z.string(),
});
const sessionSchema = z.object({ account: z.string(), expiresMs: z.number() });

/** Sessions of one account at the most; the one that ends first makes room. */
const sessionsPerAccount = 50;

/** Opens the accounts of a store. Methods that write belong to the main thread. */
export function openAccounts(store: Store): AccountReader & AccountWriter {
  const byName = store.database<string>('accounts', 'ordered-binary');
  const sessions = store.database<string>('sessions', 'ordered-binary');

  function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T | undefined {
    if (value === undefined) return undefined;
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw damaged(what, result.error);
  }

  function removeSessions(isGone: (session: StoredSession) => boolean): void {
    for (const { key, value } of [...sessions.getRange({})]) {
      const session = sessionSchema.safeParse(value);
      if (!session.success || isGone(session.data)) sessions.removeSync(key);
    }
  }

  function makeRoom(account: string): void {
    const own = [...sessions.getRange({})].flatMap(({ key, value }) => {
      const session = sessionSchema.safeParse(value).data;
      return session?.account === account ? [{ key, expiresMs: session.expiresMs }] : [];
    });
    own.sort((a, b) => a.expiresMs - b.expiresMs);
    for (const { key } of own.slice(0, Math.max(0, own.length - sessionsPerAccount + 1))) {
      sessions.removeSync(key);
    }
  }

  return {
    get: (name: string) => checked(accountSchema, byName.get(name), `the account ${name}`),
    names: () => [...byName.getKeys({})],

    set: (name: string, account: StoredAccount) =>
      store.durably(() => {
        byName.putSync(name, account);
        removeSessions((session) => session.account === name);
      }),

    session: (tokenHash: string) => checked(sessionSchema, sessions.get(tokenHash), 'a session'),

    addSession: (tokenHash: string, session: StoredSession, nowMs: number) =>
      store.durably(() => {
        removeSessions((old) => old.expiresMs <= nowMs);
        makeRoom(session.account);
        sessions.putSync(tokenHash, session);
      }),

    removeSession: (tokenHash: string) =>
      store.durably(() => {
        sessions.removeSync(tokenHash);
      }),
  };
}
