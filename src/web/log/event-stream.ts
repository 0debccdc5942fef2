/**
 * Live events as server-sent events (WHATWG HTML, chapter 9.2), resumed by number. An answer is made
 * only as fast as its client reads, so that a slow one costs nothing.
 */
import { z } from 'zod';
import type { Clock } from '../../ports.ts';
import type { Auth } from '../accounts/auth.ts';
import { errors, eventStream, refuse, tryLater } from '../answer.ts';
import { wholeNumber } from '../lists/paging.ts';
import type { Notices } from '../notices.ts';
import { type StatusParts, shownStatus } from '../panel-status.ts';
import { type Route, route } from '../route.ts';
import { EventTail, type TailItem, type TailParts } from './event-tail.ts';
import type { StreamPlaces } from './stream-places.ts';

/** What live events rest on. */
interface EventStreamParts extends TailParts, StatusParts {
  readonly auth: Pick<Auth, 'stillGood'>;
  readonly clock: Clock;
  readonly notices: Notices;
  /** Of locks and inputs. */
  readonly moves: Notices;
  readonly places: StreamPlaces;
}

/** Events in one piece; the next ones are made when these have gone out. */
const eventsAtOnce = 100;
/** A status at least so often, and a look at whether the session still holds. */
const tickUs = 5_000_000;
/** Something, if only a comment, at least so often: proxies and clients give up on silence. */
const silenceUs = 15_000_000;
/** Two statuses are at least so far apart, however much happens. */
const statusGapUs = 100_000;
/** Tells a client how long to wait before it comes again, milliseconds. */
const opening = 'retry: 2000\n\n';

const seq = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** `GET /api/v1/events/stream`. */
export function eventStreamRoutes(parts: EventStreamParts): Route[] {
  const status = sharedStatus(parts);
  return [
    route({
      method: 'GET',
      path: '/api/v1/events/stream',
      summary: 'Events as they happen, as server-sent events',
      access: 'read',
      query: z.object({
        after: seq.optional(),
        recent: wholeNumber(0, 1000).default(0),
        status: z.enum(['0', '1']).default('0'),
      }),
      answers: { media: 'text/event-stream' },
      refuses: [errors.wrongParameters],
      refusesWith: { 429: [errors.tooManyAttempts] },
      notes:
        '`event: log` has an event as `GET /api/v1/log/items` lists it, and its number as id. They ' +
        'begin after number `after`, or that of the header `Last-Event-ID`, which counts first; ' +
        'without both, with the `recent` newest, if any, and what comes from now on. A number beyond the newest means the newest. ' +
        '`event: gap`, `{"from","to"}`, stands for events that are no longer there or cannot be ' +
        'read. With `status=1`, `event: status` has what `GET /api/v1/panel/status` answers: at ' +
        'once, after events, when a lock or an input changes, and every 5 seconds. A comment comes ' +
        'every 15 seconds at the latest. The stream ends within 5 seconds of its session or ' +
        'password, and when the panel stops.',
      handler({ query, header, who, remote, gone }) {
        const last = header('last-event-id');
        const resumed = last === null ? undefined : seq.safeParse(last);
        if (resumed?.error) return refuse(400, errors.wrongParameters);
        const release = parts.places.take(remote);
        if (!release) return tryLater(tickUs);
        const stillGood = parts.auth.stillGood(who);
        const live = new LiveEvents(parts, {
          after: resumed?.data ?? query.after ?? Math.max(0, parts.events.lastSeq() - query.recent),
          status: query.status === '1' ? status : undefined,
          isOver: () => gone() || !stillGood(),
        });
        return eventStream(live.stream(release));
      },
    }),
  ];
}

/** One question to the main thread at a time; who asks meanwhile shares the answer to the next. */
function sharedStatus(parts: StatusParts): () => Promise<string> {
  let underWay: Promise<unknown> | undefined;
  let next: Promise<string> | undefined;
  return () => {
    next ??= Promise.resolve(underWay).then(() => {
      next = undefined;
      const asked = shownStatus(parts).then((status) => JSON.stringify(status));
      underWay = asked.catch(() => undefined);
      return asked;
    });
    return next;
  };
}

