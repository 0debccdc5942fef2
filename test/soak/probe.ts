/**
 * Preloaded into a daemon (`NODE_OPTIONS=--import`): SIGUSR2 has it collect its garbage and tell on
 * standard output what is left.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** What a process holds, apart from what the kernel can tell. */
export interface Held {
  readonly heapBytes: number;
  /** Timers that are armed. */
  readonly timers: number;
}

if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    // What the first finds dead may hold what the second does.
    collect();
    collect();
    const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const held: Held = { heapBytes: process.memoryUsage().heapUsed, timers };
    process.stdout.write(`held ${JSON.stringify(held)}\n`);
  });
}
