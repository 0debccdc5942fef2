#!/usr/bin/env node
/** latchctl: what a technician types at the door. Asks a running latchd over its control socket. */
import { parseArgs } from 'node:util';
import { controlSocket, loadConfig } from '../config.ts';
import { ConfigError, describeError, errnoOf, exitCode } from '../errors.ts';
import { antiPassback } from './anti-passback.ts';
import { apiKeys } from './apikeys.ts';
import { Client, ClientError } from './client.ts';
import { enrol } from './enrol.ts';
import { presentedBits } from './present.ts';
import { followEvents, printStatus } from './print.ts';
import { users } from './users.ts';

const usage = `latchctl: the technician's tool of latchd

  latchctl status                        readers, locks, event log, clock
  latchctl events [--last N] [--follow]  what happened; --follow waits for more
  latchctl open first|second|all [--seconds N]
  latchctl close first|second|all        whatever keeps it open
  latchctl apikey add NAME|list|revoke NAME   keys of the access-key API; one is shown once
  latchctl mode first|second|all normal|free|blocked
  latchctl antipassback reset UID|all    forgive one identifier, or all
  latchctl enrol READER [report|add|remove|stop] [CARDS] [--seconds N]   cards for the list
  latchctl clock accept                  the clock is right, though it once ran ahead
  latchctl input NAME on|off             press, open, burn (simulated door only)
  latchctl present READER CARD           present a card (simulated door only); CARD is one of
      --bits 0110…                         the bits on the wire
      --format NAME [--facility N] --card N
      --number N [--type wiegand_26]       the number between the two parity bits
  latchctl user list                     accounts of the API and their roles
  latchctl user add NAME [--role R]      a new one; R is manager (default) or admin
  latchctl user password NAME            a new password
      --password-stdin                     read it from the standard input; without this,
                                           one is made and shown once
  latchctl user remove NAME              its sessions end at once

  --config FILE   the file latchd runs with (default $LATCHD_CONFIG, /etc/latchd/latchd.yaml)
  --json          answers for programs
`;

const options = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  follow: { type: 'boolean', short: 'f' },
  last: { type: 'string' },
  seconds: { type: 'string' },
  bits: { type: 'string' },
  format: { type: 'string' },
  facility: { type: 'string' },
  card: { type: 'string' },
  number: { type: 'string' },
  type: { type: 'string' },
  role: { type: 'string' },
  'password-stdin': { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse() {
  return parseArgs({ options, allowPositionals: true });
}

async function main(): Promise<void> {
  const { values, positionals } = parse();
  const [command, ...words] = positionals;
  if (values.help || command === undefined) {
    process.stdout.write(usage);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const file = values.config ?? process.env.LATCHD_CONFIG ?? '/etc/latchd/latchd.yaml';
  const client = new Client(controlSocket(loadConfig(file).data));
  const print = (text: string) => process.stdout.write(`${text}\n`);
  switch (command) {
    case 'status': {
      const status = await client.json('GET', '/control/status');
      if (values.json) print(JSON.stringify(status));
      else printStatus(status, print);
      return;
    }
    case 'events':
      return followEvents(client, wholeNumber(values.last ?? '20'), values, print);
    case 'open':
      return open(client, words, values, print);
    case 'close':
      return close(client, words, values, print);
    case 'mode':
      return mode(client, words, values, print);
    case 'antipassback':
      return antiPassback(client, words, values, print);
    case 'clock':
      return clock(client, words, values, print);
    case 'input':
      return input(client, words, values, print);
    case 'present':
      return present(client, words, values, print);
    case 'user':
      return users(client, words, values, print);
    case 'enrol':
      return enrol(client, words, values, print);
    case 'apikey':
      return apiKeys(client, words, values, print);
    default:
      throw new ClientError(`there is no command ${command}; try latchctl --help`);
  }
}

type Print = (text: string) => void;

async function open(client: Client, [lock]: string[], values: Values, print: Print): Promise<void> {
  if (lock === undefined) throw new ClientError('which lock? first, second or all');
  const seconds = values.seconds === undefined ? {} : { seconds: wholeNumber(values.seconds) };
  const answer = await client.json('POST', '/control/open', { lock, ...seconds });
  print(values.json ? JSON.stringify(answer) : `opened ${lock}`);
}

async function close(
  client: Client,
  [lock]: string[],
  values: Values,
  print: Print,
): Promise<void> {
  if (lock === undefined) throw new ClientError('which lock? first, second or all');
  const answer = await client.json('POST', '/control/close', { lock });
  print(values.json ? JSON.stringify(answer) : `closed ${lock}`);
}

async function mode(
  client: Client,
  [lock, wanted]: string[],
  values: Values,
  print: Print,
): Promise<void> {
  if (lock === undefined) throw new ClientError('which lock? first, second or all');
  if (wanted === undefined) throw new ClientError('which mode? normal, free or blocked');
  const answer = await client.json('POST', '/control/mode', { lock, mode: wanted });
  print(values.json ? JSON.stringify(answer) : `${lock} is ${wanted}`);
}

async function clock(
  client: Client,
  [what]: string[],
  values: Values,
  print: Print,
): Promise<void> {
  if (what !== 'accept') throw new ClientError('try latchctl clock accept');
  const answer = await client.json('POST', '/control/clock/accept', {});
  print(values.json ? JSON.stringify(answer) : 'the clock is believed');
}

async function input(
  client: Client,
  [name, state]: string[],
  values: Values,
  print: Print,
): Promise<void> {
  if (name === undefined) throw new ClientError('which input? see latchctl status');
  if (state !== 'on' && state !== 'off') throw new ClientError('on or off?');
  const path = `/sim/inputs/${encodeURIComponent(name)}`;
  const answer = await client.json('POST', path, { active: state === 'on' });
  print(values.json ? JSON.stringify(answer) : `${name} is ${state}`);
}

async function present(
  client: Client,
  [reader]: string[],
  values: Values,
  print: Print,
): Promise<void> {
  if (reader === undefined) throw new ClientError('at which reader? see latchctl status');
  const bits = presentedBits(values);
  const path = `/sim/readers/${encodeURIComponent(reader)}/pulses`;
  const answer = await client.json('POST', path, { bits });
  print(values.json ? JSON.stringify(answer) : `presented ${bits.length} bits at ${reader}`);
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new ClientError(`${text} is not a whole number`);
  return Number(text);
}

// A reader of our output that has seen enough (head, less) is no error.
process.stdout.on('error', (error) => {
  process.exit(errnoOf(error) === 'EPIPE' ? exitCode.ok : exitCode.fault);
});

main().catch((error: unknown) => {
  process.stderr.write(`latchctl: ${describeError(error)}\n`);
  process.exitCode = error instanceof ConfigError ? exitCode.config : 1;
});
