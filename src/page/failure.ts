/** What went wrong, in people's words. */
import { CallError } from './api.ts';
import { texts } from './texts.ts';

/** One or two sentences. What is no `CallError` is a fault of this page and is told as it is. */
export function sayFailure(error: unknown): string {
  if (!(error instanceof CallError)) return error instanceof Error ? error.message : String(error);
  const { failure, message, waitSeconds } = error;
  const words = texts.failures;
  const own = failure === 'refused' || failure === 'fault' ? message : '';
  const said =
    texts.refusals[own.replace(/`[^`]*`/, '`param`')] ?? (own ? sentence(own) : words[failure]);
  return waitSeconds === undefined ? said : `${said} ${words.waitSeconds(waitSeconds)}`;
}

/** Whether the panel may have done what it was asked, though it did not say so. */
export function mayBeDone(error: unknown): boolean {
  return error instanceof CallError && ['unreachable', 'timeout'].includes(error.failure);
}

/** Whether a call was ended on purpose, so that nobody needs to be told. */
export function isEnded(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
