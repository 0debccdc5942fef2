/** Clearing what the panel has gathered: its event log. */
import { z } from 'zod';
import type { Log } from '../ports.ts';
import type { PanelCommands } from '../ports-web.ts';
import { done, emptyAnswer, errors, refuse } from './answer.ts';
import { type Route, route } from './route.ts';

/** What this call works with. */
export interface DataClearParts {
  readonly commands: Pick<PanelCommands, 'clearLog'>;
  readonly log: Log;
}

/** Other kinds of data are not cleared in bulk: what is asked for is cleared, or nothing is. */
const kinds = z.array(z.enum(['logs'])).min(1);

/** `POST /system/data/clear`. */
export function dataClearRoutes({ commands, log }: DataClearParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/system/data/clear',
      summary: 'Clear the event log',
      access: 'admin',
      body: z.object({ data_types: kinds.optional(), clear_fields: kinds.optional() }),
      answers: emptyAnswer,
      refuses: [errors.noValue('data_types')],
      notes:
        'API 1.x names the list `data_types`, API 2.x `clear_fields`; both are understood. Only ' +
        '`logs` can be cleared. Who cleared the log is the first event of the new one; numbers of ' +
        'events go on.',
      async handler({ body: { data_types, clear_fields }, who }) {
        if (!data_types && !clear_fields) return refuse(400, errors.noValue('data_types'));
        await commands.clearLog(who.name);
        log.info('event log cleared', { by: who.name });
        return done();
      },
    }),
  ];
}
