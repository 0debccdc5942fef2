/** `latchctl user`: accounts of the API. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Client, ClientError } from './client.ts';

/** Options of these commands. */
export interface UserWords {
  readonly role?: string | undefined;
  readonly json?: boolean | undefined;
  /** The password comes from the standard input; else one is made and shown, once. */
  readonly 'password-stdin'?: boolean | undefined;
}

const usersSchema = z.object({
  users: z.array(z.object({ name: z.string(), role: z.string() })),
});
const path = '/control/users';

type Print = (text: string) => void;

/** Carries out `add`, `list`, `remove` or `password`. @throws ClientError when it cannot. */
export async function users(
  client: Client,
  [action, name]: readonly string[],
  words: UserWords,
  print: Print,
): Promise<void> {
  if (action === 'list') return list(client, words, print);
  if (action !== 'add' && action !== 'remove' && action !== 'password') {
    throw new ClientError('what about users? add, list, remove or password');
  }
  if (name === undefined) throw new ClientError('which user? give a name');
  const one = `${path}/${encodeURIComponent(name)}`;
  if (action === 'remove') {
    const answer = await client.json('DELETE', one);
    return print(words.json ? JSON.stringify(answer) : `removed ${name}`);
  }
  const isMade = !words['password-stdin'];
  const password = isMade ? randomBytes(12).toString('base64url') : await firstLine(process.stdin);
  const shown = isMade ? { password } : {};
  if (action === 'password') {
    await client.json('POST', `${one}/password`, { password });
    return tell(print, words, `changed the password of ${name}`, { name, ...shown });
  }
  const role = words.role ?? 'manager';
  if (role !== 'manager' && role !== 'admin') throw new ClientError('a role is manager or admin');
  await client.json('POST', path, { name, role, password });
  tell(print, words, `added ${name} as ${role}`, { name, role, ...shown });
}

async function list(client: Client, words: UserWords, print: Print): Promise<void> {
  const { users } = usersSchema.parse(await client.json('GET', path));
  if (words.json) return print(JSON.stringify({ users }));
  for (const { name, role } of users) print(`${role.padEnd(7)}  ${name}`);
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
