/** Words of a command line, checked, with errors that say what is wanted. */
import { ClientError } from './client.ts';

/** A word that must be there. @throws ClientError with `question` when it is not. */
export function need(word: string | undefined, question: string): string {
  if (word === undefined || word === '') throw new ClientError(question);
  return word;
}

/** A whole number of up to nine digits. @throws ClientError for anything else. */
export function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new ClientError(`${text} is not a whole number`);
  return Number(text);
}

/** Words that name locks. */
export const lockWords = ['first', 'second', 'all'] as const;

/** A lock, or all of them. */
export function needLock(word: string | undefined): (typeof lockWords)[number] {
  const lock = need(word, 'which lock? first, second or all');
  const known = lockWords.find((one) => one === lock);
  if (!known) throw new ClientError(`there is no lock ${lock}; it is first, second or all`);
  return known;
}

/** Names come from outside; none may move the cursor or forge a line. */
export function oneLine(text: string): string {
  return text.replace(/\p{C}+/gu, ' ');
}
