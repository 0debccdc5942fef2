/** What stands before every declared call: which one is meant, who asks, and what went wrong. */
import type { Context, Hono } from 'hono';
import { describeError, Fault } from '../errors.ts';
import type { Log } from '../ports.ts';
import { answer, errors, logInFirst, refuse } from './answer.ts';
import type { Operator, Route, WebEnv } from './route.ts';

/** What stands before every call. */
interface Doorkeeper {
  readonly log: Log;
  /** Called before anything is read for a request. */
  refresh(): void;
  /** Who sends these credentials, or the answer that refuses them. */
  authenticate(
    authorization: string,
    remote: string,
  ): Operator | Response | Promise<Operator | Response>;
  /** As `authenticate`, for API keys. */
  authenticateKey(authorization: string, remote: string): Operator | Response;
}

const nobody: Operator = { name: 'nobody', role: 'manager', proof: { kind: 'local' } };
const localAdmin: Operator = { name: 'local', role: 'admin', proof: { kind: 'local' } };

/** Serves `routes`; everything else is answered with 404 or 405. */
export function mount(app: Hono<WebEnv>, routes: readonly Route[], keeper: Doorkeeper): void {
  const byPath = new Map<string, Route[]>();
  for (const one of routes) byPath.set(one.path, [...(byPath.get(one.path) ?? []), one]);
  for (const [path, siblings] of byPath) {
    const forSocket = byMethod(siblings);
    const forNetwork = byMethod(siblings.filter(({ access }) => access !== 'local'));
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), (c) =>
      serve(c, c.env.local ? forSocket : forNetwork, keeper),
    );
  }
  app.notFound(() => refuse(404, errors.notFound));
  app.onError((error) => explain(error, keeper.log));
}

function byMethod(siblings: readonly Route[]): ReadonlyMap<string, Route> {
  const head = siblings.filter((one) => one.hasHead).map((one) => ['HEAD', one] as const);
  return new Map<string, Route>([...siblings.map((one) => [one.method, one] as const), ...head]);
}

/** One handler a path, without a chain of middleware: that is what keeps answers fast. */
function serve(
  c: Context<WebEnv>,
  siblings: ReadonlyMap<string, Route>,
  keeper: Doorkeeper,
): Response | Promise<Response> {
  if (siblings.size === 0) return refuse(404, errors.notFound);
  const asked = siblings.get(c.req.method);
  if (!asked) {
    return refuse(405, errors.wrongMethod, { Allow: [...siblings.keys()].join(', ') });
  }
  keeper.refresh();
  const who = admit(c, asked, keeper);
  if (!(who instanceof Promise)) return who instanceof Response ? who : asked.serve(c, who);
  return who.then((known) => (known instanceof Response ? known : asked.serve(c, known)));
}

function admit(
  c: Context<WebEnv>,
  { access }: Route,
  keeper: Doorkeeper,
): Operator | Response | Promise<Operator | Response> {
  if (c.env.local) return localAdmin;
  if (access === 'open') return nobody;
  const authorization = c.req.raw.headers.get('authorization');
  if (access === 'key') return keeper.authenticateKey(authorization ?? '', c.env.remote);
  if (authorization === null) return logInFirst();
  const may = (who: Operator | Response) =>
    who instanceof Response || access === 'read' || who.role === 'admin'
      ? who
      : refuse(403, errors.notAdmin);
  const who = keeper.authenticate(authorization, c.env.remote);
  return who instanceof Promise ? who.then(may) : may(who);
}

/** What went wrong, told to the client in one sentence and to the log in full. */
export function explain(error: unknown, log: Log): Response {
  if (error instanceof Fault) {
    const isRefused = error.code === 'door-refused';
    log[isRefused ? 'info' : 'error'](isRefused ? 'a command was refused' : 'a request failed', {
      code: error.code,
      why: describeError(error),
      do: error.remedy,
    });
    const sentence = error.message.charAt(0).toUpperCase() + error.message.slice(1);
    return answer({ error: sentence }, isRefused ? 409 : 503);
  }
  const stack = error instanceof Error ? error.stack : undefined;
  log.error('a request failed by a bug', { why: describeError(error), stack });
  return refuse(500, errors.internal);
}
