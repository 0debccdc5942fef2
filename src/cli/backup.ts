/** `latchctl backup` and `restore`. */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { ClientError } from './client.ts';
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
    `${(bytes / 1024 / 1024).toFixed(1)} MiB`,
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
  if (!values.yes) await confirm(from, isFile);
  const sent = isFile
    ? await client().send('POST', `${path}/restore`, {
        media: 'application/octet-stream',
        content: createReadStream(from),
      })
    : await client().json('POST', `${path}/restore?name=${encodeURIComponent(from)}`);
  print(values.json ? JSON.stringify(sent) : `restored ${from}`);
}

async function confirm(from: string, isFile: boolean): Promise<void> {
  if (!process.stdin.isTTY) throw new ClientError('restoring replaces everything: add --yes');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const what = isFile ? `the file ${from}` : `the panel's backup ${from}`;
  const said = await asking.question(`Replace everything on this panel by ${what}? Type yes: `);
  asking.close();
  if (said.trim() !== 'yes') throw new ClientError('nothing was done');
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
