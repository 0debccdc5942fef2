#!/usr/bin/env node
/** latchctl: what a technician types at the door. Asks a running latchd over its control socket. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { controlSocket } from '../config.ts';
import { ConfigError, describeError, errnoOf, exitCode } from '../errors.ts';
import { Client } from './client.ts';
import { type Command, everywhere, type OptionName, options } from './command.ts';
import { commands } from './commands.ts';
import { readConfig } from './config-file.ts';
import { helpOf, overview } from './help.ts';
import { UsageError } from './words.ts';

async function main(): Promise<number> {
  const { values, positionals } = given();
  if (values.version) {
    process.stdout.write(`${version()}\n`);
    return exitCode.ok;
  }
  const command = commandOf(positionals);
  if (values.help || positionals.length === 0) {
    process.stdout.write(command ? helpOf(command) : overview(commands));
    return values.help ? exitCode.ok : exitCode.usage;
  }
  if (!command) throw new UsageError(noCommand(positionals));
  mustTake(command, Object.keys(values) as OptionName[]);
  const words = positionals.slice(command.name.split(' ').length);
  mustEnd(command, words);
  const file = values.config ?? process.env.LATCHD_CONFIG ?? '/etc/latchd/latchd.yaml';
  const status = await command.run({
    words,
    values,
    file,
    print: (text) => void process.stdout.write(`${text}\n`),
    client: () => new Client(controlSocket(readConfig(file).data)),
  });
  return status ?? exitCode.ok;
}

/** The words and options of the command line. @throws UsageError for options that there are not. */
function given() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    const [, option = ''] = /'(?:-\w, )?(-[^' ]+)/.exec(describeError(error)) ?? [];
    if (errnoOf(error) === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      throw new UsageError(`there is no option ${option}; see latchctl --help`);
    }
    if (errnoOf(error) !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw error;
    const takesNone = /does not take/.test(describeError(error));
    throw new UsageError(
      takesNone ? `${option} takes no value` : `${option} needs a value: ${option}=VALUE`,
    );
  }
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}

/** Of two names that fit, the longer one. */
function commandOf(words: readonly string[]): Command | undefined {
  const fits = ({ name }: Command) => name === words.slice(0, name.split(' ').length).join(' ');
  return commands.filter(fits).toSorted((a, b) => b.name.length - a.name.length)[0];
}

function noCommand([first = '', second]: readonly string[]): string {
  const group = commands.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name] : []));
  if (group.length === 0) return `there is no command ${first}; try latchctl --help`;
  const said =
    second === undefined ? `latchctl ${first} what?` : `latchctl ${first} has no ${second};`;
  return `${said} ${group.map((name) => name.slice(first.length + 1)).join(', ')}`;
}

function mustTake({ name, options: own = [] }: Command, given: readonly OptionName[]): void {
  const wrong = given.find((option) => !own.includes(option) && !everywhere.includes(option));
  if (wrong)
    throw new UsageError(`latchctl ${name} takes no --${wrong}; see latchctl ${name} --help`);
}

/** A word too many is a slip, or a name with a space in it: half of what was meant is not done. */
function mustEnd({ name, args }: Command, words: readonly string[]): void {
  const extra = words[args?.split(' ').length ?? 0];
  if (extra !== undefined)
    throw new UsageError(
      `latchctl ${name} does not know what to do with ${extra}; see latchctl ${name} --help`,
    );
}

function statusOf(error: unknown): number {
  if (error instanceof ConfigError) return exitCode.config;
  return error instanceof UsageError ? exitCode.usage : 1;
}

// A reader of our output that has seen enough (head, less) is no error.
process.stdout.on('error', (error) => {
  process.exit(errnoOf(error) === 'EPIPE' ? exitCode.ok : exitCode.fault);
});

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`latchctl: ${describeError(error)}\n`);
    process.exitCode = statusOf(error);
  },
);
