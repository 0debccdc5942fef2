/** Settings of doors: their modes, and what clients of the panel API keep with a door contact. */
import { z } from 'zod';
import { doorModes } from '../door/lock.ts';
import { lockNames } from '../door/model.ts';
import { sensorModes } from '../door/wired.ts';
import type { DoorSettingReader, DoorSettingWriter, SensorSetting } from '../ports/doors.ts';
import { readSetting } from './checked.ts';
import type { Store } from './store.ts';

const sensorSchema = z.object({
  enabled: z.boolean(),
  mode: z.enum(sensorModes),
  openingDelaySeconds: z.number().positive().exactOptional(),
  repeats: z.boolean(),
  repeatSeconds: z.number().positive(),
});
const modeSchema = z.enum(doorModes);

const freshSensor: SensorSetting = {
  enabled: true,
  mode: 'door_sensor',
  repeats: false,
  repeatSeconds: 60,
};

/** Opens these settings of a store. */
export function openDoorSettings(store: Store): DoorSettingReader & DoorSettingWriter {
  const database = store.database<string>('settings', 'ordered-binary');

  const set = (name: string, value: unknown) =>
    store.durably(() => {
      database.putSync(name, value);
    });

  return {
    sensor: () => readSetting(database, 'door-sensor', sensorSchema) ?? freshSensor,
    setSensor: (value) => set('door-sensor', value),
    exitButton: () => readSetting(database, 'exit-button', z.boolean()) ?? true,
    setExitButton: (enabled) => set('exit-button', enabled),
    doorMode: (lock) => readSetting(database, `door-mode-${lock}`, modeSchema) ?? 'normal',
    setDoorModes: (modes) =>
      store.durably(() => {
        for (const lock of lockNames) {
          const mode = modes[lock];
          if (mode !== undefined) database.putSync(`door-mode-${lock}`, mode);
        }
      }),
  };
}
