/** `latchctl enrol`: takes the next cards at a reader for the list and shows what became of each. */
import { z } from 'zod';
import { type Client, ClientError } from './client.ts';
import type { Command } from './command.ts';
import { withKnown } from './known.ts';
import { need, oneOf, wholeNumber } from './words.ts';

/** The command. */
export const enrolCommands: readonly Command[] = [
  {
    name: 'enrol',
    args: 'READER [report|add|remove|stop] [CARDS]',
    summary: 'take the next cards at a reader for the list; they open nothing',
    options: ['seconds'],
    details:
      'report: say what was read. add: put it on the list. remove: take it off the list. Without a word\n' +
      'it is report, of 1 card. CARDS is 1 to 1000. --seconds 1 to 300 is how long it waits for each\n' +
      'card; without it the time of the configuration. Ctrl-C ends it, and so does stop.',
    run: ({ client, words, values, print }) => enrol(client(), words, values, print),
  },
];

const path = '/api/v1/access/enrolment';
const modes = ['report', 'add', 'remove', 'stop'] as const;
const mostCards = 1000;
const longestWait = 300;
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
    /** How long it waits for the next card. */
    seconds: z.number().optional(),
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
  const at = need(reader, 'at which reader? see latchctl status');
  const wanted = oneOf('what is done with cards', mode, modes);
  const query = `${path}?reader=${encodeURIComponent(at)}`;
  const stop = () => client.json('DELETE', query);
  if (wanted === 'stop') {
    await withKnown(client, 'reader', at, stop);
    print(json ? '{}' : `no more cards are taken at ${at}`);
    return;
  }
  const body = {
    reader: at,
    mode: wanted,
    cards: wholeNumber('CARDS', cards, 1, mostCards),
    ...(seconds !== undefined && { seconds: wholeNumber('--seconds', seconds, 1, longestWait) }),
  };
  await withKnown(client, 'reader', at, () => client.json('POST', path, body));
  // The panel would go on taking cards for a while.
  process.once('SIGINT', () => void stop().catch(() => process.exit(1)));
  await follow(client, query, json ? {} : { reader: at, count: body.cards }, print);
}

/** What people are told; empty: a program reads. */
type Told = { readonly reader?: undefined } | { readonly reader: string; readonly count: number };

/** Shows each card as it comes; of more than 32 between two questions, the last ones. */
async function follow(
  client: Client,
  query: string,
  told: Told,
  print: (text: string) => void,
): Promise<void> {
  const isForPeople = told.reader !== undefined;
  const outcomes = new Map<string, number>();
  let last = '';
  let waitS = 0;
  for (;;) {
    const state = stateSchema.parse(await client.json('GET', query));
    if (state.state === 'none') throw new ClientError('latchd was restarted meanwhile');
    if (isForPeople && waitS === 0) {
      waitS = state.seconds ?? 0;
      print(beginning(told.reader, told.count, waitS));
    }
    const texts = state.cards.map((card) => JSON.stringify(card));
    const from = texts.lastIndexOf(last) + 1;
    for (const card of state.cards.slice(from)) {
      outcomes.set(card.outcome, (outcomes.get(card.outcome) ?? 0) + 1);
      print(isForPeople ? sentence(card) : JSON.stringify(card));
    }
    last = texts.at(-1) ?? last;
    if (state.state === 'ended') {
      if (isForPeople) print(ending(state.why ?? '', waitS, outcomes));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function beginning(reader: string, count: number, waitS: number): string {
  const cards = count === 1 ? 'a card' : `up to ${count} cards`;
  const wait = waitS > 0 ? ` It waits ${waitS} s for ${count === 1 ? 'it' : 'each'};` : '';
  return `present ${cards} at ${reader} now; they open nothing.${wait} Ctrl-C ends it`;
}

/** Why it ended, and how many cards came to what. */
function ending(why: string, waitS: number, outcomes: ReadonlyMap<string, number>): string {
  const words: { readonly [why: string]: string } = {
    time: waitS > 0 ? `no card for ${waitS} s` : 'no card came in time',
    count: 'all cards have come',
    command: 'by command',
    'master-card': 'by the master card',
    'door-blocked': 'the door was blocked',
    emergency: 'an emergency opened the door',
    stop: 'latchd stops',
  };
  const sums = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`);
  return `ended: ${[words[why] ?? why, ...(sums.length > 0 ? sums : ['none taken'])].join(', ')}`;
}

function sentence(card: z.output<typeof cardSchema>): string {
  const { identifier_type, identifier_number, outcome, identifier_uid } = card;
  const uid = identifier_uid === null ? '' : `, uid ${identifier_uid}`;
  return `${identifier_type} ${identifier_number}: ${outcome}${uid}`;
}
