/** `latchctl identifier`: add, list, show, remove. */
import { z } from 'zod';
import { latestS } from '../door/calendar.ts';
import { identifierTypes } from '../door/model.ts';
import { type Client, ClientError } from './client.ts';
import { type Refused, refusedSchema, takenBy } from './columns.ts';
import type { Call, Command } from './command.ts';
import { localTime, table } from './print.ts';
import { csvOf } from './tables.ts';
import { need, needLock, oneLine, oneOf, UsageError, wholeNumber } from './words.ts';

const itemSchema = z.object({
  identifier_uid: z.number(),
  identifier_owner: z.object({ name: z.string(), type: z.string() }),
  identifier_type: z.string(),
  identifier_number: z.string(),
  lock: z.string(),
  valid: z.object({
    time: z.object({ from: z.number().optional(), to: z.number().optional() }),
    passes: z.object({ max_passes: z.number().optional() }),
  }),
  time_profiles: z.object({ uid_items: z.array(z.number()) }),
  link_id: z.string().nullable(),
  additional: z.object({ passes_left: z.number() }),
});
type Item = z.output<typeof itemSchema>;
const pageSchema = z.object({
  list_items: z.array(itemSchema),
  list_option: z.object({
    pagination: z.object({ total_items: z.number(), total_pages: z.number() }),
  }),
});

const mostPasses = 2 ** 31 - 1;
const items = '/api/v1/access/identifier/items';
const itemPath = '/api/v1/access/identifier/item';

/** Added as a line of a table: times are understood as there, in the panel's zone. */
async function add({ client: connect, words, values, print }: Call): Promise<void> {
  const number = need(values.number ?? words[0], 'which number? latchctl identifier add NUMBER');
  const type = oneOf('a type', values.type ?? 'card', identifierTypes);
  const { passes } = values;
  if (passes !== undefined) wholeNumber('--passes', passes, 1, mostPasses);
  const line = {
    type,
    number,
    name: values.name ?? '',
    owner_type: values.guest ? 'guest' : 'owner',
    lock: needLock(values.lock ?? 'first'),
    valid_from: values.from ?? '',
    valid_to: values.to ?? '',
    max_passes: passes ?? '',
  };
  const client = connect();
  const report = z.object({ created: z.number(), refused_lines: z.array(refusedSchema) }).parse(
    await client.send('POST', '/api/v1/access/identifiers/import', {
      media: 'text/csv',
      content: csvOf([Object.keys(line), Object.values(line)]),
    }),
  );
  const [refused] = report.refused_lines;
  if (refused) throw refusal(number, refused, line);
  if (report.created === 0) throw new ClientError(`${number} is there already, just so`);
  const [added] = (await found(client, number, type)).filter((one) => one.identifier_type === type);
  if (!added) throw new ClientError(`${number} was added, and is gone again`);
  print(values.json ? JSON.stringify(added) : `added ${describe(added)}`);
}

/** Columns of the line, as somebody has given them. */
const asked = { number: 'NUMBER', valid_from: '--from', valid_to: '--to', name: '--name' } as const;

function refusal(
  number: string,
  { code, column, error }: Refused,
  line: { readonly [column: string]: string },
): ClientError {
  if (code === 'wrong-window') {
    return new UsageError(`${number} was not added: --to is not after --from`);
  }
  const found = Object.entries(asked).find(([name]) => name === column);
  if (!found || code !== 'wrong-value') return new ClientError(`${number} was not added: ${error}`);
  const [name, option] = found;
  const given = oneLine(line[name] ?? '').slice(0, 99);
  return new UsageError(`${number} was not added: ${option} is ${takenBy(name)}, not ${given}`);
}

function describe({ identifier_uid, identifier_type, identifier_number, lock, ...item }: Item) {
  const name = oneLine(item.identifier_owner.name);
  return `${identifier_type} ${identifier_number} as uid ${identifier_uid}${name && ` (${name})`}, opens ${lock}`;
}

async function list({ client, values, print }: Call): Promise<void> {
  const query = new URLSearchParams({
    limit: String(wholeNumber('--limit', values.limit ?? '50', 1, 1000)),
    page_number: String(wholeNumber('--page', values.page ?? '1', 1, 2 ** 31 - 1)),
  });
  if (values.type !== undefined) oneOf('a type', values.type, identifierTypes);
  if (values.lock !== undefined) needLock(values.lock);
  const filter = filterOf(values);
  if (filter !== '') query.set('filter', filter);
  const answer = await client()
    .json('GET', `${items}?${query}`)
    .catch((error: unknown) => {
      if (values.filter === undefined || !isRefusal(error)) throw error;
      throw new UsageError(`the filter is not understood: ${oneLine(values.filter)}; ${filters}`);
    });
  if (values.json) return print(JSON.stringify(answer));
  const { list_items, list_option } = pageSchema.parse(answer);
  printItems(list_items, print);
  const { total_items, total_pages } = list_option.pagination;
  const more = total_pages > 1 ? `, page ${values.page ?? 1} of ${total_pages} (--page N)` : '';
  print(`${total_items} ${total_items === 1 ? 'identifier' : 'identifiers'}${more}`);
}

const filters = "write it as lock eq 'all' and identifier_type eq 'card'";

/** latchd has answered, and said no. */
function isRefusal(error: unknown): boolean {
  return error instanceof ClientError && error.status !== undefined && error.status < 500;
}

