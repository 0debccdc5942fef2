/**
 * What an operator changes at run time. A value stands here once it has been set; until then the
 * configuration file's holds, so that editing the file works on a panel nobody has set up by API.
 */
import { z } from 'zod';
import { type LockName, wiegandTypes } from '../door/model.ts';
import type { RemoteServerSetting } from '../ports/remote.ts';
import type { SettingDefaults, SettingReader, SettingWriter } from '../ports/store.ts';
import { openDoorSettings } from './door-settings.ts';
import { openLabels } from './labels.ts';
import { openLockSettings } from './lock-settings.ts';
import { damaged, readValue, type Store } from './store.ts';

const schemas = {
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
type Name = keyof typeof schemas;
type Value<N extends Name> = z.output<(typeof schemas)[N]>;

const noRemoteServer: RemoteServerSetting = { enabled: false, customServerEnabled: false, url: '' };

/** Opens the settings of a store. Methods that write belong to the main thread. */
export function openSettings(
  store: Store,
  defaults: SettingDefaults,
): SettingReader & SettingWriter {
  const database = store.database<string>('settings', 'ordered-binary');

  /** @throws Fault `store-unreadable` for a value that is not one of this version. */
  function get<N extends Name>(name: N): Value<N> | undefined {
    const value = readValue(database, name, `the setting ${name}`);
    if (value === undefined) return undefined;
    const checked = schemas[name].safeParse(value);
    if (checked.success) return checked.data as Value<N>;
    throw damaged(`the setting ${name}`, checked.error);
  }

  const set = <N extends Name>(name: N, value: Value<N>) =>
    store.durably(() => {
      database.putSync(name, value);
    });

  const openSeconds = (lock: LockName) => get(`open-seconds-${lock}`) ?? defaults.openSeconds[lock];

  return {
    wiegand: () => get('wiegand') ?? defaults.wiegand,
    setWiegand: (value: Value<'wiegand'>) => set('wiegand', value),
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
