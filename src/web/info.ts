/** `GET /api/info`: what a client asks before it logs in. */
import { z } from 'zod';
import type { LockName } from '../door/model.ts';
import type { SettingReader } from '../ports/store.ts';
import type { DriverName } from '../ports.ts';
import { answer } from './answer.ts';
import { type Route, route } from './route.ts';

/** What does not change while latchd runs. */
export interface Facts {
  readonly version: string;
  /** Of the build; empty when unknown. */
  readonly commit: string;
  readonly deviceName: string;
  readonly driver: DriverName;
  /** IANA name of the zone of all civil times. */
  readonly timezone: string;
  /** Locks that this panel has. */
  readonly locks: readonly LockName[];
}

/** Clients branch on its major number: 2 makes them send the flat form of filters. */
const apiVersion = '2.12.0';

const info = z.strictObject({
  firmware_version: z.string(),
  framework_version: z.string(),
  frontend_version: z.string(),
  api_version: z.string(),
  device_type: z.literal('panel'),
  device_name: z.string().meta({ description: 'Host name of the panel' }),
  device_model: z.literal('latchd'),
  device_serial_number: z
    .string()
    .meta({ description: 'A UUID that stays for the life of the database' }),
  commit: z.string().meta({ description: 'Of the build; empty when unknown' }),
  hybrid_enable: z.boolean(),
  hybrid_version: z.string().meta({ description: 'Empty: there is no hybrid board' }),
  mcu_version: z.string().meta({ description: 'Empty: there is no controller of its own' }),
});

/** The one call outside `/api/v1`. */
export function infoRoutes(facts: Facts, settings: SettingReader): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/info',
      summary: 'What this device is; needs no login',
      access: 'open',
      answers: info,
      notes:
        'Clients read `api_version` to choose their form of filters: with a major number of 2 they ' +
        'send `filter_field`, `filter_type` and `filter_value`.',
      handler: () =>
        answer({
          firmware_version: facts.version,
          framework_version: facts.version,
          frontend_version: facts.version,
          api_version: apiVersion,
          device_type: 'panel',
          device_name: facts.deviceName,
          device_model: 'latchd',
          device_serial_number: settings.serial() ?? '',
          commit: facts.commit,
          hybrid_enable: false,
          hybrid_version: '',
          mcu_version: '',
        }),
    }),
  ];
}
