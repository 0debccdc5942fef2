/** `GET /login` and `GET|POST /logout`. */
import { z } from 'zod';
import { answer, done, errors, refuse, tryLater } from './answer.ts';
import type { Auth } from './auth.ts';
import { type Route, route } from './route.ts';

/** Calls that start and end a session. */
export function loginRoutes(auth: Auth): Route[] {
  const logout = (method: 'GET' | 'POST') =>
    route({
      method,
      path: '/api/v1/logout',
      summary: 'End the session of the token that is sent',
      access: 'read',
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
      query: z.object({ username: z.string().default(''), password: z.string().default('') }),
      async handler({ query: { username, password }, remote }) {
        if (username === '' || password === '') return refuse(400, errors.missedParameters);
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
