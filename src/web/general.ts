/** Settings of the panel and opening by command. */
import { z } from 'zod';
import { type LockName, wiegandTypes } from '../door/model.ts';
import type { Log } from '../ports.ts';
import type { SettingReader } from '../ports-store.ts';
import type { PanelCommands } from '../ports-web.ts';
import { answer, done, emptyAnswer, errors, refuse } from './answer.ts';
import { wholeNumber } from './paging.ts';
import { type Route, route } from './route.ts';

/** What the calls under `/access/general` work with. */
export interface GeneralParts {
  readonly settings: SettingReader;
  readonly commands: Pick<PanelCommands, 'setWiegand' | 'setOpenSeconds' | 'openLocks'>;
  /** Locks that this panel has. */
  readonly locks: readonly LockName[];
  readonly log: Log;
}

const base = '/api/v1/access/general';
const longestOpenSeconds = 604_800;

/** Wiegand type, open times and opening. */
export function generalRoutes(parts: GeneralParts): Route[] {
  return [...wiegandRoutes(parts), ...timeoutRoutes(parts), openRoute(parts)];
}

function wiegandRoutes({ settings, commands, log }: GeneralParts): Route[] {
  const path = `${base}/wiegand/type`;
  const setting = z.strictObject({
    identifier_representation: z.enum(['hex', 'decimal']),
    type: z.enum(wiegandTypes),
  });
  return [
    route({
      method: 'GET',
      path,
      summary: 'Reader type, and how card numbers are written',
      access: 'read',
      answers: setting,
      handler() {
        const { type, representation } = settings.wiegand();
        return answer({ identifier_representation: representation, type });
      },
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the reader type, and how card numbers are written and bare digits read',
      access: 'admin',
      body: z.object(setting.shape),
      answers: emptyAnswer,
      notes:
        'Readers without a list of formats of their own follow the type from their next frame on. ' +
        'Numbers that are stored stay as they are; only the way they are written changes.',
      async handler({ body: { identifier_representation: representation, type }, who }) {
        await commands.setWiegand({ representation, type });
        log.info('wiegand type set', { by: who.name, type, representation });
        return done();
      },
    }),
  ];
}

function timeoutRoutes({ settings, commands, log }: GeneralParts): Route[] {
  const path = `${base}/lock/timeout/{lock}`;
  const params = z.object({ lock: z.enum({ first: '1', second: '2' }) });
  const nameOf = (lock: '1' | '2'): LockName => (lock === '1' ? 'first' : 'second');
  return [
    route({
      method: 'GET',
      path,
      summary: 'Seconds that a grant keeps lock 1 or 2 open',
      access: 'read',
      params,
      handler: ({ params: { lock } }) =>
        answer({ lock_timeout: settings.openSeconds(nameOf(lock)) }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the seconds that a grant keeps lock 1 or 2 open',
      access: 'admin',
      params,
      body: z.object({ lock_timeout: z.int().min(1).max(40) }),
      async handler({ params: { lock }, body: { lock_timeout: seconds }, who }) {
        await commands.setOpenSeconds(nameOf(lock), seconds);
        log.info('open time set', { by: who.name, lock: nameOf(lock), seconds });
        return done();
      },
    }),
  ];
}

/** A GET that opens a door: the vendor's choice. It asks for an admin, and HEAD does not do it. */
function openRoute({ commands, locks }: GeneralParts): Route {
  return route({
    method: 'GET',
    path: `${base}/lock/open/remote/accepted/{lock}`,
    summary: 'Open lock 1 or 2, or all with 0; `unlockTime` in seconds, 0 for the set time',
    access: 'admin',
    params: z.object({ lock: z.enum(['0', '1', '2']) }),
    query: z.object({ unlockTime: wholeNumber(0, longestOpenSeconds).default(0) }),
    async handler({ params: { lock }, query: { unlockTime }, who }) {
      const named = { 0: locks, 1: ['first'], 2: ['second'] } as const;
      const seconds = unlockTime === 0 ? {} : { seconds: unlockTime };
      const opened = await commands.openLocks({ locks: named[lock], by: who.name, ...seconds });
      return opened ? done() : refuse(400, errors.wrongParameters);
    },
  });
}
