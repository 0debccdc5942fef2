/** Sockets under the application: bounded in time, number and size, and opened until they are. */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ListenOptions } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Hono } from 'hono';
import { describeError, errnoOf, Fault } from '../errors.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import { errors, refuse } from './answer.ts';
import { capPerAddress, UnderWay } from './connections.ts';
import { explain } from './mount.ts';
import type { WebEnv } from './route.ts';
import { Waiting } from './waiting.ts';

/** What one client can take of the server, at the most. Times in milliseconds. */
export interface Limits {
  /** From the connection, or the end of the request before, to the end of the headers. */
  readonly headersMs: number;
  /** Of reading the body, from when somebody begins to read it. */
  readonly bodyMs: number;
  /** A connection without a request under way. */
  readonly idleMs: number;
  /** A client that takes nothing of its answer for so long is let go. */
  readonly silenceMs: number;
  /** How often the times of requests are looked at. */
  readonly checkMs: number;
  readonly headerBytes: number;
  readonly headerFields: number;
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Of one connection. */
  readonly requestsAtOnce: number;
  /** Bytes of answers that wait for their clients, all connections together. */
  readonly waitingBytes: number;
  /** Slowest client that is waited for beyond `silenceMs`. */
  readonly bytesPerSecond: number;
}

const usualLimits: Limits = {
  headersMs: 10_000,
  bodyMs: 30_000,
  idleMs: 5_000,
  silenceMs: 30_000,
  checkMs: 2_000,
  headerBytes: 16 * 1024,
  headerFields: 100,
  connections: 256,
  connectionsPerAddress: 64,
  requestsAtOnce: 8,
  waitingBytes: 24 * 1024 * 1024,
  bytesPerSecond: 8 * 1024,
};

const retryUs = 1_000_000;
const politeCloseUs = 1_000_000;
const toldEveryUs = 60_000_000;

/** Where to listen. */
export type Place =
  | {
      readonly kind: 'network';
      readonly host: string;
      /** 0: any free one. */
      readonly port: number;
      /** Paths of PEM files; read at each try to listen. */
      readonly tls?: { readonly cert: string; readonly key: string } | undefined;
    }
  /** A Unix socket, read and written by owner and group. */
  | { readonly kind: 'socket'; readonly path: string };

/** What is served, and what serving needs. */
export interface ListenerParts {
  readonly app: Hono<WebEnv>;
  readonly log: Log;
  readonly clock: Clock;
  /** Other limits than usual, for tests of them. */
  readonly limits?: Partial<Limits>;
}

