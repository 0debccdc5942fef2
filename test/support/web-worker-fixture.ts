/** A web worker that does what a test tells it, by the number of an event. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../src/io/clock.ts';
import type { RemoteAnswer } from '../../src/ports/remote.ts';
import { remoteCommands, tellListening, tellReady } from '../../src/web/channel/channel.ts';
import { crashThread } from '../../src/web/sim.ts';
import { memoryLog } from './log.ts';

/** What the fixture does when an event of this number is told. */
export const deeds = {
  throw: 1,
  fillMemory: 2,
  exit: 3,
  reject: 4,
  askStatus: 5,
  nonsense: 6,
  hang: 7,
};

/** How the fixture behaves otherwise. */
export interface FixtureData {
  /** Fails before it listens. */
  readonly failsAtStart?: boolean;
  /** Does not end when asked to. */
  readonly deaf?: boolean;
  /** As the supervisor adds it. */
  readonly boundPort?: number;
}

if (parentPort) run(parentPort, workerData);

function run(port: NonNullable<typeof parentPort>, data: FixtureData): void {
  if (data.failsAtStart) throw new Error('it cannot start');
  const listening = () => tellListening(port, `http://127.0.0.1:${data.boundPort ?? 4242}`);
  const commands = remoteCommands(port, {
    log: memoryLog(),
    answered: () => undefined,
    moved: () => undefined,
    remoteQuestion: ({ number }) => answerTo(number),
    stop: () => {
      if (!data.deaf) process.exit(0);
    },
    frame: () => undefined,
    event(seq) {
      if (seq === deeds.throw) throw new Error('an uncaught one');
      if (seq === deeds.fillMemory) systemClock().after(0, () => crashThread('memory'));
      if (seq === deeds.exit) process.exit(7);
      if (seq === deeds.reject) void Promise.reject(new Error('a rejection'));
      if (seq === deeds.askStatus) void commands.status().then(listening);
      if (seq === deeds.hang) for (;;);
      if (seq === deeds.nonsense) port.postMessage({ kind: 'call', command: 'constructor' });
    },
  });
  listening();
  tellReady(port);
}

/** The fixture never answers to 0, lets 1 pass, and dies of 2. */
function answerTo(number: string): Promise<RemoteAnswer> {
  if (number === '2') process.exit(7);
  if (number === '0') return new Promise(() => undefined);
  return Promise.resolve({ handled: true, granted: true, lockNumber: 1 });
}
