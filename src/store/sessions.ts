/** Sessions of operators, known by the SHA-256 of their tokens. Changes belong into a transaction. */
import type { Database } from 'lmdb';
import { z } from 'zod';
import type { StoredSession } from '../ports/accounts.ts';
import { readChecked } from './checked.ts';
import type { Store } from './store.ts';

const schema = z.object({ account: z.string(), expiresMs: z.number() });

/** Sessions of one account at the most; the one that ends first makes room. */
const sessionsPerAccount = 50;

/** The sessions of a store. */
export class Sessions {
  readonly #byToken: Database<unknown, string>;

  constructor(store: Store) {
    this.#byToken = store.database<string>('sessions', 'ordered-binary');
  }

  /** @throws Fault `store-unreadable` when the record is damaged. */
  get(tokenHash: string): StoredSession | undefined {
    return readChecked(this.#byToken, tokenHash, schema, 'a session');
  }

  /** Also removes those that are over at `nowMs`. */
  add(tokenHash: string, session: StoredSession, nowMs: number): void {
    this.#removeWhere(({ expiresMs }) => expiresMs <= nowMs);
    const own = this.#all().flatMap(({ key, session: other }) =>
      other?.account === session.account ? [{ key, expiresMs: other.expiresMs }] : [],
    );
    own.sort((a, b) => a.expiresMs - b.expiresMs);
    for (const { key } of own.slice(0, Math.max(0, own.length - sessionsPerAccount + 1))) {
      this.remove(key);
    }
    this.#byToken.putSync(tokenHash, session);
  }

  remove(tokenHash: string): void {
    this.#byToken.removeSync(tokenHash);
  }

  removeOf(account: string): void {
    this.#removeWhere((session) => session.account === account);
  }

  /** Damaged ones go too. */
  #removeWhere(isGone: (session: StoredSession) => boolean): void {
    for (const { key, session } of this.#all()) if (!session || isGone(session)) this.remove(key);
  }

  #all(): { readonly key: string; readonly session: StoredSession | undefined }[] {
    return [...this.#byToken.getRange({})].map(({ key, value }) => ({
      key,
      session: schema.safeParse(value).data,
    }));
  }
}
