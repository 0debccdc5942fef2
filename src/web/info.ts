/** `GET /api/info`: what a client asks before it logs in. */

import type { LockName } from '../door/model.ts';
import type { DriverName } from '../ports.ts';
import type { SettingReader } from '../ports-store.ts';
import { answer } from './answer.ts';
import { type Route, route } from './route.ts';

/** What does not change while latchd runs. */
export interface Facts {
  readonly version: string;
  /** Of the build; empty when unknown. */
  readonly commit: string;
  readonly deviceName: string;
  readonly driver: DriverName;
  /** Locks that this panel has. */
  readonly locks: readonly LockName[];
}

/** Clients branch on its major number: 2 makes them send the flat form of filters. */
const apiVersion = '2.12.0';

/** The one call outside `/api/v1`. */
export function infoRoutes(facts: Facts, settings: SettingReader): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/info',
      summary: 'What this device is; needs no login',
      access: 'open',
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
        }),
    }),
  ];
}
