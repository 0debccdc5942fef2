/** `latchctl present` and `input`: the simulated door played by hand. */
import type { Call, Command } from './command.ts';
import { withKnown } from './known.ts';
import { presentedBits } from './present.ts';
import { need, UsageError } from './words.ts';

async function input({ client: connect, words, values, print }: Call): Promise<void> {
  const name = need(words[0], 'which input? see latchctl status');
  const state = words[1];
  if (state !== 'on' && state !== 'off') throw new UsageError('on or off?');
  const path = `/sim/inputs/${encodeURIComponent(name)}`;
  const client = connect();
  const set = () => client.json('POST', path, { active: state === 'on' });
  const answer = await withKnown(client, 'input', name, set, true);
  print(values.json ? JSON.stringify(answer) : `${name} is ${state}`);
}

async function present({ client: connect, words, values, print }: Call): Promise<void> {
  const reader = need(words[0], 'at which reader? see latchctl status');
  const bits = presentedBits(values);
  const path = `/sim/readers/${encodeURIComponent(reader)}/pulses`;
  const client = connect();
  const play = () => client.json('POST', path, { bits });
  const answer = await withKnown(client, 'reader', reader, play, true);
  print(values.json ? JSON.stringify(answer) : `presented ${bits.length} bits at ${reader}`);
}

export const simCommands: readonly Command[] = [
  {
    name: 'input',
    args: 'NAME on|off',
    summary: 'press, open, burn (simulated door only)',
    run: input,
  },
  {
    name: 'present',
    args: 'READER',
    summary: 'present a card (simulated door only)',
    options: ['bits', 'format', 'facility', 'card', 'number', 'type'],
    details: [
      'The card is one of',
      '  --bits 0110…                         the bits on the wire',
      '  --format NAME [--facility N] --card N',
      '  --number N [--type wiegand_26]       the number between the two parity bits',
    ].join('\n'),
    run: present,
  },
];
