/** How the keys of each database are written: what a copy must know to write them again. */
import type { DatabaseOptions } from 'lmdb';

/** Databases whose keys are numbers (`uint32`); the keys of all others are `ordered-binary`. */
export const numbered: ReadonlySet<string> = new Set([
  'identifiers-by-uid',
  'events',
  'events-access',
  'events-info',
  'events-system',
  'events-emergency',
  'event-runs',
  'event-gaps',
  'time-profiles',
  'apartments',
  'access-levels',
  'persons',
  'webhooks',
  'webhook-progress',
  'passback',
]);

/** Opens a database for its values as bytes. */
export function bytesOf(name: string): DatabaseOptions {
  return { encoding: 'binary', keyEncoding: numbered.has(name) ? 'uint32' : 'ordered-binary' };
}
