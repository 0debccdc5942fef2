/** Change of a password over HTTP. */
import { z } from 'zod';
import type { AccountReader, StoredAccount } from '../../ports/accounts.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { done, emptyAnswer, errors, refuse, tryLater } from '../answer.ts';
import { type Route, route } from '../route.ts';
import type { Auth } from './auth.ts';
import { longestName } from './login-events.ts';
import { digestOf } from './password.ts';

/** What a change of password works with. */
interface PasswordParts {
  readonly accounts: AccountReader;
  readonly auth: Auth;
  readonly commands: Pick<PanelCommands, 'setPassword'>;
  readonly log: Log;
}

/** A password that may be set; the pages name no limits. */
export const newPassword = z.string().min(6).max(128);

const query = z.object({
  oldPassword: z.string().default(''),
  newPassword: z.string().default(''),
});
const body = z
  .object({ old_password: z.string().default(''), new_password: z.string() })
  .optional();

/** The same call at the paths of both families. */
export function passwordRoutes(parts: PasswordParts): Route[] {
  return ['/api/v1/security/password', '/api/v1/security/password/web'].map((base) =>
    passwordRoute(parts, `${base}/{account}`),
  );
}

function passwordRoute({ accounts, auth, commands, log }: PasswordParts, path: string): Route {
  /** The account, once the old password is right or need not be known; else the refusal. */
  async function admit(account: string, old: string, remote: string) {
    const found = accounts.get(account);
    if (old === '' && found?.role === 'manager') return found;
    if (old === '') return refuse(400, errors.missedParameters);
    const login = await auth.verify(account, digestOf(old), remote);
    if (login.kind === 'throttled') return tryLater(login.waitUs);
    return login.kind === 'right' ? login.account : refuse(400, errors.wrongLogin);
  }

  return route({
    method: 'POST',
    path,
    summary: 'Change the password of an account; its sessions end',
    access: 'admin',
    params: z.object({ account: z.string().max(longestName) }),
    query,
    body,
    answers: emptyAnswer,
    refuses: [errors.missedParameters, errors.wrongParameters, errors.wrongLogin],
    notes:
      'Both passwords are plain, in the query or, so that no URL holds them, in a JSON body. A new ' +
      'one has 6 to 128 characters. A wrong old one counts as a wrong login. The old one of a ' +
      '`manager` need not be known; a `manager` changes nothing, its own password neither.',
    async handler({ params: { account }, query, body, who, remote }) {
      const fresh = body?.new_password ?? query.newPassword;
      if (fresh === '') return refuse(400, errors.missedParameters);
      if (!newPassword.safeParse(fresh).success) return refuse(400, errors.wrongParameters);
      const seen = await admit(account, body?.old_password ?? query.oldPassword, remote);
      if (seen instanceof Response) return seen;
      const isSet = await setPassword(account, seen, fresh, who.name);
      return isSet ? done() : refuse(400, errors.wrongLogin);
    },
  });

  async function setPassword(name: string, seen: StoredAccount, fresh: string, by: string) {
    const isSet = await commands.setPassword(name, await auth.hashed(fresh), seen, by);
    if (isSet) log.info('password changed', { by, account: name });
    return isSet;
  }
}
