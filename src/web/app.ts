/** The HTTP application, without any socket: all calls behind one doorkeeper. */
import { Hono } from 'hono';
import type { Clock, Log } from '../ports.ts';
import type { StoreReaders } from '../ports-store.ts';
import type { PanelCommands } from '../ports-web.ts';
import { Auth } from './auth.ts';
import { controlRoutes } from './control.ts';
import { doorRoutes } from './doors.ts';
import { generalRoutes } from './general.ts';
import { identifierRoutes } from './identifiers.ts';
import { type Facts, infoRoutes } from './info.ts';
import { lockRoutes } from './locks.ts';
import { logRoutes } from './log.ts';
import { loginRoutes } from './login.ts';
import type { Notices } from './notices.ts';
import { mount, type Route, type WebEnv } from './route.ts';
import { type CrashKind, simRoutes } from './sim.ts';

/** Everything the web works with. */
export interface WebParts extends StoreReaders {
  /** Makes the next read see what has been committed by now. */
  readonly refresh: () => void;
  readonly commands: PanelCommands;
  readonly notices: Notices;
  readonly log: Log;
  readonly clock: Clock;
  readonly facts: Facts;
  /** Ends the thread, for demonstration. */
  readonly crash: (how: CrashKind) => void;
}

/** The application, and what it is made of. */
export interface WebApp {
  readonly app: Hono<WebEnv>;
  /** Every call that the app serves. */
  readonly routes: readonly Route[];
}

/** Puts the application together. It opens nothing and listens nowhere. */
export function createApp(parts: WebParts): WebApp {
  const { settings, events, facts, log, refresh } = parts;
  const auth = new Auth(parts);
  const routes = [
    ...infoRoutes(facts, settings),
    ...loginRoutes(auth),
    ...identifierRoutes(parts),
    ...generalRoutes(parts),
    ...lockRoutes({ ...parts, locks: facts.locks }),
    ...doorRoutes({ ...parts, locks: facts.locks }),
    ...logRoutes(events, settings),
    ...controlRoutes(parts),
    ...(facts.driver === 'sim' ? simRoutes(parts) : []),
  ];
  const app = new Hono<WebEnv>();
  mount(app, routes, {
    log,
    refresh,
    authenticate: (authorization, remote) => auth.authenticate(authorization, remote),
  });
  return { app, routes };
}
