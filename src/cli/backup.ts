/** `latchctl backup` and `restore`. */
import { createReadStream, existsSync } from 'node:fs';
import { z } from 'zod';
import { mustWant } from './ask.ts';
import type { Call, Command } from './command.ts';
import { localTime, table } from './print.ts';
import { saveWhole } from './save.ts';
import { need, oneLine } from './words.ts';

const path = '/api/v1/backups';
const moment = z.union([z.number(), z.string()]);
const listSchema = z.object({
  list_items: z.array(
    z.object({ name: z.string(), bytes: z.number(), created: moment, kind: z.string() }),
  ),
});

async function make({ client, values, print }: Call): Promise<void> {
  if (process.stderr.isTTY) process.stderr.write('making a backup and proving it…\n');
  const answer = await client().json('POST', path);
  const { name } = z.object({ name: z.string().optional() }).parse(answer);
  print(values.json ? JSON.stringify(answer) : `made ${oneLine(name ?? 'a backup')}`);
}

async function list({ client, values, print }: Call): Promise<void> {
  const answer = await client().json('GET', path);
  if (values.json) return print(JSON.stringify(answer));
  const { list_items } = listSchema.parse(answer);
  const rows = list_items.map(({ name, bytes, created, kind }) => [
    oneLine(name),
    `${Math.ceil(bytes / 1000)} kB`,
    typeof created === 'number' ? localTime(created * 1000) : oneLine(created),
    kind,
  ]);
  table([['NAME', 'SIZE', 'MADE', 'KIND'], ...rows], print);
}

async function save({ client, words, values, print }: Call): Promise<void> {
  const name = need(words[0], 'which backup? see latchctl backup list');
  const file = words[1] ?? name.replace(/^.*\//, '');
  await saveWhole(await client().bytes(`${path}/items/${encodeURIComponent(name)}`), file);
  print(values.json ? JSON.stringify({ name, file }) : `wrote ${file}`);
}

async function remove({ client, words, values, print }: Call): Promise<void> {
  const name = need(words[0], 'which backup? see latchctl backup list');
  const answer = await client().json('DELETE', `${path}/items/${encodeURIComponent(name)}`);
  print(values.json ? JSON.stringify(answer) : `removed ${name}`);
}

/** From a file where there is one of this name, else from a backup that the panel keeps. */
async function restore({ client, words, values, print }: Call): Promise<void> {
  const from = need(words[0], 'which file, or backup? see latchctl backup list');
  const isFile = existsSync(from);
  const what = isFile ? `the file ${from}` : `the panel's backup ${from}`;
  await mustWant(values, `Replace everything on this panel by ${what}?`);
  const sent = isFile
    ? await client().send('POST', `${path}/restore`, {
        media: 'application/octet-stream',
        content: createReadStream(from),
      })
    : await client().json('POST', `${path}/restore?name=${encodeURIComponent(from)}`);
  print(values.json ? JSON.stringify(sent) : `restored ${from}`);
}

export const backupCommands: readonly Command[] = [
  { name: 'backup', summary: 'make one now, on the panel', run: make },
  { name: 'backup list', summary: 'those that the panel keeps', run: list },
  {
    name: 'backup save',
    args: 'NAME [FILE]',
    summary: 'take one away as a file; it holds secrets',
    run: save,
  },
  { name: 'backup remove', args: 'NAME', summary: 'delete one', run: remove },
  {
    name: 'restore',
    args: 'FILE|NAME',
    summary: 'replace everything by a backup',
    options: ['yes'],
    details: 'The backup is proven first, and the present state is kept as a backup of its own.',
    run: restore,
  },
];
