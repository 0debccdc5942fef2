/** `latchctl open`, `close`, `mode` and `test lock`: what the locks do. */
import { z } from 'zod';
import { doorModes } from '../door/lock.ts';
import { type Client, ClientError } from './client.ts';
import type { Call, Command } from './command.ts';
import { lockWords, need, needLock, oneOf, wholeNumber } from './words.ts';

async function command(call: Call, path: string, body: object, text: string): Promise<void> {
  const answer = await call.client().json('POST', path, body);
  call.print(call.values.json ? JSON.stringify(answer) : text);
}

/** A week, seconds. */
const longestOpen = 604_800;

async function open(call: Call): Promise<void> {
  const lock = needLock(call.words[0]);
  const { seconds } = call.values;
  const time =
    seconds === undefined ? {} : { seconds: wholeNumber('--seconds', seconds, 1, longestOpen) };
  return command(call, '/control/open', { lock, ...time }, `opened ${lock}`);
}

async function close(call: Call): Promise<void> {
  const lock = needLock(call.words[0]);
  return command(call, '/control/close', { lock }, `closed ${lock}`);
}

async function mode(call: Call): Promise<void> {
  const lock = needLock(call.words[0]);
  const wanted = oneOf(
    'a mode',
    need(call.words[1], 'which mode? normal, free or blocked'),
    doorModes,
  );
  return command(call, '/control/mode', { lock, mode: wanted }, `${lock} is ${wanted}`);
}

const statusSchema = z.object({
  locks: z.array(
    z.object({
      name: z.string(),
      relay: z.enum(['strike', 'magnet']),
      energised: z.boolean(),
      released: z.boolean(),
    }),
  ),
});
type Lock = z.output<typeof statusSchema>['locks'][number];

/** How long a lock is open for a test, unless told otherwise. */
const testSeconds = 2;
const longestTest = 30;
/** How often its line is looked at. */
const lookEveryMs = 100;
/** A lock may be told to open only after a delay, up to this. */
const longestDelaySeconds = 11;

/** One lock's part of a test: what its line did. */
interface Tested {
  readonly lock: string;
  readonly released: boolean;
  readonly atRestAgain: boolean;
}

/** Opens each lock for a moment and says what its relay line did. @returns 1 where one did not. */
async function testLock(call: Call): Promise<number> {
  const wanted = needLock(call.words[0]);
  const asked = call.values.seconds ?? String(testSeconds);
  const seconds = wholeNumber('--seconds', asked, 1, longestTest);
  const client = call.client();
  const all = await locksOf(client);
  const locks = all.filter(({ name }) => wanted === 'all' || name === wanted);
  if (locks.length === 0) throw new ClientError(`this panel has no lock ${wanted}`);
  const open = locks.find(({ released }) => released);
  if (open) {
    throw new ClientError(`${open.name} is open already; see latchctl status, then try again`);
  }
  const results: Tested[] = [];
  for (const { name, relay } of locks) {
    if (!call.values.json) call.print(`${name}: opening for ${seconds} s; listen and try the door`);
    const result = await testOne(client, name, seconds);
    results.push(result);
    if (!call.values.json) call.print(`${name}: ${describe(result, relay)}`);
  }
  if (call.values.json) call.print(JSON.stringify({ locks: results }));
  return results.every(({ released, atRestAgain }) => released && atRestAgain) ? 0 : 1;
}

async function testOne(client: Client, lock: string, seconds: number): Promise<Tested> {
  await client.json('POST', '/control/open', { lock, seconds });
  const released = await becomes(client, lock, true, longestDelaySeconds);
  const atRestAgain = await becomes(client, lock, false, seconds + 2);
  return { lock, released, atRestAgain };
}

/** Whether the lock's line stands so within a time. */
async function becomes(client: Client, lock: string, released: boolean, withinSeconds: number) {
  for (let looks = 0; looks <= (withinSeconds * 1000) / lookEveryMs; looks += 1) {
    const found = (await locksOf(client)).find(({ name }) => name === lock);
    if (found && isReleasedByLine(found) === released) return true;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return false;
}

/** A strike opens when it is energised, a magnet when it is not. */
function isReleasedByLine({ relay, energised }: Lock): boolean {
  return relay === 'strike' ? energised : !energised;
}

function describe({ released, atRestAgain }: Tested, relay: Lock['relay']): string {
  const [on, off] = relay === 'strike' ? ['energised', 'at rest'] : ['off', 'energised'];
  if (!released) return 'the line of the relay did NOT change; see latchctl doctor';
  if (!atRestAgain) return `the line was ${on}, but did NOT come back to ${off}`;
  return (
    `the line was ${on} and is ${off} again. If the door did not open: ` +
    'relay board, its supply, the wires to the lock, active_low and relay in the configuration'
  );
}

async function locksOf(client: Client): Promise<Lock[]> {
  return statusSchema.parse(await client.json('GET', '/control/status')).locks;
}

export const lockCommands: readonly Command[] = [
  {
    name: 'open',
    args: 'first|second|all',
    summary: 'open, for the set time or for --seconds',
    options: ['seconds'],
    choices: lockWords,
    details: `--seconds 1 to ${longestOpen}; without it the time that is set for the lock.`,
    run: open,
  },
  {
    name: 'close',
    args: 'first|second|all',
    summary: 'close, whatever keeps it open',
    choices: lockWords,
    run: close,
  },
  {
    name: 'mode',
    args: 'first|second|all normal|free|blocked',
    summary: 'how a door stands for good',
    choices: [...lockWords, ...doorModes],
    details:
      'normal: locked, and opened by who may pass. free: open for everybody. blocked: no card, code\n' +
      'or command opens it. It stays so after a restart.',
    run: mode,
  },
  {
    name: 'test lock',
    args: 'first|second|all',
    summary: 'open for a moment and say what the line of the relay did',
    options: ['seconds'],
    choices: lockWords,
    details:
      `--seconds 1 to ${longestTest}, ${testSeconds} unless given. Exit status 1 when a line did not do\n` +
      'what it was told.',
    run: testLock,
  },
];
