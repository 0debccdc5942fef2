/** Asks a person before something is done that cannot be undone. */
import { createInterface } from 'node:readline/promises';
import type { Values } from './command.ts';
import { UsageError } from './words.ts';

/** Resolves once the person types yes; `--yes` says so beforehand. @throws UsageError otherwise. */
export async function mustWant({ yes }: Values, question: string): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new UsageError(`${question} Add --yes`);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const said = await asking.question(`${question} Type yes: `);
  asking.close();
  if (said.trim() !== 'yes') throw new UsageError('nothing was done');
}
