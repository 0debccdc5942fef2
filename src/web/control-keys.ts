/** Keys of integrations: made and revoked by admins, and by the technician on the Unix socket. */
import { z } from 'zod';
import type { ApiKeyReader } from '../ports/keys.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Clock, Log } from '../ports.ts';
import { hashOfKey, type KeyAuth, newApiKey } from './access-keys/key-auth.ts';
import { answer, done, emptyAnswer, refuse } from './answer.ts';
import { type Access, type Route, route } from './route.ts';

/** What these calls work with. */
interface ControlKeyParts {
  readonly apiKeys: ApiKeyReader;
  readonly commands: Pick<PanelCommands, 'addApiKey' | 'removeApiKey'>;
  readonly keyAuth: KeyAuth;
  readonly clock: Clock;
  readonly log: Log;
}

const name = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const noSuchKey = 'There is no API key of this name';
const nameTaken = 'There is an API key of this name';

/** The same calls on the socket and on the network. */
export function controlKeyRoutes(parts: ControlKeyParts): Route[] {
  return [
    ...keyRoutes('/control/apikeys', 'local', parts),
    ...keyRoutes('/api/v1/apikeys', 'admin', parts),
  ];
}

function keyRoutes(path: string, access: Access, parts: ControlKeyParts): Route[] {
  const { apiKeys, commands, keyAuth, clock, log } = parts;
  return [
    route({
      method: 'POST',
      path,
      summary: 'Make a key for an integration; it is answered this once and stored as a hash',
      access,
      body: z.object({ name }),
      answers: z.strictObject({ name: z.string(), key: z.string() }),
      refuses: [nameTaken],
      async handler({ body, who }) {
        const key = newApiKey();
        const stored = { name: body.name, createdMs: clock.wallMs() };
        if (!(await commands.addApiKey(hashOfKey(key), stored))) return refuse(400, nameTaken);
        keyAuth.forget(body.name);
        log.info('API key made', { by: who.name, name: body.name });
        return answer({ name: body.name, key });
      },
    }),
    route({
      method: 'GET',
      path,
      summary: 'Keys of integrations: when they were made, and last used since the web started',
      access,
      answers: z.strictObject({
        keys: z.array(
          z.strictObject({
            name: z.string(),
            created_ms: z.number(),
            last_used_ms: z.number().nullable(),
          }),
        ),
      }),
      handler: () =>
        answer({
          keys: apiKeys.all().map(({ name, createdMs }) => ({
            name,
            created_ms: createdMs,
            last_used_ms: keyAuth.lastUseMs(name) ?? null,
          })),
        }),
    }),
    route({
      method: 'DELETE',
      path: `${path}/{name}`,
      summary: 'Revoke the key of an integration; its next call is refused',
      access,
      params: z.object({ name }),
      answers: emptyAnswer,
      refuses: [noSuchKey],
      async handler({ params, who }) {
        if (!(await commands.removeApiKey(params.name))) return refuse(400, noSuchKey);
        keyAuth.forget(params.name);
        log.info('API key revoked', { by: who.name, name: params.name });
        return done();
      },
    }),
  ];
}
