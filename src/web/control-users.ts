/** Accounts: for admins, and for the technician on the Unix socket. */
import { z } from 'zod';
import type { AccountReader, Role } from '../ports/accounts.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { newPassword } from './accounts/account-password.ts';
import type { Auth } from './accounts/auth.ts';
import { longestName } from './accounts/login-events.ts';
import { answer, done, emptyAnswer, refuse } from './answer.ts';
import { type Access, type Route, route } from './route.ts';

/** What these calls work with. */
interface ControlUserParts {
  readonly accounts: AccountReader;
  readonly auth: Auth;
  readonly commands: Pick<PanelCommands, 'addAccount' | 'setPassword' | 'removeAccount'>;
  readonly log: Log;
}

/** Where the calls are served, and to whom. */
interface Place {
  readonly path: string;
  readonly access: Access;
}

const socket: Place = { path: '/control/users', access: 'local' };
const network: Place = { path: '/api/v1/accounts', access: 'admin' };
const params = z.object({ name: z.string().max(longestName) });

const userErrors = {
  wrongName: 'A name has 1 to 64 letters, digits, dots, dashes and underscores',
  wrongPassword: 'A password has 6 to 128 characters',
  taken: 'There is an account of this name',
  unknown: 'There is no account of this name',
  lastAdmin: 'The last admin cannot be removed',
  changed: 'The account has just been changed; try again',
} as const;

/** `.` and `..` are no names: a path with them leads elsewhere. */
const name = z
  .string()
  .refine((text) => /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/.test(text), userErrors.wrongName);
const password = z
  .string()
  .refine((text) => newPassword.safeParse(text).success, userErrors.wrongPassword);

/**
 * List, add and remove, at both places. A new password without the old one is set over the socket
 * only: whoever finds a browser signed in must not lock the admin out.
 */
export function controlUserRoutes(parts: ControlUserParts): Route[] {
  const both = [socket, network].flatMap((place) => [
    listRoute(place, parts),
    addRoute(place, parts),
    removeRoute(place, parts),
  ]);
  return [...both, passwordRoute(socket, parts)];
}

function listRoute({ path, access }: Place, { accounts }: ControlUserParts): Route {
  return route({
    method: 'GET',
    path,
    summary: 'Names and roles of all accounts',
    access,
    answers: z.strictObject({
      users: z.array(
        z.strictObject({ name: z.string(), role: z.enum(['admin', 'manager', 'damaged']) }),
      ),
    }),
    handler() {
      const users = accounts.names().map((name) => ({ name, role: roleOf(accounts, name) }));
      return answer({ users });
    },
  });
}

function addRoute({ path, access }: Place, { auth, commands, log }: ControlUserParts): Route {
  return route({
    method: 'POST',
    path,
    summary: 'Add an account',
    access,
    body: z.object({ name, role: z.enum(['admin', 'manager']), password }),
    answers: emptyAnswer,
    refuses: [userErrors.wrongName, userErrors.wrongPassword, userErrors.taken],
    async handler({ body: { name, role, password }, who }) {
      const account = { role, ...(await auth.hashed(password)) };
      const isAdded = await commands.addAccount(name, account, who.name);
      if (!isAdded) return refuse(400, userErrors.taken);
      log.info('account added', { by: who.name, account: name, role });
      return done();
    },
  });
}

function removeRoute({ path, access }: Place, { commands, log }: ControlUserParts): Route {
  return route({
    method: 'DELETE',
    path: `${path}/{name}`,
    summary: 'Remove an account; its sessions end',
    access,
    params,
    answers: emptyAnswer,
    refuses: [userErrors.unknown, userErrors.lastAdmin],
    async handler({ params: { name }, who }) {
      const conflict = await commands.removeAccount(name, who.name);
      if (conflict === 'unknown') return refuse(400, userErrors.unknown);
      if (conflict) return refuse(400, userErrors.lastAdmin);
      log.info('account removed', { by: who.name, account: name });
      return done();
    },
  });
}

function passwordRoute(
  { path, access }: Place,
  { accounts, auth, commands, log }: ControlUserParts,
): Route {
  return route({
    method: 'POST',
    path: `${path}/{name}/password`,
    summary: 'Set the password of an account; its sessions end',
    access,
    params,
    body: z.object({ password }),
    answers: emptyAnswer,
    refuses: [userErrors.wrongPassword, userErrors.unknown, userErrors.changed],
    async handler({ params: { name }, body: { password }, who }) {
      const seen = accounts.get(name);
      if (!seen) return refuse(400, userErrors.unknown);
      const isSet = await commands.setPassword(name, await auth.hashed(password), seen, who.name);
      if (!isSet) return refuse(400, userErrors.changed);
      log.info('password changed', { by: who.name, account: name });
      return done();
    },
  });
}

/** A damaged account is listed too: it can be removed. */
function roleOf(accounts: AccountReader, name: string): Role | 'damaged' {
  try {
    return accounts.get(name)?.role ?? 'damaged';
  } catch {
    return 'damaged';
  }
}
