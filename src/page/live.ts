/** What happens at the panel, as it happens: one stream that resumes where it broke off. */
import { type Api, CallError, pause } from './api.ts';
import type { LogEvent, PanelStatus } from './panel-types.ts';
import type { Session } from './session.ts';
import { type Signal, signal } from './signal.ts';
import { sentReader } from './sse.ts';

/** How the stream is doing. */
export type Link = 'connecting' | 'live' | 'lost';

/** What everybody on the page follows. */
export interface Live {
  /** The latest, newest first. */
  readonly events: Signal<readonly LogEvent[]>;
  /** Undefined until the panel has told it for the first time. */
  readonly status: Signal<PanelStatus | undefined>;
  readonly link: Signal<Link>;
}

/** Events that are kept, and of those the ones that the panel sends first. */
const kept = 100;
const recent = 30;
/** The panel says something every 15 s at the latest. */
const silenceMs = 25_000;
const backoffMs = [500, 1000, 2000, 4000, 8000] as const;

/** Follows the panel until `until` fires, while somebody is signed in. */
export function followPanel(
  api: Api,
  session: Signal<Session | undefined>,
  until: AbortSignal,
): Live {
  const live: Live = {
    events: signal<readonly LogEvent[]>([]),
    status: signal<PanelStatus | undefined>(undefined),
    link: signal<Link>('connecting'),
  };
  // It ends with `until` alone; what fails on the way is told by `link`.
  run(api, session, live, until).catch(() => undefined);
  return live;
}

/** Resolves when the panel has told how it stands, or cannot be heard. */
export function heardOf({ status, link }: Live): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      over.abort();
      resolve();
    };
    status.follow((known) => known && end(), over.signal);
    link.follow((now) => now === 'lost' && end(), over.signal);
  });
}

async function run(
  api: Api,
  session: Signal<Session | undefined>,
  live: Live,
  until: AbortSignal,
): Promise<void> {
  let last: number | undefined;
  let failures = 0;
  while (!until.aborted) {
    try {
      await streamed(api, live, last, until, (seq) => {
        last = seq ?? last;
        failures = 0;
      });
    } catch (error) {
      if (until.aborted) return;
      if (error instanceof CallError && error.failure === 'signed-out') await known(session, until);
    }
    live.link.set('lost');
    const waitMs = backoffMs[Math.min(failures, backoffMs.length - 1)] ?? 0;
    failures += 1;
    // Pages that broke off together do not all come back together.
    await waitOrWake(waitMs * (0.75 + Math.random() / 2), until);
  }
}

/** Resolves when somebody is signed in. */
function known(session: Signal<Session | undefined>, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => session.follow((now) => now && resolve(), until));
}

/**
 * Follows one stream until it ends.
 * @param after number of the last event that is known; undefined: none is.
 * @param heard told at its beginning and at each event, with the number of that.
 */
async function streamed(
  api: Api,
  live: Live,
  after: number | undefined,
  until: AbortSignal,
  heard: (seq?: number) => void,
): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  until.addEventListener('abort', end, { once: true });
  let silence = setTimeout(end, silenceMs);
  try {
    const { body } = await api.open('/api/v1/events/stream', {
      query: { ...(after === undefined ? { recent } : { after }), status: 1 },
      signal: stop.signal,
    });
    if (!body) return;
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const take = sentReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(end, silenceMs);
      live.link.set('live');
      heard();
      const told: LogEvent[] = [];
      for (const { event, data } of take(decoder.decode(value, { stream: true }))) {
        if (event === 'status') live.status.set(JSON.parse(data));
        else if (event === 'log') told.unshift(JSON.parse(data));
        else if (event === 'gap') heard(JSON.parse(data).to);
      }
      const [newest] = told;
      if (!newest) continue;
      live.events.set([...told, ...live.events.get()].slice(0, kept));
      heard(newest.sequence);
    }
  } finally {
    clearTimeout(silence);
    until.removeEventListener('abort', end);
    end();
  }
}

/** Waits, but not on when the network comes back or somebody looks at the page again. */
async function waitOrWake(ms: number, until: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const end = () => woken.abort();
  const wake = () => {
    if (document.visibilityState === 'visible') end();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  until.addEventListener('abort', end, { once: true });
  // Woken early or left: either way the wait is over.
  await pause(ms, woken.signal).catch(() => undefined);
  window.removeEventListener('online', wake);
  document.removeEventListener('visibilitychange', wake);
  until.removeEventListener('abort', end);
}
