/** `latchctl antipassback reset`: forgives those whose way out was not seen. */
import { type Client, ClientError } from './client.ts';
import type { Command } from './command.ts';
import { UsageError } from './words.ts';

/** The command. */
export const antiPassbackCommands: readonly Command[] = [
  {
    name: 'antipassback',
    args: 'reset UID|all',
    summary: 'forgive one identifier, or all',
    choices: ['reset'],
    run: ({ client, words, values, print }) => antiPassback(client(), words, values, print),
  },
];

/** Carries it out. @throws ClientError when it cannot. */
async function antiPassback(
  client: Client,
  [action, who]: readonly string[],
  { json }: { readonly json?: boolean | undefined },
  print: (text: string) => void,
): Promise<void> {
  if (action !== 'reset') throw new UsageError('what about anti-passback? reset');
  if (who === undefined || !/^(all|[1-9][0-9]{0,14})$/.test(who)) {
    throw new UsageError('who? the uid of an identifier, as events name it, or all');
  }
  const uid = who === 'all' ? who : Number(who);
  const answer = await client
    .json('POST', '/api/v1/access/antipassback/reset', { uid })
    .catch((error: unknown) => {
      const isUnknown = error instanceof ClientError && error.status === 400;
      throw isUnknown ? new ClientError(`there is no identifier ${who}`) : error;
    });
  print(json ? JSON.stringify(answer) : `forgave ${who === 'all' ? 'all' : `identifier ${who}`}`);
}
