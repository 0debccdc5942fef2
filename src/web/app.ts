/** The HTTP application, without any socket: all calls behind one doorkeeper. */
import { Hono } from 'hono';
import type { Backups } from '../ports/backup.ts';
import type { HealthFault } from '../ports/health.ts';
import type { StoreReaders } from '../ports/store.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Clock, Log } from '../ports.ts';
import { accessKeyEventRoutes } from './access-keys/access-key-events.ts';
import { accessKeyRoutes } from './access-keys/access-keys.ts';
import { accessLevelRoutes } from './access-keys/access-levels.ts';
import { KeyAuth } from './access-keys/key-auth.ts';
import { passwordRoutes } from './accounts/account-password.ts';
import { Auth } from './accounts/auth.ts';
import { loginRoutes } from './accounts/login.ts';
import { antiPassbackRoutes } from './anti-passback.ts';
import { apartmentRoutes } from './apartments/apartments.ts';
import { backupRoutes } from './backups.ts';
import { controlRoutes } from './control.ts';
import { controlKeyRoutes } from './control-keys.ts';
import { controlUserRoutes } from './control-users.ts';
import { dataClearRoutes } from './data-clear.ts';
import { specRoutes } from './docs/spec.ts';
import { doorRoutes } from './doors.ts';
import { enrolmentRoutes } from './enrolment.ts';
import { generalRoutes } from './general.ts';
import { healthRoutes } from './health.ts';
import { numberedRoutes } from './identifiers/identifier-by-type.ts';
import { tableRoutes } from './identifiers/identifier-import.ts';
import { linkRoutes } from './identifiers/identifier-link.ts';
import { identifierListRoutes } from './identifiers/identifier-list.ts';
import { qrRoutes } from './identifiers/identifier-qr.ts';
import { identifierRoutes } from './identifiers/identifiers.ts';
import { type Facts, infoRoutes } from './info.ts';
import { Walks } from './lists/search.ts';
import { lockRoutes } from './locks.ts';
import { eventStreamRoutes } from './log/event-stream.ts';
import { logRoutes } from './log/log.ts';
import { StreamPlaces } from './log/stream-places.ts';
import { masterRoutes } from './master.ts';
import { mount } from './mount.ts';
import type { Notices } from './notices.ts';
import { remoteSettingRoutes } from './outbound/remote-settings.ts';
import type { WebhookQueues } from './outbound/webhook-queues.ts';
import { webhookRoutes } from './outbound/webhooks.ts';
import { statusRoutes } from './panel-status.ts';
import { frameRoutes, readerRoutes } from './readers.ts';
import type { Route, WebEnv } from './route.ts';
import { setupRoutes } from './setup.ts';
import { type CrashKind, simRoutes } from './sim.ts';
import { timeProfileLinkRoutes } from './time-profiles/time-profile-links.ts';
import { timeProfileTimes } from './time-profiles/time-profile-times.ts';
import { timeProfileRoutes } from './time-profiles/time-profiles.ts';

/** Everything the web works with. */
interface WebParts extends StoreReaders {
  /** Makes the next read see what has been committed by now. */
  readonly refresh: () => void;
  readonly commands: PanelCommands;
  readonly notices: Notices;
  /** Of locks and inputs that stand otherwise than before. */
  readonly moves: Notices;
  /** News of frames at readers. */
  readonly frameNotices: Notices;
  readonly log: Log;
  readonly clock: Clock;
  readonly facts: Facts;
  /** Ends the thread, for demonstration. */
  readonly crash: (how: CrashKind) => void;
  readonly queues: WebhookQueues;
  /** Faults that this thread knows of. */
  readonly ownFaults: () => readonly HealthFault[];
  readonly backups: Backups;
  readonly hasInitialPassword: () => boolean;
}

/** The application, and what it is made of. */
export interface WebApp {
  readonly app: Hono<WebEnv>;
  /** Every call that the app serves. */
  readonly routes: readonly Route[];
}

/** Puts the application together. It opens nothing and listens nowhere. */
export function createApp(parts: WebParts): WebApp {
  const { settings, facts, log, refresh } = parts;
  const auth = new Auth(parts);
  const keyAuth = new KeyAuth(parts);
  const walks = new Walks(refresh);
  const routes: Route[] = [
    ...infoRoutes(facts, settings),
    ...loginRoutes(auth),
    ...identifierRoutes(parts),
    ...generalRoutes(parts),
    ...lockRoutes({ ...parts, locks: facts.locks }),
    ...antiPassbackRoutes(parts),
    ...doorRoutes({ ...parts, locks: facts.locks }),
    ...logRoutes({ ...parts, walks }),
    ...statusRoutes(parts),
    ...healthRoutes(parts),
    ...eventStreamRoutes({ ...parts, auth, places: new StreamPlaces() }),
    ...controlRoutes(parts),
    ...linkRoutes({ ...parts, walks }),
    ...numberedRoutes({ ...parts, walks }),
    ...qrRoutes(parts),
    ...identifierListRoutes({ ...parts, walks }),
    ...(facts.driver === 'sim' ? simRoutes(parts) : []),
    ...timeProfileRoutes(parts),
    timeProfileTimes(parts),
    ...timeProfileLinkRoutes(parts),
    ...apartmentRoutes(parts),
    ...masterRoutes(parts),
    ...passwordRoutes({ ...parts, auth }),
    ...controlUserRoutes({ ...parts, auth }),
    ...dataClearRoutes(parts),
    ...remoteSettingRoutes(parts),
    ...webhookRoutes(parts),
    ...controlKeyRoutes({ ...parts, keyAuth }),
    ...accessLevelRoutes(parts),
    ...accessKeyRoutes({ ...parts, locks: facts.locks }),
    ...accessKeyEventRoutes(parts),
    ...enrolmentRoutes(parts),
    ...tableRoutes(parts),
    ...readerRoutes(parts),
    ...frameRoutes({ ...parts, auth }),
    ...backupRoutes(parts),
    ...setupRoutes(parts),
    ...specRoutes(facts, () => routes),
  ];
  const app = new Hono<WebEnv>();
  mount(app, routes, {
    log,
    refresh,
    authenticate: (authorization, remote) => auth.authenticate(authorization, remote),
    authenticateKey: (authorization, remote) => keyAuth.authenticate(authorization, remote),
  });
  return { app, routes };
}
