/** Whether somebody listens on a Unix socket: another latchd, which must not be joined by a second. */
import { connect } from 'node:net';

/** Resolves true when a server accepts on the socket at `path`; a stale file is nobody. */
export function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
