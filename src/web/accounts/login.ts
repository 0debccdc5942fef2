/** `GET /login` and `GET|POST /logout`. */
import { z } from 'zod';
import { answer, done, emptyAnswer, errors, refuse, tryLater } from '../answer.ts';
import { type Route, route } from '../route.ts';
import type { Auth } from './auth.ts';

/** Calls that start and end a session. */
export function loginRoutes(auth: Auth): Route[] {
  const logout = (method: 'GET' | 'POST') =>
    route({
      method,
      path: '/api/v1/logout',
      summary: 'End the session of the token that is sent',
      access: 'read',
      acts: true,
      answers: emptyAnswer,
      notes: 'With HTTP Basic it makes the panel forget that it has checked this password.',
      async handler({ who }) {
        await auth.logOut(who);
        return done();
      },
    });
  return [
    route({
      method: 'GET',
      path: '/api/v1/login',
      summary: 'Log in with the MD5 hex digest of the password; answers a token of 2 hours',
      access: 'open',
      acts: true,
      query: z.object({
        username: z
          .string()
          .optional()
          .meta({ description: 'Name of the account; must be there', examples: ['admin'] }),
        password: z
          .string()
          .optional()
          .meta({
            description: 'MD5 of the password in hexadecimal digits, either case; must be there',
            examples: ['e10adc3949ba59abbe56e057f20f883e'],
          }),
      }),
      answers: z.strictObject({
        token: z.string().regex(/^[0-9a-f]{40}$/),
        account_type: z.enum(['admin', 'manager']),
      }),
      refuses: [errors.missedParameters, errors.wrongLogin],
      refusesWith: { 429: [errors.tooManyAttempts] },
      notes:
        'A wrong login is answered with 400, not with 401. After five of them within a minute from one ' +
        'address, or of IPv6 one network of 64 bits, that is refused for a minute; after five for one ' +
        'name, one try as it is heard every 5 seconds, and every 10 of one address, for a minute, but ' +
        'all from where it has logged in within 30 days.',
      async handler({ query: { username, password }, remote }) {
        if (!username || !password) return refuse(400, errors.missedParameters);
        const login = await auth.logIn(username, password, remote);
        if (login.kind === 'throttled') return tryLater(login.waitUs);
        if (login.kind === 'wrong') return refuse(400, errors.wrongLogin);
        const token = await auth.startSession(username, login.account);
        if (token === undefined) return refuse(400, errors.wrongLogin);
        return answer({ token, account_type: login.account.role });
      },
    }),
    logout('GET'),
    logout('POST'),
  ];
}
