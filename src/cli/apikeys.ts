/** `latchctl apikey`: keys with which integrations use the access-key API. */
import { z } from 'zod';
import { type Client, ClientError } from './client.ts';
import { localTime, table } from './print.ts';

const madeSchema = z.object({ name: z.string(), key: z.string() });
const listSchema = z.object({
  keys: z.array(
    z.object({
      name: z.string(),
      created_ms: z.number(),
      last_used_ms: z.number().nullable(),
    }),
  ),
});

type Print = (text: string) => void;

/**
 * `add NAME`, `list` and `revoke NAME`.
 * @throws ClientError for anything else, and when latchd refuses.
 */
export async function apiKeys(
  client: Client,
  [action, name]: readonly string[],
  { json }: { readonly json?: boolean | undefined },
  print: Print,
): Promise<void> {
  const path = '/control/apikeys';
  const show = (answer: unknown, text: () => string) =>
    print(json ? JSON.stringify(answer) : text());
  if (action === 'list') {
    const answer = await client.json('GET', path);
    return json ? print(JSON.stringify(answer)) : printKeys(answer, print);
  }
  if (action !== 'add' && action !== 'revoke') {
    throw new ClientError('what about API keys? add NAME, list or revoke NAME');
  }
  if (name === undefined || !/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    throw new ClientError(
      'a name of 1 to 64 letters, digits, dots, dashes or underscores is needed',
    );
  }
  if (action === 'revoke') {
    const answer = await client.json('DELETE', `${path}/${name}`);
    return show(answer, () => `revoked the API key ${name}; its next call is refused`);
  }
  const made = madeSchema.parse(await client.json('POST', path, { name }));
  show(made, () => `the API key of ${made.name} is ${made.key}; it is not shown again`);
}

function printKeys(answer: unknown, print: Print): void {
  const { keys } = listSchema.parse(answer);
  const rows = keys.map(({ name, created_ms, last_used_ms }) => [
    name,
    localTime(created_ms),
    last_used_ms === null ? '-' : localTime(last_used_ms),
  ]);
  table([['NAME', 'MADE', 'LAST USED'], ...rows], print);
}
