/** Frames of a reader as server-sent events, made only as fast as the client reads. */
import { reportOf } from '../door/frame-report.ts';
import type { FrameCommands } from '../ports/frames.ts';
import type { Clock } from '../ports.ts';
import type { Notices } from './notices.ts';

/** What streams work with. */
export interface FrameStreamParts {
  readonly commands: FrameCommands;
  readonly frameNotices: Notices;
  readonly clock: Clock;
  /** Makes the next read of the store see what has been committed. */
  readonly refresh: () => void;
}

/** One stream. */
interface FrameStream {
  readonly reader: string;
  /** Number of the last frame that the client has. */
  readonly after: number;
  /** Whether who asked may still hear it. */
  readonly mayGoOn: () => boolean;
  /** Told once, when the stream is over. */
  readonly ended: () => void;
}

/** A comment at least so often: proxies and clients take long silence for a broken connection. */
const commentEveryUs = 15_000_000;

/** Frames after `after`, and those that come, until the client goes or may hear no more. */
export function streamFrames(
  { commands, frameNotices: notices, clock, refresh }: FrameStreamParts,
  { reader, after, mayGoOn, ended }: FrameStream,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let last = after;
  let isOver = false;
  let wake: () => void = () => undefined;
  const end = () => {
    if (!isOver) ended();
    isOver = true;
    wake();
  };

  /** False: a quarter of a minute went by without news. */
  function news(): Promise<boolean> {
    return new Promise((resolve) => {
      const stopWaiting = notices.next(() => settle(true));
      const timer = clock.after(commentEveryUs, () => settle(false));
      const settle = (isNews: boolean) => {
        stopWaiting();
        timer.cancel();
        resolve(isNews);
      };
      wake = () => settle(true);
    });
  }

  async function nextText(): Promise<string | undefined> {
    for (let isNews = true; !isOver; ) {
      refresh();
      if (notices.ended || !mayGoOn()) return undefined;
      // Before the look: what comes while it is under way must wake the wait below.
      const waited = news();
      const frames = (await commands.readerFrames(reader, last, 32)) ?? [];
      last = frames.at(-1)?.id ?? last;
      if (frames.length > 0 || !isNews) {
        wake();
        return frames.length > 0 ? frames.map(eventText).join('') : ': still here\n\n';
      }
      isNews = await waited;
    }
    return undefined;
  }

  const eventText = (kept: Parameters<typeof reportOf>[0]) =>
    `event: frame\nid: ${kept.id}\ndata: ${JSON.stringify(reportOf(kept))}\n\n`;

  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Headers reach the client with the first byte.
      controller.enqueue(encoder.encode(': frames follow\n\n'));
    },
    async pull(controller) {
      try {
        const text = await nextText();
        if (text !== undefined) return controller.enqueue(encoder.encode(text));
        if (!isOver) controller.close();
        end();
      } catch (error) {
        end();
        throw error;
      }
    },
    cancel: end,
  });
}
