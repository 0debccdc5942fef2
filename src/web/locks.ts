/** Locks over HTTP: their times, opening, closing, emergencies. */
import { z } from 'zod';
import { doorRefusals } from '../door/door-refusals.ts';
import { remoteDeniedEvent } from '../door/events/lock.ts';
import type { LockName } from '../door/model.ts';
import type { SettingReader } from '../ports/store.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { answer, done, emptyAnswer, errors, refuse } from './answer.ts';
import { freeAccessRoutes } from './free-access.ts';
import { wholeNumber } from './lists/paging.ts';
import { dtmfRoutes, lockSettingRoutes, nameOf, oneLock } from './lock-settings.ts';
import { type Route, route } from './route.ts';

/** What the calls on locks work with. */
export interface LockParts {
  readonly settings: SettingReader;
  readonly commands: Pick<
    PanelCommands,
    | 'setOpenSeconds'
    | 'openLocks'
    | 'record'
    | 'changeLockSettings'
    | 'setFreeAccess'
    | 'openEmergency'
    | 'closeLocks'
  >;
  /** Locks that this panel has. */
  readonly locks: readonly LockName[];
  readonly log: Log;
}

const base = '/api/v1/access/general/lock';
/** A week, for commands and emergencies. */
const longestOpenSeconds = 604_800;

const wrongLockNumber = 'Only 0, 1..8 indexes available for the lock number';
const wrongUnlockTime = 'Unlock time should be in range [1, 86400] seconds';
const noSuchLock = 'A lock number that this panel does not have is refused; nothing is done then.';

/** Everything about locks. */
export function lockRoutes(parts: LockParts): Route[] {
  return [
    ...timeoutRoutes(parts),
    ...delayRoutes(parts),
    ...dtmfRoutes(parts),
    ...lockSettingRoutes(parts),
    openRoute(parts, {
      path: `${base}/open/remote/accepted/{lock}`,
      summary: 'Open lock 1 or 2, or all with 0; `unlockTime` in seconds, 0 for the set time',
    }),
    openRoute(parts, {
      path: `${base}/open/remote/control/accepted/{lock}`,
      summary: 'As `open/remote/accepted`; the event says that a remote server asked for it',
      via: 'remote-server',
    }),
    deniedRoute(parts),
    emergencyOpenRoute(parts),
    emergencyCloseRoute(parts),
    ...freeAccessRoutes(parts),
  ];
}

