/** The panel's own code and card. */
import { z } from 'zod';
import { formatNumber, readNumber } from '../door/number.ts';
import type { MasterReader } from '../ports/accounts.ts';
import type { SettingReader } from '../ports/store.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { answer, done, emptyAnswer, errors, refuse } from './answer.ts';
import { type Route, route } from './route.ts';

/** What these calls work with. */
export interface MasterParts {
  readonly master: MasterReader;
  readonly settings: SettingReader;
  readonly commands: Pick<PanelCommands, 'setMasterCode' | 'setMasterCard' | 'learnMasterCard'>;
  readonly log: Log;
}

/** Master code and master card, read and set. */
export function masterRoutes(parts: MasterParts): Route[] {
  return [...codeRoutes(parts), ...cardRoutes(parts)];
}

function codeRoutes({ master, commands, log }: MasterParts): Route[] {
  const path = '/api/v1/access/general/unlock/input/code';
  return [
    route({
      method: 'GET',
      path,
      summary: 'Whether there is a master code; the code itself is never answered',
      access: 'read',
      answers: z.strictObject({ input_code_enable: z.boolean(), input_code_number: z.literal('') }),
      notes: 'The page answers the code. Here `input_code_number` is always empty.',
      handler: () => answer({ input_code_enable: master.hasCode(), input_code_number: '' }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the master code, or switch it off',
      access: 'admin',
      body: z
        .object({
          input_code_enable: z.boolean(),
          input_code_number: z
            .string()
            .regex(/^[0-9]{0,8}$/)
            .default(''),
        })
        .meta({ examples: [{ input_code_enable: true, input_code_number: '4711' }] }),
      answers: emptyAnswer,
      refuses: [errors.noValue('input_code_number'), errors.duplicate],
      notes:
        'An empty number leaves a code that is set as it is, so that what GET answered can be sent ' +
        'back. A code that is switched off is forgotten: switching it on takes a number.',
      async handler({ body: { input_code_enable, input_code_number }, who }) {
        if (input_code_enable && input_code_number === '') {
          return master.hasCode() ? done() : refuse(400, errors.noValue('input_code_number'));
        }
        const code = input_code_enable ? input_code_number : undefined;
        const isSet = await commands.setMasterCode(code, who.name);
        if (!isSet) return refuse(400, errors.duplicate);
        log.info('master code set', { by: who.name, enabled: input_code_enable });
        return done();
      },
    }),
  ];
}

function cardRoutes({ master, settings, commands, log }: MasterParts): Route[] {
  const path = '/api/v1/access/general/unlock/card/master';
  return [
    route({
      method: 'GET',
      path,
      summary: 'Number of the master card; empty when there is none',
      access: 'read',
      answers: z.strictObject({ master_card: z.string() }),
      handler() {
        const { representation, type } = settings.wiegand();
        const card = master.card();
        const number = card && formatNumber('card', card, representation, type);
        return answer({ master_card: number ?? '' });
      },
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the master card by its number, or learn it with 0; an empty one removes it',
      access: 'admin',
      body: z.object({ master_card: z.union([z.string(), z.int().min(0), z.null()]) }),
      answers: emptyAnswer,
      refuses: [errors.duplicate],
      notes:
        'The number is read as that of an identifier of type `card`. 0: the next card ' +
        'at any reader becomes the master card and opens nothing; until then the one before stays. ' +
        'It is waited for `enrolment.seconds`, not at a reader whose door is blocked or open for an ' +
        'emergency, and not any more once a number is set or the panel is restarted. The number of ' +
        'an identifier is refused at the reader. Events tell what came of it, GET the card.',
      async handler({ body: { master_card }, who }) {
        const text = String(master_card ?? '');
        const number = readNumber('card', text, settings.wiegand().representation);
        if (number === undefined && text !== '') return refuse(400, errors.wrongBody);
        if (number === '0') {
          await commands.learnMasterCard(who.name);
          return done();
        }
        const isSet = await commands.setMasterCard(number, who.name);
        if (!isSet) return refuse(400, errors.duplicate);
        log.info('master card set', { by: who.name, enabled: number !== undefined });
        return done();
      },
    }),
  ];
}