/** Serves an application at one place, and keeps trying until it can. */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #place: Place;
  readonly #limits: Limits;
  readonly #underWay = new UnderWay();
  readonly #waiting: Waiting;
  readonly #listening: (url: string) => void;
  #server: Server | undefined;
  #retry: Timer | undefined;
  #lastProblem = '';

  /** @param listening told once it listens, with the address. */
  constructor(parts: ListenerParts, place: Place, listening: (url: string) => void) {
    this.#parts = parts;
    this.#place = place;
    this.#limits = { ...usualLimits, ...parts.limits };
    this.#listening = listening;
    this.#waiting = waitingOf(this.#limits, parts);
    this.#open();
  }

  /** Takes no more requests; those under way have a second to end. */
  async close(): Promise<void> {
    this.#retry?.cancel();
    this.#waiting.stop();
    const server = this.#server;
    if (!server?.listening) return;
    const force = this.#parts.clock.after(politeCloseUs, () => server.closeAllConnections());
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeIdleConnections();
    });
    force.cancel();
  }

  #open(): void {
    try {
      const server = this.#create();
      server.maxConnections = this.#limits.connections;
      // Beyond, they would be left out without a word.
      server.maxHeadersCount = this.#limits.headerFields + 1;
      server.on('error', (error) => this.#failed(server, error));
      server.listen(listenOptions(this.#place), () => this.#opened(server));
    } catch (error) {
      this.#failed(undefined, error);
    }
  }

  #create(): Server {
    const [place, limits] = [this.#place, this.#limits];
    const options = optionsOf(limits);
    if (place.kind === 'socket') {
      rmSync(place.path, { force: true });
      return this.#patient(createServer(options, this.#listener(true)));
    }
    const { tls } = place;
    const server = tls
      ? createTlsServer(
          {
            ...options,
            handshakeTimeout: limits.headersMs,
            cert: readFileSync(tls.cert),
            key: readFileSync(tls.key),
          },
          this.#listener(false),
        )
      : createServer(options, this.#listener(false));
    server.timeout = limits.silenceMs;
    capPerAddress(server, limits.connectionsPerAddress, (address) => {
      this.#parts.log.warn('an address holds too many connections; more are refused', { address });
    });
    return this.#patient(server);
  }

  #patient(server: Server): Server {
    this.#underWay.letGoOfSilent(server);
    this.#underWay.refuseUnreadable(server);
    return server;
  }

  #listener(local: boolean) {
    const { app, log } = this.#parts;
    const { headerFields, requestsAtOnce, bodyMs } = this.#limits;
    const late = (run: () => void) => this.#parts.clock.after(bodyMs * 1000, run);
    return getRequestListener(
      (request, { incoming, outgoing }) => {
        const { socket } = incoming;
        if (!this.#underWay.take(socket, outgoing, requestsAtOnce)) {
          return refuse(429, errors.tooManyAttempts);
        }
        // Nobody reads its body, so nobody would notice that it never ends.
        if (isStrayBody(incoming)) outgoing.setHeader('Connection', 'close');
        // Names and values stand one after the other.
        if (incoming.rawHeaders.length > 2 * headerFields)
          return refuse(431, errors.tooManyHeaders);
        const remote = socket?.remoteAddress ?? '';
        const begin = () => {
          this.#waiting.add(outgoing, socket);
          return this.#noted(app.fetch(request, { local, remote, late }));
        };
        const turn = this.#underWay.turn(socket);
        if (turn === true) return begin();
        return turn.then((isTurn) => (isTurn ? begin() : refuse(503, errors.internal)));
      },
      {
        errorHandler: (error) =>
          error instanceof RequestError ? refuse(400, errors.wrongParameters) : explain(error, log),
      },
    );
  }

  /** Answers that took time may be written many at once: no request follows that would look. */
  #noted(answer: Response | Promise<Response>): Response | Promise<Response> {
    if (!(answer instanceof Promise)) return answer;
    return answer.finally(() => process.nextTick(() => this.#waiting.look()));
  }

  #opened(server: Server): void {
    this.#server = server;
    const place = this.#place;
    if (place.kind === 'socket') {
      chmodSync(place.path, 0o660);
      this.#listening(`unix:${place.path}`);
      return;
    }
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : place.port;
    const host = place.host.includes(':') ? `[${place.host}]` : place.host;
    this.#listening(`${place.tls ? 'https' : 'http'}://${host}:${port}`);
  }

  #failed(server: Server | undefined, error: unknown): void {
    const { log, clock } = this.#parts;
    if (server?.listening) {
      // One connection that could not be taken, for want of descriptors, say.
      log.warn('the web lost a connection', { why: describeError(error) });
      return;
    }
    const fault = listenFault(this.#place, error);
    // The same problem every second is one line, not one a second.
    if (fault.message !== this.#lastProblem) {
      log.error(fault.message, { code: fault.code, do: fault.remedy });
    }
    this.#lastProblem = fault.message;
    this.#retry = clock.after(retryUs, () => this.#open());
  }
}

/** Told once a minute at the most: whoever fills it may come back at once. */
function waitingOf(limits: Limits, { clock, log }: ListenerParts): Waiting {
  let toldUs = Number.NEGATIVE_INFINITY;
  const { waitingBytes: bytes, bytesPerSecond, silenceMs, checkMs } = limits;
  const bounds = { bytes, bytesPerSecond, silenceUs: silenceMs * 1000, lookUs: checkMs * 1000 };
  return new Waiting(bounds, clock, (bytes) => {
    if (clock.monoUs() - toldUs < toldEveryUs) return;
    toldUs = clock.monoUs();
    log.warn('clients do not read their answers; those that hold most are let go', { bytes });
  });
}

type Asked = { readonly method?: string | undefined; readonly headers: IncomingHttpHeaders };

/** A body where none belongs. */
function isStrayBody({ method, headers }: Asked): boolean {
  const has = Number(headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in headers;
  return has && (method === 'GET' || method === 'HEAD');
}

function optionsOf({ headersMs, idleMs, checkMs, headerBytes }: Limits): ServerOptions {
  return {
    headersTimeout: headersMs,
    // It counts the time that a body waits here for its turn. Who reads it counts how long that takes.
    requestTimeout: 0,
    keepAliveTimeout: idleMs,
    maxHeaderSize: headerBytes,
    connectionsCheckingInterval: checkMs,
  };
}

function listenOptions(place: Place): ListenOptions {
  return place.kind === 'socket' ? { path: place.path } : { host: place.host, port: place.port };
}

function listenFault(place: Place, error: unknown): Fault {
  const where = place.kind === 'socket' ? place.path : `${place.host} port ${place.port}`;
  const remedies: { readonly [errno: string]: string } = {
    EADDRINUSE: 'end the other program that listens there, or change http.port',
    EADDRNOTAVAIL: 'set http.host to an address of this machine',
    EACCES: 'take a port from 1024 up, or allow the user of latchd this one',
    ENOENT: 'check the paths under http.tls',
  };
  const remedy = remedies[errnoOf(error) ?? ''] ?? 'see the reason; it is tried again';
  return new Fault(
    'web-down',
    `the web cannot listen at ${where}: ${describeError(error)}`,
    remedy,
    error,
  );
}
