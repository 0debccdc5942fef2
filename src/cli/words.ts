/** Words of a command line, checked, with errors that say what is wanted. */
import { ClientError } from './client.ts';

/** The command line is wrong; nothing was asked of latchd. */
export class UsageError extends ClientError {}

/** A word that must be there. @throws UsageError with `question` when it is not. */
export function need(word: string | undefined, question: string): string {
  if (word === undefined || word === '') throw new UsageError(question);
  return word;
}

/** A whole number within bounds. @param what it is, `--seconds`. @throws UsageError for anything else. */
export function wholeNumber(what: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^[0-9]{1,16}$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${what} is a whole number from ${least} to ${most}, not ${oneLine(text)}`);
}

/** One of some words. @param what it is, `a mode`. @throws UsageError for any other. */
export function oneOf<const T extends string>(what: string, word: string, all: readonly T[]): T {
  const found = all.find((one) => one === word);
  if (found !== undefined) return found;
  throw new UsageError(`${what} is one of ${all.join(', ')}, not ${oneLine(word)}`);
}

/** Words that name locks. */
export const lockWords = ['first', 'second', 'all'] as const;

/** A lock, or all of them. */
export function needLock(word: string | undefined): (typeof lockWords)[number] {
  const lock = need(word, 'which lock? first, second or all');
  const known = lockWords.find((one) => one === lock);
  if (!known) throw new UsageError(`there is no lock ${lock}; it is first, second or all`);
  return known;
}

/** Names come from outside; none may move the cursor or forge a line. */
export function oneLine(text: string): string {
  return text.replace(/\p{C}+/gu, ' ');
}
