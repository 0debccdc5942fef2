/** Operators, their sessions, and the panel's own code and card. Types only. */

/** `admin` may do everything, `manager` only read. */
export type Role = 'admin' | 'manager';

/** What proves a password: scrypt of the digest that clients send, with its salt; both base64. */
export interface StoredPassword {
  readonly salt: string;
  readonly hash: string;
}

/** An account as stored. */
export interface StoredAccount extends StoredPassword {
  readonly role: Role;
}

export interface StoredSession {
  readonly account: string;
  /** Unix milliseconds. */
  readonly expiresMs: number;
}

export interface AccountReader {
  get(name: string): StoredAccount | undefined;
  names(): string[];
  /** By the SHA-256 of the token, hex. */
  session(tokenHash: string): StoredSession | undefined;
}

/**
 * Promises resolve when the change is on the disk. `seen`: the account as it was when something was
 * proved or decided about it; when it has changed since, nothing is done and the answer is false.
 */
export interface AccountWriter {
  /** Creates or replaces an account; its sessions end. */
  set(name: string, account: StoredAccount): Promise<void>;
  /** Creates an account. False: there is one of this name. */
  add(name: string, account: StoredAccount): Promise<boolean>;
  /** Replaces the password; the account's sessions end. */
  setPassword(name: string, password: StoredPassword, seen: StoredAccount): Promise<boolean>;
  /** Removes an account with its sessions. The last `admin` stays. */
  remove(name: string): Promise<'unknown' | 'last-admin' | undefined>;
  /** Also removes sessions that are over at `nowMs`. */
  addSession(
    tokenHash: string,
    session: StoredSession,
    nowMs: number,
    seen: StoredAccount,
  ): Promise<boolean>;
  removeSession(tokenHash: string): Promise<void>;
}

/** The panel's own code and card, which no identifier may have. */
export interface MasterReader {
  /** Whether there is a master code. The code itself is told to nobody. */
  hasCode(): boolean;
  /** Whether this is the master code; the answer takes as long either way. */
  isCode(code: string): boolean;
  /** Canonical number of the master card. */
  card(): string | undefined;
}

/** Promises resolve when the value is on the disk. `undefined` removes it. */
export interface MasterWriter {
  /** `isTaken` is asked inside the transaction; true: nothing was set, and the answer is false. */
  setCode(code: string | undefined, isTaken: () => boolean): Promise<boolean>;
  /** @see setCode */
  setCard(number: string | undefined, isTaken: () => boolean): Promise<boolean>;
}
