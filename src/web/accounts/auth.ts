/**
 * Who sends a request: Bearer tokens, HTTP Basic, and the check of passwords behind both. Tokens
 * are known only by their SHA-256; a password is checked by scrypt once and then remembered for a
 * while under a keyed hash, so that Basic does not slow each call.
 */
import { createHmac, hash, randomBytes } from 'node:crypto';
import type {
  AccountReader,
  StoredAccount,
  StoredPassword,
  StoredSession,
} from '../../ports/accounts.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Clock, Log } from '../../ports.ts';
import { logInFirst, tryLater } from '../answer.ts';
import { Gate } from '../gate.ts';
import type { Operator } from '../route.ts';
import { LoginEvents, longestName } from './login-events.ts';
import { digestOf, hashPassword, matchesDigest, unusablePassword } from './password.ts';
import { Tries } from './tries.ts';

/** What logins rest on. */
interface AuthParts {
  readonly accounts: AccountReader;
  readonly commands: Pick<PanelCommands, 'record' | 'addSession' | 'removeSession'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What became of a login. */
type Login =
  /** `account`: as it was when the password was verified. */
  | { readonly kind: 'right'; readonly account: StoredAccount }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly waitUs: number };

/** Life of a token. */
const sessionMs = 2 * 60 * 60 * 1000;
/** A clock may be set back a little by NTP; by more, no token outlives its two hours by it. */
const setBackMs = 60_000;
const tokenBytes = 20;
/** A verified password is believed this long after its last use. */
const rememberedUs = 60_000_000;
const rememberedAtMost = 256;
/**
 * Passwords checked at once. Both run on the thread pool that the database uses too: two of its
 * four threads are always left to it.
 */
const checksAtOnce = 2;
const checksWaiting = 64;

interface Remembered {
  readonly name: string;
  /** The account as it was when the password was verified. */
  readonly account: StoredAccount;
  readonly untilUs: number;
}

/** Tells who is who. One for the whole application: it counts attempts and remembers. */
export class Auth {
  readonly #parts: AuthParts;
  readonly #gate = new Gate(checksAtOnce, checksWaiting);
  readonly #tries: Tries;
  readonly #events: LoginEvents;
  readonly #nobody = unusablePassword();
  readonly #key = randomBytes(32);
  /** Expired entries stay until others push them out: they tell who has been in the log before. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #underWay = new Map<string, Promise<Login>>();

  constructor(parts: AuthParts) {
    this.#parts = parts;
    this.#tries = new Tries(parts.clock);
    this.#events = new LoginEvents(parts);
  }

  /** Who sends an `Authorization` header, or the answer that refuses it: 401, 429. */
  authenticate(header: string, remote: string): Operator | Response | Promise<Response | Operator> {
    const space = header.indexOf(' ');
    const scheme = header.slice(0, space).toLowerCase();
    const credentials = header.slice(space + 1).trim();
    if (scheme === 'bearer') return this.#session(credentials) ?? logInFirst();
    if (scheme === 'basic') return this.#basic(credentials, remote);
    return logInFirst();
  }

  /**
   * For answers that last: tells, whenever it is asked, whether what proved this operator is still
   * good: the session not over, the account there with the same password and role. A password that
   * was sent with HTTP Basic stays good until it is changed.
   */
  stillGood({ name, role, proof }: Operator): () => boolean {
    const { accounts, clock } = this.#parts;
    if (proof.kind !== 'session' && proof.kind !== 'basic') return () => true;
    const before = accounts.get(name);
    return () => {
      const session = proof.kind === 'session' ? accounts.session(proof.tokenHash) : undefined;
      if (proof.kind === 'session' && !(session && isUnderWay(session, clock.wallMs())))
        return false;
      const now = accounts.get(name);
      return before !== undefined && now?.role === role && isSame(now, before);
    };
  }

  /** Checks a name and the digest that came with it; `digest` may be anything. */
  async logIn(name: string, digest: string, remote: string): Promise<Login> {
    const login = await this.verify(name, digest, remote);
    if (login.kind === 'right') this.#events.tell('right', name, remote);
    return login;
  }

  /**
   * Starts a session of an account that was verified. @returns its token, 40 hex characters, kept by
   * nobody here; undefined when the account has changed since.
   */
  async startSession(name: string, verified: StoredAccount): Promise<string | undefined> {
    const { clock, commands } = this.#parts;
    const token = randomBytes(tokenBytes).toString('hex');
    const nowMs = clock.wallMs();
    const session = { account: name, expiresMs: nowMs + sessionMs };
    const isStarted = await commands.addSession(sha256(token), session, nowMs, verified);
    return isStarted ? token : undefined;
  }

  /** What to store for a new password. Waits its turn among the checks. */
  hashed(password: string): Promise<StoredPassword> {
    return this.#gate.run(() => hashPassword(password));
  }

