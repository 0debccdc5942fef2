/**
 * What an operator changes at run time. A value stands here once it has been set; until then the
 * configuration file's holds, so that editing the file works on a panel nobody has set up by API.
 */
import { z } from 'zod';
import { type LockName, wiegandTypes } from '../door/model.ts';
import type { RemoteServerSetting } from '../ports/remote.ts';
import type {
  SettingDefaults,
  SettingReader,
  SettingWriter,
  WiegandSetting,
} from '../ports/store.ts';
import { readSetting } from './checked.ts';
import { openDoorSettings } from './door-settings.ts';
import { openLabels } from './labels.ts';
import { openLockSettings } from './lock-settings.ts';
import type { Store } from './store.ts';

/** What is kept, by the names that it has in the database. */
interface Values {
  readonly wiegand: WiegandSetting;
  /** Seconds. */
  readonly 'open-seconds-first': number;
  readonly 'open-seconds-second': number;
  readonly serial: string;
  readonly 'remote-server': RemoteServerSetting;
}
type Name = keyof Values;

const schemas: { readonly [N in Name]: z.ZodType<Values[N]> } = {
  wiegand: z.object({ type: z.enum(wiegandTypes), representation: z.enum(['hex', 'decimal']) }),
  'open-seconds-first': z.number().positive(),
  'open-seconds-second': z.number().positive(),
  serial: z.uuid(),
  'remote-server': z.object({
    enabled: z.boolean(),
    customServerEnabled: z.boolean(),
    url: z.string(),
  }),
};

const noRemoteServer: RemoteServerSetting = { enabled: false, customServerEnabled: false, url: '' };

/** Opens the settings of a store. Methods that write belong to the main thread. */
export function openSettings(
  store: Store,
  defaults: SettingDefaults,
): SettingReader & SettingWriter {
  const database = store.database<string>('settings', 'ordered-binary');

  /** @throws Fault `store-unreadable` for a value that is not one of this version. */
  const get = <N extends Name>(name: N) => readSetting(database, name, schemas[name]);

  const set = <N extends Name>(name: N, value: Values[N]) =>
    store.durably(() => {
      database.putSync(name, value);
    });

  const openSeconds = (lock: LockName) => get(`open-seconds-${lock}`) ?? defaults.openSeconds[lock];

  return {
    wiegand: () => get('wiegand') ?? defaults.wiegand,
    setWiegand: (value: WiegandSetting) => set('wiegand', value),
    openSeconds,
    setOpenSeconds: (lock: LockName, seconds: number) => set(`open-seconds-${lock}`, seconds),
    serial: () => get('serial'),
    setSerial: (uuid: string) => set('serial', uuid),
    ...openLockSettings(store, openSeconds),
    remoteServer: () => get('remote-server') ?? noRemoteServer,
    setRemoteServer: (value: RemoteServerSetting) => set('remote-server', value),
    ...openDoorSettings(store),
    ...openLabels(store),
  };
}
