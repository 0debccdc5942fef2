/** One latchd a data folder: two would number the same events and drive the same relays. */
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { errnoOf, Fault } from '../errors.ts';

/**
 * Holds `folder` for this process, until it ends however that may be: the name of an abstract
 * Unix socket (unix(7)) is free again when its process is gone.
 * @returns a way to let it go.
 * @throws Fault `already-running` when another process holds it.
 */
export function holdFolder(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (errnoOf(error) !== 'EADDRINUSE') return reject(error);
      reject(
        new Fault(
          'already-running',
          `another latchd works on ${folder}`,
          'stop it first, or give this one a data folder of its own',
        ),
      );
    });
    server.listen(`\0latchd-${digest}`, () => {
      server.unref();
      resolve(() => server.close());
    });
  });
}