function timeoutRoutes({ settings, commands, log }: LockParts): Route[] {
  const path = `${base}/timeout/{lock}`;
  return [
    route({
      method: 'GET',
      path,
      summary: 'Seconds that a grant keeps lock 1 or 2 open',
      access: 'read',
      params: oneLock,
      answers: z.strictObject({ lock_timeout: z.number().min(0.1).max(40) }),
      handler: ({ params: { lock } }) =>
        answer({ lock_timeout: settings.openSeconds(nameOf(lock)) }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the seconds that a grant keeps lock 1 or 2 open',
      access: 'admin',
      params: oneLock,
      body: z.object({ lock_timeout: z.int().min(1).max(40) }),
      answers: emptyAnswer,
      async handler({ params: { lock }, body: { lock_timeout: seconds }, who }) {
        await commands.setOpenSeconds(nameOf(lock), seconds);
        log.info('open time set', { by: who.name, lock: nameOf(lock), seconds });
        return done();
      },
    }),
  ];
}

function delayRoutes({ settings, commands, log }: LockParts): Route[] {
  const path = `${base}/delay/{lock}`;
  const seconds = z.int().min(0).max(9);
  return [
    route({
      method: 'GET',
      path,
      summary: 'Seconds between a grant and the opening of lock 1 or 2',
      access: 'read',
      params: oneLock,
      answers: z.strictObject({ lock_delay: seconds }),
      handler: ({ params: { lock } }) =>
        answer({ lock_delay: settings.delaySeconds(nameOf(lock)) }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the seconds between a grant and the opening of lock 1 or 2',
      access: 'admin',
      params: oneLock,
      body: z.object({ lock_delay: seconds }),
      answers: emptyAnswer,
      notes:
        'Cards and commands wait for the delay; emergency opening and free access do not. A second ' +
        'grant during the delay opens with the first: the delay is not started again. A grant while ' +
        'another keeps the lock open extends it at once.',
      async handler({ params: { lock }, body: { lock_delay: delaySeconds }, who }) {
        await commands.changeLockSettings({ locks: { [nameOf(lock)]: { delaySeconds } } });
        log.info('open delay set', { by: who.name, lock: nameOf(lock), seconds: delaySeconds });
        return done();
      },
    }),
  ];
}

/** What differs between the two calls that open. */
interface OpenCall {
  readonly path: string;
  readonly summary: string;
  readonly via?: 'remote-server';
}

/** A GET that opens a door: the vendor's choice. It asks for an admin, and HEAD does not do it. */
function openRoute({ commands, locks }: LockParts, { path, summary, via }: OpenCall): Route {
  return route({
    method: 'GET',
    path,
    summary,
    access: 'admin',
    params: z.object({ lock: z.enum(['0', '1', '2']) }),
    query: z.object({ unlockTime: wholeNumber(0, longestOpenSeconds).default(0) }),
    answers: emptyAnswer,
    refusesWith: { 409: doorRefusals },
    notes:
      `${noSuchLock} While a door is blocked, or the other one of an interlock is open, no door is ` +
      'opened and the answer is 409. A lock that toggles opens for its time.',
    async handler({ params: { lock }, query: { unlockTime }, who }) {
      const named = { 0: locks, 1: ['first'], 2: ['second'] } as const;
      const opened = await commands.openLocks({
        locks: named[lock],
        by: who.name,
        ...(unlockTime > 0 && { seconds: unlockTime }),
        ...(via && { via }),
      });
      return opened ? done() : refuse(400, errors.wrongParameters);
    },
  });
}

function deniedRoute({ commands, log }: LockParts): Route {
  return route({
    method: 'GET',
    path: `${base}/open/remote/control/denied`,
    summary: 'Record that a remote server let nobody in; opens nothing',
    access: 'admin',
    answers: emptyAnswer,
    async handler({ who }) {
      await commands.record(remoteDeniedEvent(who.name));
      log.info('refused by a remote server', { by: who.name });
      return done();
    },
  });
}

/** 0: every lock; 1 and 2: those of this panel; up to 8: locks that other panels have. */
const lockNumber = z
  .int()
  .refine((number) => number >= 0 && number <= 8, wrongLockNumber)
  .meta({ minimum: 0, maximum: 8 });

/** The locks of this panel that a number means; none: it has no such lock. */
function locksOf(number: number, locks: readonly LockName[]): readonly LockName[] {
  if (number === 0) return locks;
  return locks.filter((lock) => lock === (['first', 'second'] as const)[number - 1]);
}

const longestList = 100;

function emergencyOpenRoute({ commands, locks }: LockParts): Route {
  const unlockTime = z
    .int()
    .refine((seconds) => seconds >= 1 && seconds <= longestOpenSeconds, wrongUnlockTime)
    .meta({ minimum: 1, maximum: longestOpenSeconds });
  return route({
    method: 'POST',
    path: `${base}/open/emergency`,
    summary:
      'Open locks at once for an emergency, each for its `unlock_time` in seconds; 0 for all',
    access: 'admin',
    body: z.object({
      locks: z
        .array(z.object({ lock_number: lockNumber, unlock_time: unlockTime }))
        .min(1)
        .max(longestList),
    }),
    answers: emptyAnswer,
    refuses: [wrongLockNumber, wrongUnlockTime, errors.wrongParameters],
    notes:
      'The pages name 86400 in the error text and 604800 in the schema: up to 604800 is accepted. ' +
      'Of several times for a lock the longest counts; no grant shortens it. The delay of a lock ' +
      `is not waited for. ${noSuchLock} It opens while events cannot be written too, whatever ` +
      '`events.when_unwritable` says. An emergency does not survive a restart of the panel: the ' +
      'locks are at rest then.',
    async handler({ body, who }) {
      const secondsOf = new Map<LockName, number>();
      for (const { lock_number, unlock_time } of body.locks) {
        const named = locksOf(lock_number, locks);
        if (named.length === 0) return refuse(400, errors.wrongParameters);
        for (const lock of named) {
          secondsOf.set(lock, Math.max(secondsOf.get(lock) ?? 0, unlock_time));
        }
      }
      const opened = await commands.openEmergency({
        locks: [...secondsOf].map(([lock, seconds]) => ({ lock, seconds })),
        by: who.name,
      });
      return opened ? done() : refuse(400, errors.wrongParameters);
    },
  });
}

function emergencyCloseRoute({ commands, locks }: LockParts): Route {
  return route({
    method: 'POST',
    path: `${base}/close/emergency`,
    summary: 'Close locks at once, whatever keeps them open; 0 for all',
    access: 'admin',
    body: z.object({ locks: z.array(lockNumber).min(1).max(longestList) }),
    answers: emptyAnswer,
    refusesWith: { 409: doorRefusals },
    refuses: [wrongLockNumber, errors.wrongParameters],
    notes:
      'Ends emergencies, grants and grants that wait for their delay, and makes a free door normal. ' +
      'A lock that a fire input keeps open stays open, the others are closed, and the answer is ' +
      '409; when the fire is over a close locks it. Free access is ended too ' +
      'and comes back with its next hours, with a restart of the panel, or when it is switched ' +
      'off and on again. 503 from a full disk: the locks are closed, but a door that was free ' +
      `would be free again after a restart. ${noSuchLock}`,
    async handler({ body, who }) {
      const named = body.locks.map((number) => locksOf(number, locks));
      if (named.some((some) => some.length === 0)) return refuse(400, errors.wrongParameters);
      const closed = await commands.closeLocks({ locks: [...new Set(named.flat())], by: who.name });
      return closed ? done() : refuse(400, errors.wrongParameters);
    },
  });
}