function filterOf({ filter, name, number, type, lock }: Call['values']): string {
  const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const equal = {
    'identifier_owner.name': name,
    identifier_number: number,
    identifier_type: type,
    lock,
  };
  const parts = Object.entries(equal).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field} eq ${quoted(value)}`],
  );
  return [...(filter === undefined ? [] : [`(${filter})`]), ...parts].join(' and ');
}

/** An end of a window as people read it; an open one is none. */
function dateOf(seconds: number | undefined): string {
  return !seconds || Math.abs(seconds) >= latestS ? '-' : localTime(seconds * 1000);
}

function printItems(list: readonly Item[], print: Call['print']): void {
  table(
    [
      ['UID', 'TYPE', 'NUMBER', 'NAME', 'LOCK', 'FROM', 'TO', 'PASSES', 'PROFILES'],
      ...list.map(({ valid, additional, ...item }) => [
        String(item.identifier_uid),
        item.identifier_type,
        oneLine(item.identifier_number),
        shortened(oneLine(item.identifier_owner.name)),
        item.lock,
        dateOf(valid.time.from),
        dateOf(valid.time.to),
        valid.passes.max_passes === undefined
          ? '-'
          : `${additional.passes_left}/${valid.passes.max_passes}`,
        item.time_profiles.uid_items.join(' ') || '-',
      ]),
    ],
    print,
  );
}

/** A name may be 16,384 characters long; a row may not. */
function shortened(name: string): string {
  return name.length > 32 ? `${name.slice(0, 31)}…` : name;
}

async function show({ client, words, values, print }: Call): Promise<void> {
  const wanted = need(words[0], 'which? latchctl identifier show UID|NUMBER');
  const found = await one(client(), wanted, values.type);
  if (values.json) return print(JSON.stringify(found));
  for (const [label, value] of labelled(found)) print(`${label.padEnd(15)}${value}`);
}

function labelled({ valid, additional, ...item }: Item): readonly (readonly [string, string])[] {
  const { from, to } = valid.time;
  const most = valid.passes.max_passes;
  return [
    ['uid', String(item.identifier_uid)],
    ['type', item.identifier_type],
    ['number', oneLine(item.identifier_number)],
    ['name', oneLine(item.identifier_owner.name) || '-'],
    ['owner', item.identifier_owner.type],
    ['opens', item.lock],
    ['valid from', dateOf(from)],
    ['valid to', dateOf(to)],
    ['passes', most === undefined ? 'without limit' : `${additional.passes_left} of ${most} left`],
    ['time profiles', item.time_profiles.uid_items.join(' ') || '-'],
    ['link id', item.link_id ?? '-'],
  ];
}

async function remove({ client: connect, words, values, print }: Call): Promise<void> {
  const wanted = need(words[0], 'which? latchctl identifier remove uid:UID|NUMBER');
  const client = connect();
  const item = await one(client, wanted, values.type);
  await client.json('DELETE', `${itemPath}/${item.identifier_uid}`);
  print(
    values.json ? JSON.stringify(item) : `removed ${describe(item).replace(' as uid', ', uid')}`,
  );
}

/** By `uid:7`, or by number in any spelling. @throws ClientError where that is none, or several. */
async function one(client: Client, wanted: string, type: string | undefined): Promise<Item> {
  const uid = /^uid:([0-9]{1,10})$/.exec(wanted)?.[1];
  if (uid !== undefined) {
    const item = await client.json('GET', `${itemPath}/${uid}`).catch((error: unknown) => {
      throw isRefusal(error) ? new ClientError(`there is no identifier ${wanted}`) : error;
    });
    return itemSchema.parse(item);
  }
  const all = await found(client, wanted, type);
  const [first, second] = all;
  if (!first)
    throw new ClientError(`there is no identifier ${wanted}; of a uid write uid:${wanted}`);
  if (second) {
    const uids = all.map((item) => `uid:${item.identifier_uid}`).join(', ');
    throw new ClientError(`several have the number ${wanted}: ${uids}`);
  }
  return first;
}

async function found(client: Client, number: string, type: string | undefined): Promise<Item[]> {
  const filter = filterOf({ number, type });
  const query = new URLSearchParams({ filter, limit: '50' });
  return pageSchema.parse(await client.json('GET', `${items}?${query}`)).list_items;
}

export const identifierCommands: readonly Command[] = [
  {
    name: 'identifier add',
    args: 'NUMBER',
    summary: 'a card, code, plate … that may pass',
    options: ['number', 'type', 'name', 'guest', 'lock', 'from', 'to', 'passes'],
    details:
      `--type is ${identifierTypes.join(', ')}; card unless given.\n` +
      '--lock first unless given. --passes 1 to 2147483647. --from and --to are YYYY-MM-DD,\n' +
      '"YYYY-MM-DD HH:MM" in the time of the panel, or ISO 8601 with an offset; --to of a day is its end.',
    run: add,
  },
  {
    name: 'identifier list',
    summary: 'identifiers in pages; filtered by --name, --number, --type, --lock or --filter',
    options: ['name', 'number', 'type', 'lock', 'filter', 'page', 'limit'],
    details: '--limit 1 to 1000, 50 unless given; --page from 1.',
    run: list,
  },
  {
    name: 'identifier show',
    args: 'NUMBER|uid:UID',
    summary: 'everything about one',
    options: ['type'],
    run: show,
  },
  {
    name: 'identifier remove',
    args: 'NUMBER|uid:UID',
    summary: 'it is refused from its next presentation on',
    options: ['type'],
    run: remove,
  },
];
