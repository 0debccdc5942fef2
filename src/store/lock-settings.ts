/** Settings of locks: times, what clients of the panel API keep with a lock, and free access. */
import { z } from 'zod';
import type { FreeAccess } from '../door/free-access.ts';
import { lockTypes } from '../door/lock.ts';
import { type LockName, lockNames, weekdays } from '../door/model.ts';
import type {
  DtmfSetting,
  LockSetting,
  LockSettingChange,
  LockSettingReader,
  LockSettingWriter,
} from '../ports/locks.ts';
import { readSetting } from './checked.ts';
import type { Store } from './store.ts';

/** All of a lock's setting but the open time, which `settings.ts` keeps. */
const lockSchema = z.object({
  delaySeconds: z.number().min(0),
  type: z.enum(lockTypes),
  pulseOnSeconds: z.number().positive(),
  pulseOffSeconds: z.number().positive(),
  dtmfCode: z.string(),
});
type KeptWithLock = Omit<LockSetting, 'openSeconds'>;

const dtmfSchema: z.ZodType<DtmfSetting> = z.object({
  openAll: z.string(),
  useOldSh42: z.boolean(),
});

const freeAccessSchema: z.ZodType<FreeAccess> = z.object({
  enabled: z.boolean(),
  spans: z.array(
    z.object({
      day: z.enum(weekdays),
      enabled: z.boolean(),
      lock: z.enum([...lockNames, 'all']),
      fromS: z.number(),
      toS: z.number(),
    }),
  ),
});

const freshLock: KeptWithLock = {
  delaySeconds: 0,
  type: 'electromechanical',
  pulseOnSeconds: 1,
  pulseOffSeconds: 1,
  dtmfCode: '',
};
const freshDtmf: DtmfSetting = { openAll: '*', useOldSh42: true };
/** Off, with a whole day for each day of the week to begin from. */
const freshFreeAccess: FreeAccess = {
  enabled: false,
  spans: weekdays.map((day) => ({ day, enabled: false, lock: 'all', fromS: 0, toS: 86_340 })),
};

/** Opens these settings of a store. `openSeconds` reads the open time of a lock. */
export function openLockSettings(
  store: Store,
  openSeconds: (lock: LockName) => number,
): LockSettingReader & LockSettingWriter {
  const database = store.database<string>('settings', 'ordered-binary');

  const kept = (lock: LockName) => readSetting(database, `lock-${lock}`, lockSchema) ?? freshLock;
  const dtmf = () => readSetting(database, 'dtmf', dtmfSchema) ?? freshDtmf;

  function changeLock(lock: LockName, { openSeconds: seconds, ...rest }: Partial<LockSetting>) {
    if (seconds !== undefined) database.putSync(`open-seconds-${lock}`, seconds);
    // A whole one is not laid over the old, which may be damaged.
    const whole = lockSchema.safeParse(rest);
    database.putSync(`lock-${lock}`, whole.success ? whole.data : { ...kept(lock), ...rest });
  }

  function changeDtmf(change: Partial<DtmfSetting>) {
    const whole = dtmfSchema.safeParse(change);
    database.putSync('dtmf', whole.success ? whole.data : { ...dtmf(), ...change });
  }

  return {
    lockSetting: (lock) => ({ openSeconds: openSeconds(lock), ...kept(lock) }),
    delaySeconds: (lock) => kept(lock).delaySeconds,
    dtmf,
    freeAccess: () => readSetting(database, 'free-access', freeAccessSchema) ?? freshFreeAccess,
    changeLockSettings: (change: LockSettingChange) =>
      store.durably(() => {
        if (change.dtmf) changeDtmf(change.dtmf);
        for (const lock of lockNames) {
          const changed = change.locks[lock];
          if (changed) changeLock(lock, changed);
        }
      }),
    setFreeAccess: (value: FreeAccess) =>
      store.durably(() => {
        database.putSync('free-access', value);
      }),
  };
}