  /** Ends what proved this operator. */
  async logOut({ proof }: Operator): Promise<void> {
    if (proof.kind === 'session') await this.#parts.commands.removeSession(proof.tokenHash);
    else if (proof.kind === 'basic') this.#remembered.delete(proof.key);
  }

  /** Whether what proved this operator still does: asked by answers that go on for long. */
  holds({ name, role, proof }: Operator): boolean {
    if (proof.kind === 'session') return this.#sessionOf(proof.tokenHash)?.role === role;
    if (proof.kind !== 'basic') return true;
    const [known, account] = [this.#remembered.get(proof.key), this.#parts.accounts.get(name)];
    return known !== undefined && account?.role === role && isSame(account, known.account);
  }

  #session(token: string): Operator | undefined {
    return this.#sessionOf(sha256(token));
  }

  #sessionOf(tokenHash: string): Operator | undefined {
    const { accounts, clock } = this.#parts;
    const session = accounts.session(tokenHash);
    if (!session || !isUnderWay(session, clock.wallMs())) return undefined;
    const account = accounts.get(session.account);
    if (!account) return undefined;
    return { name: session.account, role: account.role, proof: { kind: 'session', tokenHash } };
  }

  #basic(credentials: string, remote: string): Operator | Response | Promise<Response | Operator> {
    const { accounts, clock } = this.#parts;
    const key = this.#keyOf('basic', credentials);
    const known = this.#remembered.get(key);
    if (known && known.untilUs > clock.monoUs()) {
      const account = accounts.get(known.name);
      if (account && isSame(account, known.account)) {
        this.#remembered.set(key, { ...known, untilUs: clock.monoUs() + rememberedUs });
        return { name: known.name, role: account.role, proof: { kind: 'basic', key } };
      }
    }
    return this.#verifyBasic(credentials, key, remote);
  }

  async #verifyBasic(
    credentials: string,
    key: string,
    remote: string,
  ): Promise<Response | Operator> {
    const text = Buffer.from(credentials, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 0) return logInFirst();
    const name = text.slice(0, colon);
    const login = await this.verify(name, digestOf(text.slice(colon + 1)), remote);
    if (login.kind === 'throttled') return tryLater(login.waitUs);
    if (login.kind === 'wrong') return logInFirst();
    const { account } = login;
    // The password may have been changed while this one was checked.
    const now = this.#parts.accounts.get(name);
    if (!now || !isSame(now, account)) return logInFirst();
    if (!this.#remembered.has(key)) this.#events.tell('right', name, remote);
    this.#remember(key, { name, account, untilUs: this.#parts.clock.monoUs() + rememberedUs });
    return { name, role: now.role, proof: { kind: 'basic', key } };
  }

  #remember(key: string, entry: Remembered): void {
    this.#remembered.delete(key);
    this.#remembered.set(key, entry);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > rememberedAtMost && oldest !== undefined) {
      this.#remembered.delete(oldest);
    }
  }

  /**
   * Whether `digest` is that of the account's password; failures are counted and told. Many requests
   * with the same credentials at the same time are one check.
   */
  verify(name: string, digest: string, remote: string): Promise<Login> {
    const key = this.#keyOf('check', JSON.stringify([name, digest, remote]));
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const check = this.#checkOnce(name, digest, remote).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, check);
    return check;
  }

  async #checkOnce(name: string, digest: string, remote: string): Promise<Login> {
    const { accounts } = this.#parts;
    const tries = this.#tries;
    const waitUs = tries.waitUs(name, remote);
    if (waitUs > 0) return { kind: 'throttled', waitUs };
    if (this.#gate.isFull()) return { kind: 'throttled', waitUs: 1_000_000 };
    return this.#gate.run(async () => {
      // Others may have used up the tries while this one stood in line.
      const waitUs = tries.begin(name, remote);
      if (waitUs > 0) return { kind: 'throttled', waitUs };
      const account = name.length <= longestName ? accounts.get(name) : undefined;
      const matches = await matchesDigest(account ?? this.#nobody, digest);
      if (account && matches) {
        tries.succeeded(name, remote);
        return { kind: 'right', account };
      }
      this.#events.tell(tries.failed(name, remote) ? 'refused' : 'wrong', name, remote);
      return { kind: 'wrong' };
    });
  }

  #keyOf(purpose: string, secret: string): string {
    return createHmac('sha256', this.#key).update(`${purpose} ${secret}`).digest('base64');
  }
}

/** Whether a session that lasts at most two hours can be one of now. */
function isUnderWay({ expiresMs }: StoredSession, nowMs: number): boolean {
  return nowMs < expiresMs && expiresMs <= nowMs + sessionMs + setBackMs;
}

function isSame(a: StoredAccount, b: StoredAccount): boolean {
  return a.salt === b.salt && a.hash === b.hash;
}

function sha256(text: string): string {
  return hash('sha256', text);
}
