/** Settings of the remote access server. */
import { z } from 'zod';
import type { SettingReader } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { answer, done, emptyAnswer, errors, refuse } from '../answer.ts';
import { type Route, route } from '../route.ts';
import { machineOf, parseTarget } from './outbound-target.ts';

/** What these calls work with. */
interface RemoteSettingParts {
  readonly settings: Pick<SettingReader, 'remoteServer'>;
  readonly commands: Pick<PanelCommands, 'setRemoteServer'>;
  readonly log: Log;
}

const path = '/api/v1/access/general/remote/control/settings';
const longestUrl = 2000;

/** Reading and setting. */
export function remoteSettingRoutes({ settings, commands, log }: RemoteSettingParts): Route[] {
  return [
    route({
      method: 'GET',
      path,
      summary: 'The remote access server that is asked before the own list',
      access: 'read',
      answers: z.strictObject({
        enabled: z.boolean(),
        custom_server_enabled: z.boolean(),
        custom_server_api_url: z.string(),
      }),
      notes:
        'The URL comes back as it was set; it is never logged. Integrators put a secret into it: a ' +
        'manager is answered only its scheme, machine and port.',
      handler({ who }) {
        const { enabled, customServerEnabled, url } = settings.remoteServer();
        return answer({
          enabled,
          custom_server_enabled: customServerEnabled,
          custom_server_api_url: who.role === 'admin' ? url : machineOf(url),
        });
      },
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the remote access server that is asked before the own list',
      access: 'admin',
      body: z.object({
        enabled: z.boolean(),
        custom_server_enabled: z.boolean().optional(),
        custom_server_api_url: z
          .string()
          .max(longestUrl)
          .refine((url) => url === '' || parseTarget(url) !== undefined, errors.wrongBody)
          .optional(),
      }),
      answers: emptyAnswer,
      refuses: [errors.noValue('custom_server_api_url')],
      notes:
        'Members that are not given stay as they are, at first false and empty. A URL without a ' +
        'scheme is taken as http. With custom_server_enabled false the vendor has its cloud asked, ' +
        'which this panel does not know: nobody is asked and the own list decides. The server has ' +
        '10 seconds; without an answer, or with one that is not understood, the own list decides. ' +
        'After 3 such failures in a row the server is not asked for 30 seconds, and events say so. ' +
        'A granted answer takes no pass.',
      async handler({ body, who }) {
        const old = settings.remoteServer();
        const value = {
          enabled: body.enabled,
          customServerEnabled: body.custom_server_enabled ?? old.customServerEnabled,
          url: body.custom_server_api_url ?? old.url,
        };
        if (value.enabled && value.customServerEnabled && value.url === '') {
          return refuse(400, errors.noValue('custom_server_api_url'));
        }
        await commands.setRemoteServer(value);
        const { enabled, customServerEnabled: custom } = value;
        log.info('remote server set', { by: who.name, enabled, custom });
        return done();
      },
    }),
  ];
}
