/** `latchctl apikey`: keys with which integrations use the access-key API. */
import { z } from 'zod';
import type { Call, Command, Print } from './command.ts';
import { localTime, table } from './print.ts';
import { UsageError } from './words.ts';

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

const path = '/control/apikeys';

function nameIn([name]: readonly string[]): string {
  if (name === undefined || !/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    throw new UsageError(
      'a name of 1 to 64 letters, digits, dots, dashes or underscores is needed',
    );
  }
  return name;
}

async function add({ client, words, values, print }: Call): Promise<void> {
  const made = madeSchema.parse(await client().json('POST', path, { name: nameIn(words) }));
  const text = `the API key of ${made.name} is ${made.key}; it is not shown again`;
  print(values.json ? JSON.stringify(made) : text);
}

async function list({ client, values, print }: Call): Promise<void> {
  const answer = await client().json('GET', path);
  return values.json ? print(JSON.stringify(answer)) : printKeys(answer, print);
}

async function revoke({ client, words, values, print }: Call): Promise<void> {
  const name = nameIn(words);
  const answer = await client().json('DELETE', `${path}/${name}`);
  const text = `revoked the API key ${name}; its next call is refused`;
  print(values.json ? JSON.stringify(answer) : text);
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

export const apiKeyCommands: readonly Command[] = [
  {
    name: 'apikey add',
    args: 'NAME',
    summary: 'a key of the access-key API; it is shown once',
    run: add,
  },
  { name: 'apikey list', summary: 'keys, when they were made and last used', run: list },
  { name: 'apikey revoke', args: 'NAME', summary: 'its next call is refused', run: revoke },
];
