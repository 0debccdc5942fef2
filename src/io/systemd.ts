/** Tells systemd how the service stands (sd_notify(3)), without forking and without its library. */

import type { ServiceManager } from '../ports.ts';
import type { DatagramSender } from './datagram.ts';

/** Nobody supervises this process. */
const nobody: ServiceManager = {
  watchdogUs: undefined,
  ready: () => undefined,
  alive: () => undefined,
  stopping: () => undefined,
};

/**
 * The service manager that started this process, by `NOTIFY_SOCKET`, `WATCHDOG_USEC` and
 * `WATCHDOG_PID` of its environment; without them nobody is told anything.
 * @throws an error when there is one and it cannot be told.
 */
export async function openServiceManager(
  env: NodeJS.ProcessEnv,
  pid: number,
): Promise<ServiceManager> {
  const path = env.NOTIFY_SOCKET;
  if (!path) return nobody;
  const { openDatagrams } = await import('./datagram.ts');
  return notifier(openDatagrams(path), watchdogUs(env, pid));
}

function notifier(socket: DatagramSender, watchdog: number | undefined): ServiceManager {
  const tell = (...lines: string[]) => socket.send(Buffer.from(lines.join('\n')));
  return {
    watchdogUs: watchdog,
    ready(status) {
      const failed = tell('READY=1', `STATUS=${status}`);
      if (failed) throw new Error(`${failed}: systemd could not be told that latchd is ready`);
    },
    // One that is lost is made good by the next, a fraction of the watchdog's time later.
    alive: () => void tell('WATCHDOG=1'),
    stopping: () => void tell('STOPPING=1', 'STATUS=the locks are brought to rest'),
  };
}

/** The watchdog's time where there is one and it is meant for this process. */
function watchdogUs(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const us = Number(env.WATCHDOG_USEC);
  if (!Number.isSafeInteger(us) || us <= 0) return undefined;
  const isMine = env.WATCHDOG_PID === undefined || env.WATCHDOG_PID === String(pid);
  return isMine ? us : undefined;
}
