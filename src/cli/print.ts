/** Answers of latchd -> lines for a person at a terminal. */
import { z } from 'zod';
import { doorModes } from '../door/lock.ts';
import { inputKinds } from '../door/wired.ts';
import type { Client } from './client.ts';
import type { Call, Command, Print } from './command.ts';
import { oneLine, wholeNumber } from './words.ts';

const readerSchema = z.object({
  name: z.string(),
  kind: z.string(),
  away: z.string().nullable(),
  formats: z.array(z.string()),
  credentials: z.number(),
  misreads: z.number(),
  glitches: z.number(),
  lostEdges: z.number(),
  lastFrameMs: z.number().nullable(),
  faults: z.array(z.string()),
  ignoredFrames: z.number(),
});
const lockSchema = z.object({
  name: z.string(),
  relay: z.enum(['strike', 'magnet']),
  energised: z.boolean(),
  released: z.boolean(),
  mode: z.enum(doorModes),
  opensAtMs: z.number().nullable(),
  grantUntilMs: z.number().nullable(),
  emergencyUntilMs: z.number().nullable(),
  exitUntilMs: z.number().nullable(),
  freeAccess: z.boolean(),
  toggled: z.boolean(),
  fire: z.boolean(),
});
const inputSchema = z.object({
  name: z.string(),
  kind: z.enum(inputKinds),
  active: z.boolean(),
  away: z.string().nullable(),
});
const statusSchema = z.object({
  driver: z.string(),
  version: z.string(),
  startedMs: z.number(),
  nowMs: z.number(),
  clockTrusted: z.boolean(),
  readers: z.array(readerSchema),
  locks: z.array(lockSchema),
  events: z.object({
    last: z.number(),
    waiting: z.number(),
    dropped: z.number(),
    failing: z.boolean(),
  }),
  identifiers: z.number(),
  inputs: z.array(inputSchema),
});
const eventSchema = z.object({
  sequence: z.number(),
  timestamp: z.number(),
  category: z.string(),
  name: z.object({ text: z.string(), key: z.string() }),
  info: z.object({ text: z.string(), model: z.record(z.string(), z.json()) }),
});

/** Status as tables. @throws ZodError for an answer of another version of latchd. */
function printStatus(answer: unknown, print: Print): void {
  const status = statusSchema.parse(answer);
  const upMinutes = Math.floor((status.nowMs - status.startedMs) / 60_000);
  const clock = status.clockTrusted ? '' : '  NOT TRUSTED: time-limited identifiers are refused';
  print(`version      ${status.version}`);
  print(`driver       ${status.driver}`);
  print(`running      ${upMinutes} min`);
  print(`clock        ${localTime(status.nowMs)}${clock}`);
  print(`identifiers  ${status.identifiers}`);
  const { last, waiting, dropped, failing } = status.events;
  const state = failing ? 'NOT WRITABLE' : 'TOO SLOW';
  const isTroubled = failing || dropped > 0;
  const trouble = isTroubled ? `  ${state}: ${waiting} wait, ${dropped} dropped` : '';
  print(`events       ${last}${trouble}`);
  print('');
  table(
    [
      ['LOCK', 'STATE', 'WHY'],
      ...status.locks.map((lock) => [lock.name, stateOf(lock), whyReleased(lock)]),
    ],
    print,
  );
  print('');
  table(
    [
      [
        'READER',
        'KIND',
        'STATE',
        'READ',
        'MISREAD',
        'GLITCHES',
        'LOST',
        'IGNORED',
        'LAST FRAME',
        'FORMATS',
      ],
      ...status.readers.map((reader) => [
        reader.name,
        reader.kind,
        reader.away ?? (reader.faults.join(' ') || 'watched'),
        String(reader.credentials),
        String(reader.misreads),
        String(reader.glitches),
        String(reader.lostEdges),
        String(reader.ignoredFrames),
        reader.lastFrameMs === null ? '-' : localTime(reader.lastFrameMs),
        reader.formats.join(' '),
      ]),
    ],
    print,
  );
  printInputs(status.inputs, print);
}

