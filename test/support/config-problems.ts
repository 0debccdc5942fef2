import assert from 'node:assert/strict';
import { parseConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';

/** The problems of a bad config as `path: sentence` lines; none of a good one. */
export function problemsOf(text: string): string[] {
  try {
    parseConfig(text);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.message.split('\n');
  }
  return [];
}
