/** What happens at the panel, as it happens: one stream that resumes where it broke off. */
import { type Api, CallError, pause } from './api.ts';
import type { List, LogEvent, PanelStatus } from './panel-types.ts';
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

const recent = 100;
/** The panel says something every 15 s at the latest. */
const silenceMs = 25_000;
const backoffMs = [500, 1000, 2000, 4000, 8000] as const;

/** Follows the panel until `until` fires. */
export function followPanel(api: Api, until: AbortSignal): Live {
  const live: Live = {
    events: signal<readonly LogEvent[]>([]),
    status: signal<PanelStatus | undefined>(undefined),
    link: signal<Link>('connecting'),
  };
  run(api, live, until).catch(() => undefined);
  return live;
}

async function run(api: Api, live: Live, until: AbortSignal): Promise<void> {
  let last: number | undefined;
  let failures = 0;
  while (!until.aborted) {
    try {
      last ??= await catchUp(api, live, until);
      await streamed(api, live, last, until, (seq) => {
        last = seq ?? last;
        failures = 0;
      });
    } catch (error) {
      if (until.aborted) return;
      if (error instanceof CallError && error.failure === 'signed-out') return;
    }
    live.link.set('lost');
    const waitMs = backoffMs[Math.min(failures, backoffMs.length - 1)] ?? 0;
    failures += 1;
    // Pages that broke off together do not all come back together.
    await waitOrWake(waitMs * (0.75 + Math.random() / 2), until);
  }
}

/** Reads the latest events. @returns the number of the last one. */
async function catchUp(api: Api, { events }: Live, until: AbortSignal): Promise<number> {
  const query = { limit: 30, sort_type: 'desc' };
  const { list_items } = await api.read<List<LogEvent>>('/api/v1/log/items', {
    query,
    signal: until,
  });
  events.set(list_items);
  return list_items[0]?.sequence ?? 0;
}

/**
 * Follows one stream until it ends.
 * @param heard told at its beginning and at each event, with the number of that.
 */
async function streamed(
  api: Api,
  live: Live,
  after: number,
  until: AbortSignal,
  heard: (seq?: number) => void,
): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  until.addEventListener('abort', end, { once: true });
  let silence = setTimeout(end, silenceMs);
  try {
    const { body } = await api.open('/api/v1/events/stream', {
      query: { after, status: 1 },
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
      for (const { event, data } of take(decoder.decode(value, { stream: true }))) {
        if (event === 'status') live.status.set(JSON.parse(data));
        else if (event === 'log') heard(told(live, JSON.parse(data)));
        else if (event === 'gap') heard(JSON.parse(data).to);
      }
    }
  } finally {
    clearTimeout(silence);
    until.removeEventListener('abort', end);
    end();
  }
}

function told({ events }: Live, event: LogEvent): number {
  events.set([event, ...events.get()].slice(0, recent));
  return event.sequence;
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
  await pause(ms, woken.signal).catch(() => undefined);
  window.removeEventListener('online', wake);
  document.removeEventListener('visibilitychange', wake);
  until.removeEventListener('abort', end);
}
