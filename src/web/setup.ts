/** What a page asks first: zone and names of the panel, and what is left to do after its start. */
import { z } from 'zod';
import { lockNames } from '../door/model.ts';
import type { LabelReader } from '../ports/labels.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { answer, done, emptyAnswer } from './answer.ts';
import type { Facts } from './info.ts';
import { type Route, route } from './route.ts';

/** What these calls work with. */
interface SetupParts {
  readonly settings: LabelReader;
  readonly commands: Pick<PanelCommands, 'setLabels'>;
  readonly facts: Facts;
  /** Whether the password that the first start wrote to a file is still there. */
  readonly hasInitialPassword: () => boolean;
  readonly log: Log;
}

const label = z.string().trim().min(1).max(64);
const reader = z.string().min(1).max(64);
const mostReaders = 64;
const labelsAnswer = z.strictObject({
  device: z.string().exactOptional(),
  readers: z.array(z.strictObject({ name: z.string(), label: z.string() })),
  locks: z.array(z.strictObject({ name: z.enum(lockNames), label: z.string() })),
});

/** `GET /panel/setup`, `POST /panel/labels`. */
export function setupRoutes(parts: SetupParts): Route[] {
  const { settings, commands, facts, log } = parts;
  return [
    route({
      method: 'GET',
      path: '/api/v1/panel/setup',
      summary:
        'Zone of the panel, what people call its parts, and whether it has its first password',
      access: 'read',
      answers: z.strictObject({
        timezone: z.string().meta({ description: 'IANA name of the zone of all civil times' }),
        device_name: z.string().meta({ description: 'Host name of the panel' }),
        initial_password: z.boolean(),
        labels: labelsAnswer,
      }),
      notes:
        '`initial_password`: the file `initial-password`, which the first start writes, is still ' +
        'there. A change of the password of `admin` deletes it.',
      handler: () =>
        answer({
          timezone: facts.timezone,
          device_name: facts.deviceName,
          initial_password: parts.hasInitialPassword(),
          labels: settings.labels(),
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/panel/labels',
      summary: 'Set what people call the panel, its readers and its locks',
      access: 'admin',
      body: z.object({
        device: label.exactOptional(),
        readers: z.array(z.object({ name: reader, label })).max(mostReaders),
        locks: z.array(z.object({ name: z.enum(lockNames), label })).max(lockNames.length),
      }),
      answers: emptyAnswer,
      notes:
        'In place of all labels that were there. Names of the configuration stay what calls and ' +
        'events use.',
      async handler({ body, who }) {
        await commands.setLabels(body);
        log.info('labels set', { by: who.name });
        return done();
      },
    }),
  ];
}
