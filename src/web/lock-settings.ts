/** All settings of the locks at once, as newer panels have them, and the DTMF code of each. */
import { z } from 'zod';
import { lockTypes } from '../door/lock.ts';
import { type LockName, lockNames } from '../door/model.ts';
import type { LockSetting } from '../ports/locks.ts';
import { answer, done, emptyAnswer, errors, refuse } from './answer.ts';
import type { LockParts } from './locks.ts';
import { type Operator, type Route, route } from './route.ts';

const path = '/api/v1/access/locks/settings';

/** The lock that a path names by its number. */
export const oneLock = z.object({ lock: z.enum({ first: '1', second: '2' }) });
/** Its name in this panel. */
export const nameOf = (lock: '1' | '2'): LockName => (lock === '1' ? 'first' : 'second');

const dtmf = z
  .string()
  .regex(/^[\d*#ABCD]{0,4}$/)
  .meta({ examples: ['12#'] });
const pulse = z.int().min(1).max(300);
const members = {
  timeout: z.int().min(1).max(40),
  delay: z.int().min(0).max(9),
  type: z.enum(lockTypes),
  pulse_on: pulse,
  pulse_off: pulse,
  dtmf_code: dtmf,
};
const setting = z.object({
  lock_number: z.int().min(1).max(8),
  ...z.object(members).partial().shape,
});

const notes =
  'This panel has locks 1 and 2, or only 1. `timeout` and `delay` are applied. `type`, `pulse_on`, ' +
  '`pulse_off`, `dtmf_code`, `open_all_dtmf` and `use_old_sh42` are kept and answered, and change ' +
  'nothing: whether a relay is energised to release the lock or to lock it stands in the ' +
  'configuration (`relay`), it never pulses, and there is no telephone here. ';

const codeNotes = 'For a manager DTMF codes are empty.';

/** `GET|POST /access/locks/settings`. */
export function lockSettingRoutes({ settings, commands, locks, log }: LockParts): Route[] {
  return [
    route({
      method: 'GET',
      path,
      summary: 'All settings of the locks',
      access: 'read',
      answers: z.strictObject({
        open_all_dtmf: dtmf,
        use_old_sh42: z.boolean(),
        settings: z.array(
          z.strictObject({
            lock_number: z.int().min(1).max(8),
            ...members,
            timeout: z.number().min(0.1).max(40),
          }),
        ),
      }),
      notes: `${notes}${codeNotes}`,
      handler({ who }) {
        const { openAll, useOldSh42 } = settings.dtmf();
        return answer({
          open_all_dtmf: codeFor(who, openAll),
          use_old_sh42: useOldSh42,
          settings: locks.map((lock) => itemOf(lock, settings.lockSetting(lock), who)),
        });
      },
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set settings of the locks, all of them or none',
      access: 'admin',
      body: z.object({
        open_all_dtmf: dtmf.optional(),
        use_old_sh42: z.boolean().optional(),
        settings: z.array(setting).max(lockNames.length),
      }),
      answers: emptyAnswer,
      notes:
        `${notes}What is absent stays as it is. A lock that this panel does not have, or one that ` +
        'is named twice, is refused, and nothing is set then.',
      async handler({ body, who }) {
        const changes = body.settings.map((item) => ({
          lock: lockNames[item.lock_number - 1],
          change: changeOf(item),
        }));
        const names = changes.flatMap(({ lock }) => (lock && locks.includes(lock) ? [lock] : []));
        if (new Set(names).size < changes.length) return refuse(400, errors.wrongBody);
        const dtmfChange = present({ openAll: body.open_all_dtmf, useOldSh42: body.use_old_sh42 });
        await commands.changeLockSettings({
          ...(Object.keys(dtmfChange).length > 0 && { dtmf: dtmfChange }),
          locks: Object.fromEntries(changes.map(({ lock, change }) => [lock, change])),
        });
        log.info('lock settings set', { by: who.name, lock: names.join(',') });
        return done();
      },
    }),
  ];
}

/** `GET|POST /access/general/lock/dtmf/{lock}`: the `dtmf_code` of the settings, for one lock. */
export function dtmfRoutes({ settings, commands, log }: LockParts): Route[] {
  const at = '/api/v1/access/general/lock/dtmf/{lock}';
  return [
    route({
      method: 'GET',
      path: at,
      summary: 'DTMF code of lock 1 or 2; empty when there is none',
      access: 'read',
      params: oneLock,
      answers: z.strictObject({ dtmf_code: dtmf }),
      notes: `Kept and answered only: there is no telephone here. ${codeNotes}`,
      handler: ({ params: { lock }, who }) =>
        answer({ dtmf_code: codeFor(who, settings.lockSetting(nameOf(lock)).dtmfCode) }),
    }),
    route({
      method: 'POST',
      path: at,
      summary: 'Set the DTMF code of lock 1 or 2',
      access: 'admin',
      params: oneLock,
      body: z.object({ dtmf_code: dtmf }),
      answers: emptyAnswer,
      notes: 'Kept and answered only: there is no telephone here. Empty: no code.',
      async handler({ params: { lock }, body: { dtmf_code: dtmfCode }, who }) {
        await commands.changeLockSettings({ locks: { [nameOf(lock)]: { dtmfCode } } });
        log.info('DTMF code set', { by: who.name, lock: nameOf(lock) });
        return done();
      },
    }),
  ];
}

/** A DTMF code as an account may see it: who only looks sees none. */
function codeFor({ role }: Operator, code: string): string {
  return role === 'admin' ? code : '';
}

function itemOf(lock: LockName, setting: LockSetting, who: Operator) {
  return {
    lock_number: lockNames.indexOf(lock) + 1,
    timeout: setting.openSeconds,
    delay: setting.delaySeconds,
    type: setting.type,
    pulse_on: setting.pulseOnSeconds,
    pulse_off: setting.pulseOffSeconds,
    dtmf_code: codeFor(who, setting.dtmfCode),
  };
}

function changeOf(item: z.output<typeof setting>): Partial<LockSetting> {
  return present({
    openSeconds: item.timeout,
    delaySeconds: item.delay,
    type: item.type,
    pulseOnSeconds: item.pulse_on,
    pulseOffSeconds: item.pulse_off,
    dtmfCode: item.dtmf_code,
  });
}

/** Only the members that have a value. */
function present<T extends object>(members: T): Present<T> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Present<T>;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
