/** What only the Unix socket serves: the technician's tool. */
import { z } from 'zod';
import { doorRefusals } from '../door/door-refusals.ts';
import { type LockName, lockNames } from '../door/model.ts';
import type { EventReader, SettingReader } from '../ports/store.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { done, emptyAnswer, lines, refuse } from './answer.ts';
import type { Facts } from './info.ts';
import { wholeNumber } from './lists/paging.ts';
import { EventTail } from './log/event-tail.ts';
import type { Notices } from './notices.ts';
import { type Route, route } from './route.ts';

/** What the technician's calls work with. */
interface ControlParts {
  readonly events: EventReader;
  readonly settings: SettingReader;
  readonly commands: Pick<PanelCommands, 'openLocks' | 'closeLocks'>;
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

/** What is said of a lock that this panel does not have. */
export const noLock = (lock: string) => `This panel has no lock ${lock}`;

/** Calls under `/control`. */
export function controlRoutes(parts: ControlParts): Route[] {
  const { commands, facts } = parts;
  return [
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
          locks,
          by: who.name,
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
  parts: ControlParts,
  after: number,
  follow: boolean,
  most = Number.POSITIVE_INFINITY,
): ReadableStream<Uint8Array> {
  const { notices } = parts;
  const encoder = new TextEncoder();
  const tail = new EventTail(parts, after);
  let left = most;
  let stopWaiting: () => void = () => undefined;

  function nextLines(): string {
    const items = tail.take(Math.min(linesAtOnce, left));
    const events = items.flatMap((item) => ('event' in item ? [item.event] : []));
    left -= events.length;
    return events.map((event) => `${JSON.stringify(event)}\n`).join('');
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const text = nextLines();
        if (text !== '') return controller.enqueue(encoder.encode(text));
        if (left > 0 && tail.isBehind) continue;
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
