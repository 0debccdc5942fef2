/** What a command of latchctl is: a row of a table, from which dispatch, help and completion are made. */
import type { Client } from './client.ts';

/** Every option there is. A command names those that it takes. */
export const options = {
  config: { type: 'string', value: 'FILE', help: 'the file latchd runs with' },
  json: { type: 'boolean', help: 'answers for programs' },
  help: { type: 'boolean', short: 'h', help: 'what a command does' },
  version: { type: 'boolean', help: 'the version of latchctl' },
  follow: { type: 'boolean', short: 'f', help: 'wait for those that come' },
  last: { type: 'string', value: 'N', help: 'how many of the past' },
  seconds: { type: 'string', value: 'N', help: 'how long' },
  bits: { type: 'string', value: '0110…', help: 'the bits on the wire' },
  format: { type: 'string', value: 'NAME', help: 'format of the card' },
  facility: { type: 'string', value: 'N', help: 'facility of the card' },
  card: { type: 'string', value: 'N', help: 'card number of the format' },
  number: { type: 'string', value: 'N', help: 'number, in any spelling' },
  type: { type: 'string', value: 'TYPE', help: 'type of identifier, or wiegand type' },
  name: { type: 'string', value: 'TEXT', help: 'name of the owner' },
  guest: { type: 'boolean', help: 'the owner is a guest' },
  lock: { type: 'string', value: 'LOCK', help: 'first, second or all' },
  from: { type: 'string', value: 'TIME', help: 'valid from; ISO 8601, or YYYY-MM-DD [HH:MM]' },
  to: { type: 'string', value: 'TIME', help: 'valid to' },
  passes: { type: 'string', value: 'N', help: 'how often it may pass' },
  filter: { type: 'string', value: 'EXPR', help: "as in the API: lock eq 'all'" },
  page: { type: 'string', value: 'N', help: 'page, from 1' },
  limit: { type: 'string', value: 'N', help: 'length of a page, 1 to 1000' },
  role: { type: 'string', value: 'ROLE', help: 'manager (default) or admin' },
  'password-stdin': { type: 'boolean', help: 'read it from the standard input, else one is made' },
  'dry-run': { type: 'boolean', help: 'check everything, write nothing' },
  yes: { type: 'boolean', short: 'y', help: 'do not ask' },
} as const;

/** Name of an option. */
export type OptionName = keyof typeof options;
/** What was given, by option. */
export type Values = {
  readonly [name in OptionName]?:
    | ((typeof options)[name]['type'] extends 'boolean' ? boolean : string)
    | undefined;
};

/** Options that every command takes. */
export const everywhere: readonly OptionName[] = ['config', 'json', 'help'];
/** Options that stand without a command. */
export const alone: readonly OptionName[] = ['version'];

/** Prints a line on the standard output. */
export type Print = (text: string) => void;

/** What a command works with. */
export interface Call {
  /** What stands after the name of the command. */
  readonly words: readonly string[];
  readonly values: Values;
  readonly print: Print;
  /** The configuration file. */
  readonly file: string;
  /** A running latchd. @throws ConfigError when the file does not say where it is. */
  client(): Client;
}

/** One command. */
export interface Command {
  /** Its words, `identifier add`. */
  readonly name: string;
  /** What may stand after them, `NAME [FILE]`: between spaces a word each. Absent: nothing. */
  readonly args?: string;
  readonly summary: string;
  readonly options?: readonly OptionName[];
  /** Words that may come first after its name, for completion. */
  readonly choices?: readonly string[];
  /** More for its own help. */
  readonly details?: string;
  /** @returns the exit status; 0 when nothing is returned. @throws ClientError with a line for people. */
  run(call: Call): Promise<number | undefined> | Promise<void>;
}
