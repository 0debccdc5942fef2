/** `latchctl watch`: what comes over the wires of a reader, live, and what it means. */
import { z } from 'zod';
import { ClientError } from './client.ts';
import type { Call, Command, Print } from './command.ts';
import { localTime } from './print.ts';
import { need, wholeNumber } from './words.ts';

const frameSchema = z.union([
  z.object({ id: z.number(), atMs: z.number(), secret: z.literal(true) }),
  z.object({
    id: z.number(),
    atMs: z.number(),
    secret: z.literal(false),
    edges: z.array(z.object({ line: z.number(), atUs: z.number() })),
    bits: z.string(),
    hex: z.string(),
    readings: z.array(
      z.object({
        format: z.string(),
        accepted: z.boolean(),
        parityOk: z.boolean(),
        number: z.string(),
        facility: z.string().nullable(),
        card: z.string().nullable(),
      }),
    ),
    diagnosis: z.object({ code: z.string(), sentence: z.string() }),
  }),
]);
const readersSchema = z.object({
  list_items: z.array(z.object({ name: z.string(), kind: z.string() })),
});
const listSchema = z.object({ list_items: z.array(z.unknown()) });

/** Frames of a reader that the panel keeps. */
const mostKept = 32;

/** The frames that are still kept (with --last), and those that come. */
async function watch({ client: connect, words, values, print }: Call): Promise<void> {
  const last = wholeNumber('--last', values.last ?? '0', 0, mostKept);
  const client = connect();
  const { list_items: readers } = readersSchema.parse(await client.json('GET', '/api/v1/readers'));
  const wired = readers.filter(({ kind }) => kind === 'wiegand').map(({ name }) => name);
  const name = need(words[0], `which reader? ${wired.join(', ')}`);
  const reader = readers.find((one) => one.name === name);
  if (!reader) throw new ClientError(`there is no reader ${name}; there is ${wired.join(', ')}`);
  if (reader.kind !== 'wiegand') {
    throw new ClientError(`${name} has no wires (${reader.kind}); see latchctl events --follow`);
  }
  const path = `/api/v1/readers/${encodeURIComponent(name)}/frames`;
  let after: number | undefined;
  const show = (frame: unknown) => {
    after = frameSchema.parse(frame).id;
    return values.json ? print(JSON.stringify(frame)) : printFrame(frame, print);
  };
  if (last > 0) {
    const answer = await client.json('GET', `${path}?last=${last}`);
    for (const frame of listSchema.parse(answer).list_items) show(frame);
  }
  if (process.stderr.isTTY) process.stderr.write(`watching ${name}; present a card, Ctrl-C ends\n`);
  const from = after === undefined ? '' : `?after=${after}`;
  for await (const frame of client.events(`${path}/stream${from}`)) show(frame);
}

/** A frame for people: bits in groups of eight, its pace, every reading, what is likely wrong. */
function printFrame(answer: unknown, print: Print): void {
  const frame = frameSchema.parse(answer);
  const at = localTime(frame.atMs);
  if (frame.secret) {
    print(`${at}  a key or a code; its bits are told to nobody\n`);
    return;
  }
  const { bits, hex, edges, readings, diagnosis } = frame;
  const pulses = `${bits.length} ${bits.length === 1 ? 'bit' : 'bits'}`;
  print(`${at}  ${pulses}  ${hex}${paceOf(edges.map(({ atUs }) => atUs))}`);
  print(`  ${bits.replace(/.{8}(?=.)/g, '$& ')}`);
  for (const one of readings) {
    const fields = [
      ...(one.facility === null ? [] : [`facility ${one.facility}`]),
      ...(one.card === null ? [] : [`card ${one.card}`]),
      `number ${one.number}`,
      ...(one.parityOk ? [] : ['PARITY FAILS']),
      ...(one.accepted ? [] : ['not taken by this reader']),
    ];
    print(`  ${one.format.padEnd(12)} ${fields.join(', ')}`);
  }
  print(
    `  ${diagnosis.code === 'ok' ? 'ok' : diagnosis.code.toUpperCase()}: ${diagnosis.sentence}\n`,
  );
}

function paceOf(atUs: readonly number[]): string {
  const intervals = atUs.slice(1).map((at, index) => at - (atUs[index] ?? 0));
  if (intervals.length === 0) return '';
  const ms = (us: number) => (us / 1000).toFixed(us < 1000 ? 2 : 1);
  const [least, most] = [Math.min(...intervals), Math.max(...intervals)];
  return `  ${ms(least)} to ${ms(most)} ms apart`;
}

export const watchCommands: readonly Command[] = [
  {
    name: 'watch',
    args: 'READER',
    summary: 'bits and readings as they come, and what is likely wrong',
    options: ['last'],
    details: `--last 1 to ${mostKept} begins with the frames that are still kept; else with the next one.`,
    run: watch,
  },
];
