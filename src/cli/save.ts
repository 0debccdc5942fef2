/** A file that is there whole or not at all. */
import { promises as files } from 'node:fs';
import { describeError } from '../errors.ts';
import { ClientError } from './client.ts';

/**
 * Writes what comes from the panel to the file `path`, which only its owner may read: names, numbers
 * and codes of people are in it.
 * @throws ClientError when it cannot be written, or the panel stops in the middle.
 */
export async function saveWhole(from: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const partial = `${path}.part`;
  try {
    const file = await files.open(partial, 'wx', 0o600);
    try {
      for await (const piece of from) await file.appendFile(piece);
    } finally {
      await file.close();
    }
    await files.rename(partial, path);
  } catch (error) {
    await files.rm(partial, { force: true });
    throw new ClientError(`${path} was not written: ${describeError(error)}`);
  }
}
