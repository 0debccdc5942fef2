/** Readers and inputs of the panel, for who names one that it has not. */
import { z } from 'zod';
import { type Client, ClientError } from './client.ts';
import { oneLine } from './words.ts';

const named = z.array(z.object({ name: z.string() }));
const statusSchema = z.object({ driver: z.string(), readers: named, inputs: named });

/**
 * Does what `ask` does; where the panel does not know the reader or input, says which there are.
 * @param needsSim the call exists on the simulated door only.
 */
export async function withKnown<T>(
  client: Client,
  kind: 'reader' | 'input',
  name: string,
  ask: () => Promise<T>,
  needsSim = false,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ClientError && error.status === 404)) throw error;
    const { driver, ...all } = statusSchema.parse(await client.json('GET', '/control/status'));
    if (needsSim && driver !== 'sim') {
      throw new ClientError(
        `this works on the simulated door only; this panel runs with ${driver}`,
      );
    }
    const there = all[`${kind}s`].map((one) => oneLine(one.name)).join(', ');
    throw new ClientError(`there is no ${kind} ${name}; there is ${there || 'none'}`);
  }
}
