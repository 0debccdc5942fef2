/** Settings of the panel. */
import { z } from 'zod';
import { wiegandTypes } from '../door/model.ts';
import type { SettingReader } from '../ports/store.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { answer, done, emptyAnswer } from './answer.ts';
import { type Route, route } from './route.ts';

/** What the calls under `/access/general` work with. */
interface GeneralParts {
  readonly settings: SettingReader;
  readonly commands: Pick<PanelCommands, 'setWiegand'>;
  readonly log: Log;
}

const base = '/api/v1/access/general';

/** Wiegand type. */
export function generalRoutes({ settings, commands, log }: GeneralParts): Route[] {
  const path = `${base}/wiegand/type`;
  const setting = z.strictObject({
    identifier_representation: z.enum(['hex', 'decimal']),
    type: z.enum(wiegandTypes),
  });
  return [
    route({
      method: 'GET',
      path,
      summary: 'Reader type, and how card numbers are written',
      access: 'read',
      answers: setting,
      handler() {
        const { type, representation } = settings.wiegand();
        return answer({ identifier_representation: representation, type });
      },
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the reader type, and how card numbers are written and bare digits read',
      access: 'admin',
      body: z.object(setting.shape),
      answers: emptyAnswer,
      notes:
        'Readers without a list of formats of their own follow the type from their next frame on. ' +
        'Numbers that are stored stay as they are; only the way they are written changes.',
      async handler({ body: { identifier_representation: representation, type }, who }) {
        await commands.setWiegand({ representation, type });
        log.info('wiegand type set', { by: who.name, type, representation });
        return done();
      },
    }),
  ];
}
