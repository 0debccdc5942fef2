/** `latchctl user`: accounts of the API. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { mustWant } from './ask.ts';
import type { Call, Command, Print } from './command.ts';
import { need, oneLine, oneOf } from './words.ts';

/** Options of these commands. */
interface UserWords {
  readonly role?: string | undefined;
  readonly json?: boolean | undefined;
  /** The password comes from the standard input; else one is made and shown, once. */
  readonly 'password-stdin'?: boolean | undefined;
}

const usersSchema = z.object({
  users: z.array(z.object({ name: z.string(), role: z.string() })),
});
const path = '/control/users';

function one(name: string | undefined): { readonly name: string; readonly at: string } {
  const known = need(name, 'which user? give a name');
  return { name: known, at: `${path}/${encodeURIComponent(known)}` };
}

async function remove({ client, words, values, print }: Call): Promise<void> {
  const { name, at } = one(words[0]);
  await mustWant(values, `Remove the account ${oneLine(name)}?`);
  const answer = await client().json('DELETE', at);
  print(values.json ? JSON.stringify(answer) : `removed ${name}`);
}

/** A password that was made, or read; only one that was made is shown. */
async function password(values: UserWords): Promise<{ password: string; shown: object }> {
  if (values['password-stdin']) return { password: await firstLine(process.stdin), shown: {} };
  const made = randomBytes(12).toString('base64url');
  return { password: made, shown: { password: made } };
}

async function change({ client, words, values, print }: Call): Promise<void> {
  const { name, at } = one(words[0]);
  const { password: secret, shown } = await password(values);
  await client().json('POST', `${at}/password`, { password: secret });
  tell(print, values, `changed the password of ${name}`, { name, ...shown });
}

async function add({ client, words, values, print }: Call): Promise<void> {
  const { name } = one(words[0]);
  const role = oneOf('a role', values.role ?? 'manager', ['manager', 'admin']);
  const { password: secret, shown } = await password(values);
  await client().json('POST', path, { name, role, password: secret });
  tell(print, values, `added ${name} as ${role}`, { name, role, ...shown });
}

async function list({ client, values, print }: Call): Promise<void> {
  const { users } = usersSchema.parse(await client().json('GET', path));
  if (values.json) return print(JSON.stringify({ users }));
  for (const { name, role } of users) print(`${role.padEnd(7)}  ${oneLine(name)}`);
}

/** Says what was done; a password that was made is shown here and nowhere else. */
function tell(
  print: Print,
  { json }: UserWords,
  text: string,
  result: { readonly name: string; readonly role?: string; readonly password?: string },
): void {
  const password = result.password === undefined ? '' : `\npassword: ${result.password}`;
  print(json ? JSON.stringify(result) : `${text}${password}`);
}

/** What stands before the first line end, or all. */
async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/)[0] ?? '';
}

const passwordOptions = ['password-stdin'] as const;

export const userCommands: readonly Command[] = [
  { name: 'user list', summary: 'accounts of the API and their roles', run: list },
  {
    name: 'user add',
    args: 'NAME',
    summary: 'a new one; its password is made and shown once, or read',
    options: ['role', ...passwordOptions],
    run: add,
  },
  {
    name: 'user password',
    args: 'NAME',
    summary: 'a new password',
    options: passwordOptions,
    run: change,
  },
  {
    name: 'user remove',
    args: 'NAME',
    summary: 'its sessions end at once',
    options: ['yes'],
    run: remove,
  },
];
