/**
 * Who sends a request of the access-key API: keys of integrations, as Bearer. A key is looked up by its
 * SHA-256, so there is nothing to compare, and nothing to measure.
 */
import { hash, randomBytes } from 'node:crypto';
import type { ApiKeyReader } from '../../ports/keys.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Clock, Log } from '../../ports.ts';
import { LoginEvents } from '../accounts/login-events.ts';
import { Throttle } from '../accounts/throttle.ts';
import { clientOf } from '../address.ts';
import { errors, refuse, tryLater } from '../answer.ts';
import type { Operator } from '../route.ts';

/** What the check of keys rests on. */
export interface KeyAuthParts {
  readonly apiKeys: ApiKeyReader;
  readonly commands: Pick<PanelCommands, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What every key begins with, so that people and scanners of secrets know one when they see it. */
const prefix = 'latchd_';
const keyBytes = 32;

/** A fresh key: the prefix and 256 random bits, base64url. */
export function newApiKey(): string {
  return `${prefix}${randomBytes(keyBytes).toString('base64url')}`;
}

/** What is stored of a key: its SHA-256, hex. */
export function hashOfKey(key: string): string {
  return hash('sha256', key);
}

/** 401 of the access-key API. Its pages show no body for it. */
export function unauthorized(): Response {
  return refuse(401, errors.unauthorized, { 'WWW-Authenticate': 'Bearer' });
}

/** Tells which integration asks. One for the whole application: it counts attempts. */
export class KeyAuth {
  readonly #parts: KeyAuthParts;
  readonly #byAddress: Throttle;
  readonly #events: LoginEvents;
  /** By name, Unix milliseconds; forgotten with the worker. */
  readonly #lastUse = new Map<string, number>();

  constructor(parts: KeyAuthParts) {
    this.#parts = parts;
    this.#byAddress = new Throttle(parts.clock);
    this.#events = new LoginEvents(parts);
  }

  /**
   * Who sends an `Authorization` header, or the answer that refuses it: 401, 429. A right key is heard
   * also where others have tried too often: it cannot be guessed, and a wrong client is not to lock
   * out another behind the same address.
   */
  authenticate(header: string, remote: string): Operator | Response {
    const [scheme = '', key = ''] = header.trim().split(/\s+/);
    if (scheme.toLowerCase() !== 'bearer' || key === '') return unauthorized();
    const stored = this.#parts.apiKeys.get(hashOfKey(key));
    if (stored) {
      this.#lastUse.set(stored.name, this.#parts.clock.wallMs());
      // No right of an account comes with it: what may be done is the routes' own.
      return { name: `key ${stored.name}`, role: 'manager', proof: { kind: 'key' } };
    }
    const client = clientOf(remote);
    const waitUs = this.#byAddress.waitUs(client);
    if (waitUs > 0) return tryLater(waitUs);
    this.#events.tell(this.#byAddress.failed(client) ? 'refused-key' : 'wrong-key', '', remote);
    return unauthorized();
  }

  /** Unix milliseconds of the last call with this key since the worker started. */
  lastUseMs(name: string): number | undefined {
    return this.#lastUse.get(name);
  }

  /** Of a key that is gone, or of one before it with the same name. */
  forget(name: string): void {
    this.#lastUse.delete(name);
  }
}
