/** The readers as a technician looks at them: how they do, and their last frames. */
import { z } from 'zod';
import { type FrameReport, reportOf } from '../door/frame-report.ts';
import { readerKinds } from '../door/wired.ts';
import type { FrameCommands } from '../ports/frames.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Clock } from '../ports.ts';
import type { Auth } from './accounts/auth.ts';
import { answer, errors, eventStream, refuse, tryLater } from './answer.ts';
import { type FrameStreamParts, streamFrames } from './frame-stream.ts';
import { wholeNumber } from './lists/paging.ts';
import { type Route, route } from './route.ts';

const path = '/api/v1/readers';
const natural = z.int().min(0);
const digits = z.string().regex(/^[0-9]+$/);

/** What the calls on readers work with. */
interface ReaderParts {
  readonly commands: Pick<PanelCommands, 'status'>;
}

/** `GET /readers`. */
export function readerRoutes({ commands }: ReaderParts): Route[] {
  return [
    route({
      method: 'GET',
      path,
      summary: 'The readers: what they are, what they take, and how they have been doing',
      access: 'read',
      answers: z.strictObject({
        list_items: z.array(
          z.strictObject({
            name: z.string(),
            kind: z.enum(readerKinds),
            keypad: z.boolean(),
            formats: z.array(z.string()),
            status: z.enum(['watched', 'away']),
            away: z.string().nullable().meta({ description: 'Why it is gone; null: present' }),
            credentials: natural,
            misreads: natural,
            glitches: natural,
            lostEdges: natural,
            lastFrameMs: z.number().nullable(),
            faults: z.array(z.string()),
            faultCounts: z.record(z.string(), natural),
            ignoredFrames: natural,
            untoldMisreads: natural,
          }),
        ),
      }),
      notes:
        'In the order of the configuration, readers with wires (`wiegand`) first. Counts are those ' +
        'since the start, times Unix milliseconds.',
      async handler() {
        const { readers } = await commands.status();
        const items = readers.map((reader) => ({
          ...reader,
          status: reader.away === null ? 'watched' : 'away',
        }));
        return answer({ list_items: items });
      },
    }),
  ];
}

const reading = z.strictObject({
  format: z.string(),
  accepted: z.boolean().meta({ description: 'The reader takes this format' }),
  parityOk: z.boolean(),
  number: digits,
  facility: digits.nullable(),
  card: digits.nullable(),
  parity: z.array(z.strictObject({ bit: natural, ok: z.boolean() })),
});

/** A frame, or only that there was one. */
const frame = z.union([
  z.strictObject({ id: z.int().min(1), atMs: z.number(), secret: z.literal(true) }),
  z.strictObject({
    id: z.int().min(1),
    atMs: z.number(),
    secret: z.literal(false),
    edges: z.array(z.strictObject({ line: z.union([z.literal(0), z.literal(1)]), atUs: z.int() })),
    bits: z.string(),
    hex: z.string(),
    outcome: z.enum([
      ...(['card', 'overrun', 'glitch', 'excess', 'length', 'parity', 'swapped-wires'] as const),
      'key',
    ]),
    glitches: natural,
    lost: natural,
    readings: z.array(reading),
    diagnosis: z.strictObject({
      code: z.enum([
        ...(['ok', 'overrun', 'noise', 'excess', 'broken-wire', 'swapped-wires'] as const),
        ...(['wrong-format', 'lost-bits', 'length', 'parity'] as const),
      ]),
      sentence: z.string(),
      params: z
        .strictObject({
          bits: natural,
          formats: z.array(z.string()),
          expected: z.array(natural),
          stillLine: z.enum(['D0', 'D1']).nullable(),
          gapAfter: natural.nullable(),
        })
        .meta({ description: 'What the sentence says besides its code' }),
    }),
  }),
]);

const frameNotes =
  'Kept are the last 32 frames of each reader with wires, since the start. `edges` are the pulses as ' +
  'the kernel saw them, in microseconds after the first; line 0 is D0. `readings` are those of the ' +
  'formats that the reader takes and, with `accepted: false`, of every other one whose parity holds; ' +
  '`parity` tells its parity bits by their place on the wire, from 0. Where the bits are, or may be, ' +
  'digits of a keypad, only `secret: true` is told.';

/** What the calls on frames work with. */
interface FrameParts extends FrameStreamParts {
  readonly commands: FrameCommands;
  readonly auth: Pick<Auth, 'holds'>;
  readonly clock: Clock;
}

const noWires = 'This panel has no reader of this name with wires';
const framesAtMost = 32;
/** Streams at once; each holds a connection. */
const streamsAtMost = 16;
const name = z.object({ name: z.string() });

/** `GET /readers/{name}/frames` and `.../stream`. */
export function frameRoutes(parts: FrameParts): Route[] {
  const { commands, auth } = parts;
  let streams = 0;
  return [
    route({
      method: 'GET',
      path: `${path}/{name}/frames`,
      summary:
        'The last frames of a reader with wires, oldest first: edges, bits, readings, diagnosis',
      access: 'admin',
      params: name,
      query: z.object({ last: wholeNumber(1, framesAtMost).default(framesAtMost) }),
      answers: z.strictObject({ list_items: z.array(frame) }),
      refusesWith: { 404: [noWires] },
      notes: frameNotes,
      async handler({ params, query: { last } }) {
        const kept = await commands.readerFrames(params.name, 0, last);
        if (!kept) return refuse(404, noWires);
        const items: FrameReport[] = kept.map(reportOf);
        return answer({ list_items: items });
      },
    }),
    route({
      method: 'GET',
      path: `${path}/{name}/frames/stream`,
      summary: 'The frames of a reader as they come (server-sent events)',
      access: 'admin',
      params: name,
      query: z.object({ after: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional() }),
      answers: { media: 'text/event-stream' },
      refusesWith: { 404: [noWires], 429: [errors.tooManyAttempts] },
      notes:
        '`event: frame`, `id` its number, `data` as `GET .../frames` lists it. From now on, or with ' +
        '`after` those after that number that are still kept. A comment comes every 15 s. Ends with ' +
        `the session that asked. At most ${streamsAtMost} at once.`,
      async handler({ params, query, who }) {
        const newest = await commands.readerFrames(params.name, 0, 1);
        if (!newest) return refuse(404, noWires);
        if (streams >= streamsAtMost) return tryLater(1_000_000);
        streams += 1;
        const last = newest.at(-1)?.id ?? 0;
        // A number still to come is one of before a restart: all that there are come after it.
        const after = query.after === undefined ? last : query.after > last ? 0 : query.after;
        return eventStream(
          streamFrames(parts, {
            reader: params.name,
            after,
            mayGoOn: () => auth.holds(who),
            ended: () => {
              streams -= 1;
            },
          }),
        );
      },
    }),
  ];
}
