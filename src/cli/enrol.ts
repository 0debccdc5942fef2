/** `latchctl enrol`: takes the next cards at a reader for the list and shows what became of each. */
import { z } from 'zod';
import { type Client, ClientError } from './client.ts';
import type { Command } from './command.ts';
import { wholeNumber } from './words.ts';

/** The command. */
export const enrolCommands: readonly Command[] = [
  {
    name: 'enrol',
    args: 'READER [report|add|remove|stop] [CARDS]',
    summary: 'take the next cards at a reader for the list; they open nothing',
    options: ['seconds'],
    run: ({ client, words, values, print }) => enrol(client(), words, values, print),
  },
];

const modes = ['report', 'add', 'remove', 'stop'] as const;
const pollMs = 300;

const cardSchema = z.object({
  time: z.number(),
  identifier_type: z.string(),
  identifier_number: z.string(),
  outcome: z.string(),
  identifier_uid: z.number().nullable(),
});
const stateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({
    state: z.enum(['active', 'ended']),
    why: z.string().optional(),
    cards: z.array(cardSchema),
  }),
]);

/**
 * `READER [report|add|remove|stop] [CARDS]`, for `seconds` until each card; ends with the enrolment.
 * @throws ClientError for anything else, and when latchd refuses.
 */
async function enrol(
  client: Client,
  [reader, mode = 'report', cards = '1']: readonly string[],
  { seconds, json }: { readonly seconds?: string | undefined; readonly json?: boolean | undefined },
  print: (text: string) => void,
): Promise<void> {
  if (reader === undefined) throw new ClientError('at which reader? see latchctl status');
  const wanted = modes.find((name) => name === mode);
  if (wanted === undefined) throw new ClientError('report, add, remove or stop?');
  const path = '/api/v1/access/enrolment';
  const query = `${path}?reader=${encodeURIComponent(reader)}`;
  if (wanted === 'stop') {
    await client.json('DELETE', query);
    print(json ? '{}' : `no more cards are taken at ${reader}`);
    return;
  }
  const time = seconds === undefined ? {} : { seconds: wholeNumber(seconds) };
  await client.json('POST', path, { reader, mode: wanted, cards: wholeNumber(cards), ...time });
  if (!json) print(`present cards at ${reader} now; they open nothing`);
  await follow(client, query, json === true, print);
}

/** Shows each card as it comes; of more than 32 between two questions, the last ones. */
async function follow(
  client: Client,
  query: string,
  json: boolean,
  print: (text: string) => void,
): Promise<void> {
  let last = '';
  for (;;) {
    const state = stateSchema.parse(await client.json('GET', query));
    if (state.state === 'none') throw new ClientError('latchd was restarted meanwhile');
    const texts = state.cards.map((card) => JSON.stringify(card));
    const from = texts.lastIndexOf(last) + 1;
    for (const card of state.cards.slice(from)) print(json ? JSON.stringify(card) : sentence(card));
    last = texts.at(-1) ?? last;
    if (state.state === 'ended') {
      if (!json) print(`ended: ${state.why}`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function sentence(card: z.output<typeof cardSchema>): string {
  const { identifier_type, identifier_number, outcome, identifier_uid } = card;
  const uid = identifier_uid === null ? '' : `, uid ${identifier_uid}`;
  return `${identifier_type} ${identifier_number}: ${outcome}${uid}`;
}