/** The relay; of a magnet, which is locked while it is energised, also what that means. */
function stateOf({ relay, energised, released }: z.output<typeof lockSchema>): string {
  const state = energised ? 'energised' : 'rest';
  return relay === 'strike' ? state : `${state} (${released ? 'released' : 'locked'})`;
}

const activeWords = {
  exit_button: ['pressed', 'rest'],
  door_contact: ['open', 'closed'],
  tamper: ['TAMPERED', 'rest'],
  fire: ['FIRE', 'rest'],
} as const;

function printInputs(inputs: readonly z.output<typeof inputSchema>[], print: Print): void {
  if (inputs.length === 0) return;
  print('');
  table(
    [
      ['INPUT', 'KIND', 'STATE'],
      ...inputs.map(({ name, kind, active, away }) => [
        name,
        kind,
        away ?? activeWords[kind][active ? 0 : 1],
      ]),
    ],
    print,
  );
}

/** Everything that releases a lock, or is about to. */
function whyReleased(lock: z.output<typeof lockSchema>): string {
  const { opensAtMs, grantUntilMs, emergencyUntilMs, exitUntilMs, freeAccess } = lock;
  const reasons: string[] = [];
  if (lock.mode === 'blocked') reasons.push('BLOCKED');
  if (lock.fire) reasons.push('FIRE');
  if (lock.mode === 'free') reasons.push('free by command');
  if (lock.toggled) reasons.push('until the next grant');
  if (exitUntilMs !== null) reasons.push(`exit button until ${localTime(exitUntilMs)}`);
  if (emergencyUntilMs !== null) reasons.push(`emergency until ${localTime(emergencyUntilMs)}`);
  if (freeAccess) reasons.push('free access');
  if (grantUntilMs !== null) {
    const from = opensAtMs === null ? '' : `from ${localTime(opensAtMs)} `;
    reasons.push(`grant ${from}until ${localTime(grantUntilMs)}`);
  }
  return reasons.join(', ');
}

/** The last events and, with `follow`, those that come, until the stream ends. */
async function followEvents(
  client: Client,
  last: number,
  { follow, json }: { follow?: boolean | undefined; json?: boolean | undefined },
  print: Print,
): Promise<void> {
  const { events } = statusSchema.parse(await client.json('GET', '/control/status'));
  const after = Math.max(0, events.last - last);
  const path = `/control/events?after=${after}&follow=${follow ? 1 : 0}`;
  for await (const line of client.lines(path)) {
    print(json ? JSON.stringify(line) : eventLine(line));
  }
}

function eventLine(answer: unknown): string {
  const { sequence, timestamp, name, info } = eventSchema.parse(answer);
  const details = Object.entries(info.model)
    .filter(([, value]) => value !== null && typeof value !== 'object')
    .map(([key, value]) => `${key}=${oneLine(String(value))}`)
    .join(' ');
  return `${sequence}  ${localTime(timestamp)}  ${name.key}  ${oneLine(info.text)}  ${details}`;
}

/** Date and time in the zone of this machine. */
export function localTime(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE');
}

/** Rows in columns, the first row as heads. */
export function table(rows: readonly (readonly string[])[], print: Print): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

async function status({ client, values, print }: Call): Promise<void> {
  const answer = await client().json('GET', '/control/status');
  if (values.json) print(JSON.stringify(answer));
  else printStatus(answer, print);
}

const mostEvents = 1_000_000;

export const statusCommands: readonly Command[] = [
  { name: 'status', summary: 'readers, locks, inputs, event log, clock, versions', run: status },
  {
    name: 'events',
    summary: 'what happened; --follow waits for more',
    options: ['last', 'follow'],
    details: '--last 0 to 1000000, 20 unless given.',
    run: ({ client, values, print }) =>
      followEvents(
        client(),
        wholeNumber('--last', values.last ?? '20', 0, mostEvents),
        values,
        print,
      ),
  },
];
