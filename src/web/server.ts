/** Sockets under the application: bounded in time, number and size, and opened until they are. */
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ListenOptions } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import type { Hono } from 'hono';
import { describeError, errnoOf, Fault } from '../errors.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import { errors, refuse } from './answer.ts';
import { explain, type WebEnv } from './route.ts';

const limits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16 * 1024,
  connectionsCheckingInterval: 2_000,
};
const connectionsAtMost = 256;
/** A client that takes nothing of its answer for so long is let go. */
const networkSilenceMs = 30_000;
const retryUs = 1_000_000;
const politeCloseUs = 1_000_000;

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
}

/** Serves an application at one place, and keeps trying until it can. */
export class Listener {
  readonly #parts: ListenerParts;
  readonly #place: Place;
  readonly #listening: (url: string) => void;
  #server: Server | undefined;
  #retry: Timer | undefined;
  #lastProblem = '';

  /** @param listening told once it listens, with the address. */
  constructor(parts: ListenerParts, place: Place, listening: (url: string) => void) {
    this.#parts = parts;
    this.#place = place;
    this.#listening = listening;
    this.#open();
  }

  /** Takes no more requests; those under way have a second to end. */
  async close(): Promise<void> {
    this.#retry?.cancel();
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
      server.maxConnections = connectionsAtMost;
      server.on('error', (error) => this.#failed(server, error));
      server.listen(listenOptions(this.#place), () => this.#opened(server));
    } catch (error) {
      this.#failed(undefined, error);
    }
  }

  #create(): Server {
    const place = this.#place;
    if (place.kind === 'socket') {
      rmSync(place.path, { force: true });
      return createServer(limits, this.#listener(true));
    }
    const { tls } = place;
    const server = tls
      ? createTlsServer(
          {
            ...limits,
            handshakeTimeout: limits.headersTimeout,
            cert: readFileSync(tls.cert),
            key: readFileSync(tls.key),
          },
          this.#listener(false),
        )
      : createServer(limits, this.#listener(false));
    server.timeout = networkSilenceMs;
    return server;
  }

  #listener(local: boolean) {
    const { app, log } = this.#parts;
    return getRequestListener(
      (request, { incoming }) =>
        app.fetch(request, { local, remote: incoming.socket?.remoteAddress ?? '' }),
      {
        errorHandler: (error) =>
          error instanceof RequestError ? refuse(400, errors.wrongParameters) : explain(error, log),
      },
    );
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