interface LiveSetup {
  readonly after: number;
  /** The status as text; absent: none is wanted. */
  readonly status: (() => Promise<string>) | undefined;
  /** Whether the client has gone, or may hear no more. */
  readonly isOver: () => boolean;
}

/** What one client is told. */
class LiveEvents {
  readonly #parts: EventStreamParts;
  readonly #setup: LiveSetup;
  readonly #tail: EventTail;
  #isOpen = false;
  #saidUs: number;
  /** When the last status was asked for; none yet. */
  #statusUs = Number.NEGATIVE_INFINITY;
  #hasTold = true;
  #movesSeen = -1;
  #stopWaiting: () => void = () => undefined;

  constructor(parts: EventStreamParts, setup: LiveSetup) {
    this.#parts = parts;
    this.#setup = setup;
    this.#tail = new EventTail(parts, setup.after);
    this.#saidUs = parts.clock.monoUs();
  }

  /** @param release is called once it is over. */
  stream(release: () => void): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const text = await this.#next();
          if (text !== undefined) return controller.enqueue(encoder.encode(text));
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        release();
      },
      cancel: () => {
        this.#stopWaiting();
        release();
      },
    });
  }

  /** The next piece, as soon as there is one; undefined: it is over. */
  async #next(): Promise<string | undefined> {
    const { clock, notices } = this.#parts;
    for (;;) {
      if (notices.ended || this.#setup.isOver()) return undefined;
      const text = this.#due() ?? (await this.#dueStatus());
      if (text !== undefined) {
        this.#saidUs = clock.monoUs();
        return text;
      }
      await this.#somethingNew();
    }
  }

  /** What is to be told at once, but a status that is due comes before more events. */
  #due(): string | undefined {
    if (!this.#isOpen) {
      this.#isOpen = true;
      return opening;
    }
    if (this.#statusWaitUs() <= 0) return undefined;
    const items = this.#tail.take(eventsAtOnce);
    if (items.length > 0) {
      this.#hasTold = true;
      return items.map(asEvent).join('');
    }
    return this.#parts.clock.monoUs() - this.#saidUs >= silenceUs ? ':\n\n' : undefined;
  }

  async #dueStatus(): Promise<string | undefined> {
    const { clock, moves } = this.#parts;
    const { status, isOver } = this.#setup;
    if (!status || this.#statusWaitUs() > 0) return undefined;
    this.#hasTold = false;
    this.#movesSeen = moves.count;
    this.#statusUs = clock.monoUs();
    const text = await status();
    return isOver() ? undefined : `event: status\ndata: ${text}\n\n`;
  }

  /** Microseconds until a status is due. */
  #statusWaitUs(): number {
    if (!this.#setup.status) return Number.POSITIVE_INFINITY;
    const isNews = this.#hasTold || this.#movesSeen !== this.#parts.moves.count;
    return this.#statusUs + (isNews ? statusGapUs : tickUs) - this.#parts.clock.monoUs();
  }

  /** Resolves at the next event or move, when something falls due, or when the client goes. */
  #somethingNew(): Promise<void> {
    const { clock, notices, moves } = this.#parts;
    return new Promise((resolve) => {
      const stops: (() => void)[] = [];
      this.#stopWaiting = () => {
        for (const stop of stops) stop();
      };
      const wake = () => {
        this.#stopWaiting();
        resolve();
      };
      const timer = clock.after(Math.min(tickUs, this.#statusWaitUs()), wake);
      stops.push(() => timer.cancel(), notices.next(wake));
      if (this.#setup.status) stops.push(moves.next(wake));
    });
  }
}

function asEvent(item: TailItem): string {
  return 'gap' in item
    ? `id: ${item.gap.to}\nevent: gap\ndata: ${JSON.stringify(item.gap)}\n\n`
    : `id: ${item.seq}\nevent: log\ndata: ${JSON.stringify(item.event)}\n\n`;
}
