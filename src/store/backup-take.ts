/** Takes a backup that comes over a network into a file, if it comes fast enough. */
import { promises as files } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, Timer } from '../ports.ts';
import { needReserve } from './room.ts';

/** What is taken, at the most and at the least. */
interface TakeLimits {
  /** Of the whole, bytes. */
  readonly longest: number;
  /** At least so many bytes come within each interval; the last may bring less. */
  readonly leastBytes: number;
  readonly intervalUs: number;
}

/**
 * 1 GiB, and a link of 35 kbit/s: a client that stalls holds a restore up for no longer than an
 * interval, and one of `n` bytes takes `n / leastBytes` intervals at the most.
 */
export const usualTake: TakeLimits = {
  longest: 1024 * 1024 * 1024,
  leastBytes: 128 * 1024,
  intervalUs: 30_000_000,
};

/**
 * Writes what comes into the new file `path`, which only its owner may read. What comes after a
 * refusal stays unread: to cancel it would end the connection before the answer is out.
 * @throws Fault `store-unwritable` when the disk has no room for it.
 */
export async function takeFile(
  from: ReadableStream<Uint8Array>,
  path: string,
  clock: Clock,
  limits: TakeLimits = usualTake,
): Promise<'taken' | 'too-large' | 'too-slow' | 'cut-off'> {
  const file = await files.open(path, 'w', 0o600);
  const reader = from.getReader();
  let size = 0;
  const pace = paceOf(clock, limits, () => size);
  try {
    for (;;) {
      const piece = reader.read().catch(() => 'cut-off' as const);
      const next = await Promise.race([piece, pace.tooSlow]);
      if (next === 'too-slow' || next === 'cut-off') return next;
      if (next.done) return 'taken';
      size += next.value.length;
      if (size > limits.longest) return 'too-large';
      needReserve(dirname(path), next.value.length);
      await file.appendFile(next.value);
    }
  } finally {
    pace.end();
    await file.close();
  }
}

/** Looks at the end of each interval how much has come. */
function paceOf(clock: Clock, { leastBytes, intervalUs }: TakeLimits, size: () => number) {
  let timer: Timer | undefined;
  const tooSlow = new Promise<'too-slow'>((resolve) => {
    const look = (before: number) => {
      timer = clock.after(intervalUs, () => {
        if (size() - before < leastBytes) resolve('too-slow');
        else look(size());
      });
    };
    look(0);
  });
  return { tooSlow, end: () => timer?.cancel() };
}
