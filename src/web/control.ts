/** What only the Unix socket serves: the technician's tool. */
import { z } from 'zod';
import { doorRefusals } from '../door/door-refusals.ts';
import { doorModes } from '../door/lock.ts';
import { type LockName, lockNames } from '../door/model.ts';
import { inputKinds } from '../door/wired.ts';
import { describeError } from '../errors.ts';
import type { Log } from '../ports.ts';
import type { EventReader, SettingReader } from '../ports-store.ts';
import type { PanelCommands } from '../ports-web.ts';
import { answer, done, emptyAnswer, lines, refuse } from './answer.ts';
import type { Facts } from './info.ts';
import { eventItem } from './log.ts';
import type { Notices } from './notices.ts';
import { wholeNumber } from './paging.ts';
import { type Route, route } from './route.ts';

/** What the technician's calls work with. */
export interface ControlParts {
  readonly events: EventReader;
  readonly settings: SettingReader;
  readonly commands: Pick<PanelCommands, 'status' | 'openLocks' | 'closeLocks'>;
  readonly facts: Facts;
  readonly notices: Notices;
  readonly refresh: () => void;
  readonly log: Log;
}

/** Old events shown before those that come, when nobody says how many. */
const tailLength = 10;
/** Lines made at a time; the next ones are made when these have gone out. */
const linesAtOnce = 100;
const count = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const natural = z.int().min(0);
const moment = z.number().nullable();

/** `PanelStatus` with the facts of this latchd. */
const status = z.strictObject({
  driver: z.enum(['chardev', 'onoff', 'sim']),
  startedMs: natural,
  nowMs: z.number(),
  clockTrusted: z.boolean(),
  readers: z.array(
    z.strictObject({
      name: z.string(),
      away: z.string().nullable().meta({ description: 'Why its lines are gone; null: present' }),
      formats: z.array(z.string()),
      credentials: natural,
      misreads: natural,
      glitches: natural,
      lostEdges: natural,
      lastFrameMs: z.number().nullable(),
      faults: z
        .array(z.string())
        .meta({ description: 'Faults of its wires that there are now, by name' }),
      faultCounts: z.record(z.string(), natural).meta({ description: 'How often each has begun' }),
      ignoredFrames: natural.meta({ description: 'Not believed because of a fault' }),
      untoldMisreads: natural.meta({ description: 'Without an event of their own' }),
    }),
  ),
  locks: z.array(
    z.strictObject({
      name: z.enum(lockNames),
      relay: z.enum(['strike', 'magnet']),
      energised: z.boolean(),
      released: z.boolean(),
      mode: z.enum(doorModes),
      opensAtMs: moment,
      grantUntilMs: moment,
      emergencyUntilMs: moment,
      exitUntilMs: moment,
      freeAccess: z.boolean(),
      toggled: z.boolean(),
      fire: z.boolean(),
    }),
  ),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(inputKinds),
      active: z.boolean(),
      away: z.string().nullable().meta({ description: 'Why its line is gone; null: present' }),
    }),
  ),
  events: z.strictObject({
    waiting: natural.meta({ description: 'Not yet on the disk' }),
    dropped: natural,
    failing: z.boolean(),
    last: natural,
  }),
  identifiers: natural,
  version: z.string(),
  commit: z.string(),
  deviceName: z.string(),
});

/** What is said of a lock that this panel does not have. */
export const noLock = (lock: string) => `This panel has no lock ${lock}`;

/** Calls under `/control`. */
export function controlRoutes(parts: ControlParts): Route[] {
  const { commands, facts } = parts;
  return [
    route({
      method: 'GET',
      path: '/control/status',
      summary: 'How the panel has been doing',
      access: 'local',
      answers: status,
      notes: 'Times are Unix milliseconds; counts are those since the start.',
      async handler() {
        const { version, commit, deviceName } = facts;
        return answer({ ...(await commands.status()), version, commit, deviceName });
      },
    }),
    route({
      method: 'GET',
      path: '/control/events',
      summary:
        'Events after number `after`, one JSON object a line, at most `limit`; with `follow` also ' +
        'those that come. Without `after`: the last `limit`',
      access: 'local',
      query: z.object({
        after: count.optional(),
        follow: z.enum(['0', '1']).default('0'),
        limit: count.optional(),
      }),
      answers: { media: 'application/x-ndjson' },
      notes: 'Each line is an event as `GET /api/v1/log/items` lists it.',
      handler: ({ query: { after, follow, limit } }) => {
        const tail = Math.max(0, parts.events.lastSeq() - (limit ?? tailLength));
        const most = follow === '1' ? undefined : limit;
        return lines(streamEvents(parts, after ?? tail, follow === '1', most));
      },
    }),
    route({
      method: 'POST',
      path: '/control/open',
      summary: 'Open the first lock, the second, or all; for `seconds`, or the set time',
      access: 'local',
      body: z.object({
        lock: z.enum(['first', 'second', 'all']),
        seconds: z.number().min(0.1).max(604_800).optional(),
      }),
      answers: emptyAnswer,
      refuses: lockNames.map(noLock),
      refusesWith: { 409: doorRefusals },
      async handler({ body: { lock, seconds }, who }) {
        const locks: readonly LockName[] = lock === 'all' ? facts.locks : [lock];
        const opened = await commands.openLocks({
          ...{ locks, by: who.name },
          ...(seconds !== undefined && { seconds }),
        });
        return opened ? done() : refuse(400, noLock(lock));
      },
    }),
    route({
      method: 'POST',
      path: '/control/close',
      summary: 'Close the first lock, the second, or all, whatever keeps them open',
      access: 'local',
      body: z.object({ lock: z.enum(['first', 'second', 'all']) }),
      answers: emptyAnswer,
      refuses: lockNames.map(noLock),
      refusesWith: { 409: doorRefusals },
      async handler({ body: { lock }, who }) {
        const locks: readonly LockName[] = lock === 'all' ? facts.locks : [lock];
        const closed = await commands.closeLocks({ locks, by: who.name });
        return closed ? done() : refuse(400, noLock(lock));
      },
    }),
  ];
}

/**
 * Events after `after` as lines. Made only as fast as the client reads, so that a slow one costs
 * nothing; with `follow` it ends when the client goes or the worker stops.
 */
function streamEvents(
  { events, settings, notices, refresh, log }: ControlParts,
  after: number,
  follow: boolean,
  most: number | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let seq = Math.max(after, events.firstSeq() - 1);
  let left = most ?? Number.POSITIVE_INFINITY;
  let stopWaiting: () => void = () => undefined;

  function nextLines(): string {
    refresh();
    const wiegand = settings.wiegand();
    const end = Math.min(events.lastSeq(), seq + Math.min(linesAtOnce, left));
    let text = '';
    while (seq < end) {
      seq += 1;
      left -= 1;
      try {
        const event = events.get(seq);
        if (event) text += `${JSON.stringify(eventItem(event, wiegand))}\n`;
      } catch (error) {
        log.warn('an event was left out', { sequence: seq, why: describeError(error) });
      }
    }
    return text;
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const text = nextLines();
        if (text !== '') return controller.enqueue(encoder.encode(text));
        if (left > 0 && seq < events.lastSeq()) continue;
        if (!follow || notices.ended) return controller.close();
        await new Promise<void>((resolve) => {
          stopWaiting = notices.next(resolve);
        });
      }
    },
    cancel() {
      stopWaiting();
    },
  });
}
