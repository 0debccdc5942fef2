/** `latchctl clock accept`: the clock is right, though it once ran ahead. */
import type { Call, Command } from './command.ts';
import { UsageError } from './words.ts';

/** The command. */
export const clockCommands: readonly Command[] = [
  {
    name: 'clock',
    args: 'accept',
    summary: 'the clock is right, though it once ran ahead',
    choices: ['accept'],
    run: accept,
  },
];

async function accept({ client, words: [what], values, print }: Call): Promise<void> {
  if (what !== 'accept') throw new UsageError('try latchctl clock accept');
  const answer = await client().json('POST', '/control/clock/accept', {});
  print(values.json ? JSON.stringify(answer) : 'the clock is believed');
}
