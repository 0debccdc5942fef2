/** Deleting everything of a kind at once (panel API, as its clients call it). */
import { z } from 'zod';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { done, emptyAnswer, errors } from './answer.ts';
import { type Route, route } from './route.ts';

/** What clearing works with. */
interface DataClearParts {
  readonly commands: Pick<PanelCommands, 'clearLog' | 'clearIdentifiers'>;
  readonly log: Log;
}

const kinds = ['logs', 'identifiers'] as const;
const wanted = z.array(z.enum(kinds)).min(1).max(kinds.length);

/** `POST /system/data/clear`. */
export function dataClearRoutes({ commands, log }: DataClearParts): Route[] {
  const clear: { readonly [kind in (typeof kinds)[number]]: (by: string) => Promise<number> } = {
    logs: (by) => commands.clearLog(by),
    identifiers: (by) => commands.clearIdentifiers(by),
  };
  return [
    route({
      method: 'POST',
      path: '/api/v1/system/data/clear',
      summary:
        'Delete all events (`logs`) or all identifiers; numbers and uids go on, none comes back',
      access: 'admin',
      // API 1.x names it `data_types`, 2.x `clear_fields`.
      body: z
        .object({ data_types: wanted.optional(), clear_fields: wanted.optional() })
        .meta({ examples: [{ data_types: ['logs'] }] })
        .transform(
          ({ data_types = [], clear_fields = [] }) => new Set([...data_types, ...clear_fields]),
        )
        .refine(({ size }) => size > 0, errors.noValue('data_types')),
      answers: emptyAnswer,
      notes:
        'Known are `logs` and `identifiers`; with a name that is not known nothing is deleted. ' +
        'Afterwards one event (`data_cleared`) tells who did it. A million records take a minute ' +
        'or more, in which the door goes on; the answer comes when all are gone. A client that ' +
        'went away before it changes nothing: the rest is deleted all the same.',
      async handler({ body, who }) {
        // The log first: it then tells of the others.
        for (const kind of kinds) {
          if (!body.has(kind)) continue;
          const count = await clear[kind](who.name);
          log.info('data cleared', { by: who.name, what: kind, count });
        }
        return done();
      },
    }),
  ];
}
