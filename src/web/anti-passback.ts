/** Anti-passback over HTTP: forgiving those whose way out was not seen. */
import { z } from 'zod';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { done, emptyAnswer, errors, refuse } from './answer.ts';
import { type Route, route } from './route.ts';

/** What this call works with. */
interface AntiPassbackParts {
  readonly commands: Pick<PanelCommands, 'forgivePassback'>;
  readonly log: Log;
}

/** The one call. */
export function antiPassbackRoutes({ commands, log }: AntiPassbackParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/access/antipassback/reset',
      summary: 'Forgive one identifier, or all, that an area takes to be inside or outside',
      access: 'admin',
      body: z.object({ uid: z.union([z.int().min(1), z.literal('all')]) }),
      answers: emptyAnswer,
      refuses: [errors.wrongUid],
      notes:
        'An addition of latchd. `uid`: of an identifier, or `all`. It may then pass any reader of any ' +
        'area once more, and from there on the rule counts again. The numbers of one access key are ' +
        'forgiven together.',
      async handler({ body: { uid }, who }) {
        const isDone = await commands.forgivePassback(uid, who.name);
        if (!isDone) return refuse(400, errors.wrongUid);
        log.info('anti-passback reset', { by: who.name, uid });
        return done();
      },
    }),
  ];
}
