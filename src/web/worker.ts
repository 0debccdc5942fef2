/** The web's thread: opens the store for reading, builds the application and listens. */
import { writeSync } from 'node:fs';
import { constants, hostname, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Config, controlSocket, firstSettings, longestSocketPath } from '../config.ts';
import { lockNames } from '../door/model.ts';
import { damageFindings, HealthKeeper } from '../health.ts';
import { systemClock } from '../io/clock.ts';
import { createLog, isJournald } from '../io/log.ts';
import type { DriverName } from '../ports.ts';
import { openStore } from '../store/store.ts';
import { damagedIn, openStored } from '../store/stored.ts';
import { createApp } from './app.ts';
import { type Port, remoteCommands, tellListening, tellReady } from './channel.ts';
import { Notices } from './notices.ts';
import { Outbound } from './outbound.ts';
import { askRemoteServer } from './remote-server.ts';
import { Listener, type ListenerParts } from './server.ts';
import { crashThread } from './sim.ts';
import { WebhookQueues } from './webhook-queues.ts';

/** What the main thread gives the worker. */
export interface WebWorkerData {
  readonly config: Config;
  readonly version: string;
  readonly driver: DriverName;
  /** Of the build. */
  readonly commit?: string;
  /** Port found by the worker before this one. */
  readonly boundPort?: number;
}

main(workerData, parentPort);

function main(data: WebWorkerData, port: Port | null): void {
  if (!port) throw new Error('web/worker.ts runs as a worker thread only');
  // The door goes first where both want the processor: on Linux this is the thread's own nice value
  // (setpriority(2)), not that of the process.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const { config } = data;
  const clock = systemClock(config.clock.timezone);
  const log = createLog({
    level: config.log.level,
    journald: isJournald(process.env, 1),
    clock,
    write: writeLine,
  });
  const store = openStore(config.data, 'reader');
  const notices = new Notices();
  const moves = new Notices();
  const listeners: Listener[] = [];
  const stored = openStored(store, firstSettings(config));
  const outbound = new Outbound({ clock, allow: config.outbound.allow });
  const shared = {
    ...stored,
    outbound,
    log,
    clock,
    notices,
    moves,
    refresh: () => store.refresh(),
  };
  const commands = remoteCommands(port, {
    log,
    answered: () => store.refresh(),
    event: () => notices.event(),
    moved: () => moves.event(),
    stop: () => void stop(),
    remoteQuestion: (question) => askRemoteServer(shared, question),
  });
  const queues = new WebhookQueues({ ...shared, commands, random: Math.random });
  const damage = new HealthKeeper({
    ...{ clock, log },
    look: () => damageFindings(damagedIn(stored)),
  });
  damage.start();
  const { app } = createApp({
    ...{ ...shared, commands, queues, crash: crashThread, ownFaults: () => damage.faults() },
    facts: {
      version: data.version,
      commit: data.commit ?? '',
      deviceName: hostname(),
      driver: data.driver,
      locks: lockNames.filter((name) => config.locks[name]),
    },
  });
  listeners.push(...listen({ app, log, clock }, data, (url) => tellListening(port, url)));
  tellReady(port);
  queues.start();

  async function stop(): Promise<void> {
    notices.end();
    damage.stop();
    await queues.stop();
    await Promise.all(listeners.map((listener) => listener.close()));
    await store.close();
    process.exit(0);
  }
}

/** The Unix socket always; the network where the configuration says so. */
function listen(
  parts: ListenerParts,
  { config, boundPort }: WebWorkerData,
  listening: (url: string) => void,
): Listener[] {
  const { enabled, host, port, tls } = config.http;
  const path = controlSocket(config.data);
  const fits = Buffer.byteLength(path) <= longestSocketPath;
  if (!fits) {
    parts.log.warn('the path of the control socket is too long: latchctl will not work', { path });
  }
  const ignored = () => undefined;
  return [
    ...(fits ? [new Listener(parts, { kind: 'socket', path }, enabled ? ignored : listening)] : []),
    ...(enabled
      ? [new Listener(parts, { kind: 'network', host, port: boundPort ?? port, tls }, listening)]
      : []),
  ];
}

/** Straight to the descriptor: a worker's own streams lose what it wrote just before it died. */
function writeLine(line: string): void {
  try {
    writeSync(1, line);
  } catch {
    // Nobody reads the log. The web serves all the same.
  }
}
