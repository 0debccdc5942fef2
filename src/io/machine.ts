/** What the machine says of itself: its disk, and how late the main loop runs. */
import { accessSync, constants, statfsSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { errnoOf } from '../errors.ts';
import type { DiskState, LoopDelay } from '../ports/figures.ts';

/** The disk under `folder`. Some 10 microseconds. Never throws. */
export function diskState(folder: string): DiskState {
  return { ...roomOf(folder), readOnly: isReadOnly(folder) };
}

function roomOf(folder: string): Omit<DiskState, 'readOnly'> {
  try {
    const { bsize, blocks, bfree, bavail } = statfsSync(folder);
    if (blocks > 0) {
      // What is kept back for root is root's to use.
      const free = process.getuid?.() === 0 ? bfree : bavail;
      return { freeBytes: bsize * free, totalBytes: bsize * blocks };
    }
  } catch {
    // It is told by the writes that fail.
  }
  return { freeBytes: Number.POSITIVE_INFINITY, totalBytes: Number.POSITIVE_INFINITY };
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return errnoOf(error) === 'EROFS';
  }
}

/** Begins to watch how late this thread's loop runs. @returns what it has seen so far. */
export function watchLoop(): () => LoopDelay {
  const resolutionMs = 20;
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  // It counts the whole interval; what is beyond the one that was asked for is delay.
  const seconds = (nanoseconds: number) =>
    Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000) : 0;
  return () => ({
    p50: seconds(histogram.percentile(50)),
    p99: seconds(histogram.percentile(99)),
    max: histogram.count === 0 ? 0 : seconds(histogram.max),
  });
}
