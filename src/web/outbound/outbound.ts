/**
 * The one place that calls other machines: JSON by POST, to addresses that the rules allow, within
 * bounds of time and size. Redirects are not followed; certificates are verified.
 */
import { promises as dns, type LookupAddress } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { urlToHttpOptions } from 'node:url';
import { errnoOf } from '../../errors.ts';
import type { OutboundRule } from '../../ports/remote.ts';
import type { Clock } from '../../ports.ts';
import { OutboundRules } from './outbound-rules.ts';

/** What is sent. */
interface OutboundPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** For everything, from the look-up of the name to the last byte. */
  readonly timeoutMs: number;
  /** Longest answer, bytes; absent: only its status matters. */
  readonly answerBytes?: number;
}

/**
 * What came of it. `failure` is a short stable word for people: one of those below or an errno
 * name; never a part of the URL, which may hold a secret.
 */
type OutboundOutcome =
  | { readonly status: number; readonly body: Buffer }
  | { readonly failure: string };

/** The words of this file for failures. */
const outboundFailure = {
  notAllowed: 'address-not-allowed',
  timeout: 'timeout',
  tooLarge: 'answer-too-large',
  closed: 'connection-closed',
} as const;

/** Name resolution, connection and TLS take at most this long, and never longer than the whole. */
const longestConnectMs = 5000;

type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** What calls are made with. */
export interface OutboundParts {
  readonly clock: Clock;
  /** Entries of `outbound.allow`. */
  readonly allow: readonly OutboundRule[];
  /** Name resolution; the machine's own unless given. */
  readonly resolve?: Resolve;
  /** Of this machine; asked for at each call unless given. */
  readonly ownAddresses?: () => readonly string[];
}

/** Makes calls. */
export class Outbound {
  readonly #clock: Clock;
  readonly #rules: OutboundRules;
  readonly #resolve: Resolve;
  /** Look-ups under way: one that hangs holds a thread that others need, so never two of a name. */
  readonly #lookups = new Map<string, Promise<readonly LookupAddress[]>>();

  constructor({ clock, allow, resolve, ownAddresses }: OutboundParts) {
    this.#clock = clock;
    this.#rules = new OutboundRules(allow, ownAddresses ?? interfaceAddresses);
    this.#resolve = resolve ?? ((host) => dns.lookup(host, { all: true }));
  }

  /** Never rejects: whatever goes wrong is an outcome. */
  post(post: OutboundPost): Promise<OutboundOutcome> {
    return new Promise((settle) => {
      let sent: ClientRequest | undefined;
      let ended = false;
      const after = (ms: number) =>
        this.#clock.after(ms * 1000, () => end({ failure: outboundFailure.timeout }));
      const whole = after(post.timeoutMs);
      const connect = after(Math.min(post.timeoutMs, longestConnectMs));
      const end = (outcome: OutboundOutcome) => {
        if (ended) return;
        ended = true;
        whole.cancel();
        connect.cancel();
        sent?.destroy();
        settle(outcome);
      };
      const send = (addresses: readonly LookupAddress[]) => {
        if (ended) return;
        if (addresses.length === 0) return end({ failure: outboundFailure.notAllowed });
        sent = startRequest(post, addresses, () => connect.cancel(), end);
      };
      this.#addressesOf(post.url)
        .then(send)
        .catch((error: unknown) => end({ failure: failureOf(error) }));
    });
  }

  /** The addresses of a host that may be called. */
  async #addressesOf({ hostname }: URL): Promise<readonly LookupAddress[]> {
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    const family = isIP(host);
    const found = family ? [{ address: host, family }] : await this.#lookUp(host);
    return found.filter(({ address }) => isIP(address) && this.#rules.allows(host, address));
  }

  #lookUp(host: string): Promise<readonly LookupAddress[]> {
    const underWay = this.#lookups.get(host);
    if (underWay) return underWay;
    const found = this.#resolve(host).finally(() => this.#lookups.delete(host));
    this.#lookups.set(host, found);
    return found;
  }
}

function startRequest(
  { url, headers, body, answerBytes }: OutboundPost,
  addresses: readonly LookupAddress[],
  connected: () => void,
  end: (outcome: OutboundOutcome) => void,
): ClientRequest {
  const isTls = url.protocol === 'https:';
  const sent = (isTls ? requestHttps : requestHttp)({
    ...urlToHttpOptions(url),
    method: 'POST',
    // Each call has a connection of its own: one that is kept may be dead by the next card.
    agent: false,
    ...(isTls && { rejectUnauthorized: true }),
    lookup: answering(addresses),
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Accept: 'application/json',
      'User-Agent': 'latchd',
    },
  });
  sent.on('error', (error) => end({ failure: failureOf(error) }));
  sent.on('socket', (socket) => socket.once(isTls ? 'secureConnect' : 'connect', connected));
  sent.on('response', (response) => {
    if (answerBytes !== undefined) return void readAnswer(response, answerBytes).then(end);
    // The rest of it is cut off here, which is no failure.
    response.on('error', () => undefined);
    end({ status: response.statusCode ?? 0, body: Buffer.alloc(0) });
  });
  sent.end(body);
  return sent;
}

/** The addresses that were checked are the ones connected to, whatever the name leads to by now. */
function answering(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}

async function readAnswer(response: IncomingMessage, most: number): Promise<OutboundOutcome> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      size += chunk.length;
      if (size > most) return { failure: outboundFailure.tooLarge };
      chunks.push(chunk);
    }
  } catch (error) {
    return { failure: failureOf(error) };
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) };
}

function failureOf(error: unknown): string {
  // Several addresses were tried: the first failure stands for all.
  if (error instanceof AggregateError && error.errors.length > 0) return failureOf(error.errors[0]);
  const code = errnoOf(error);
  return code === undefined || code === 'ECONNRESET' ? outboundFailure.closed : code;
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((one) =>
    (one ?? []).map(({ address }) => address),
  );
}
