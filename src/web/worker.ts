/** The web's thread: opens the store for reading, builds the application and listens. */
import { writeSync } from 'node:fs';
import { constants, hostname, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Config, controlSocket, firstSettings, longestSocketPath } from '../config.ts';
import { lockNames } from '../door/model.ts';
import { describeError } from '../errors.ts';
import { systemClock } from '../io/clock.ts';
import { createLog, isJournald } from '../io/log.ts';
import { keepTimetable } from '../io/timetable.ts';
import { damageFindings, HealthKeeper } from '../panel/health.ts';
import type { Backups } from '../ports/backup.ts';
import type { DriverName, Log } from '../ports.ts';
import { type BackupParts, openBackups } from '../store/backups.ts';
import { openStore } from '../store/store.ts';
import { damagedIn, openStored } from '../store/stored.ts';
import { forgettingInitial, hasInitialPassword } from './accounts/initial-password.ts';
import { createApp } from './app.ts';
import { BackupKeeper, type BackupKeeperParts } from './backup-keeper.ts';
import { type Port, remoteCommands, tellListening, tellReady } from './channel/channel.ts';
import type { Facts } from './info.ts';
import { Notices } from './notices.ts';
import { Outbound } from './outbound/outbound.ts';
import { askRemoteServer } from './outbound/remote-server.ts';
import { WebhookQueues } from './outbound/webhook-queues.ts';
import { mountPage } from './page.ts';
import { type PageFiles, readPage } from './page-files.ts';
import { Listener, type ListenerParts } from './server.ts';
import { crashThread } from './sim.ts';

/** What the main thread gives the worker. */
interface WebWorkerData {
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
  const { level } = config.log;
  const journald = isJournald(process.env, 1);
  const log = createLog({ level, journald, clock, write: writeLine });
  const store = openStore(config.data, 'reader');
  const notices = new Notices();
  const moves = new Notices();
  const frameNotices = new Notices();
  const listeners: Listener[] = [];
  const stored = openStored(store, firstSettings(config));
  const outbound = new Outbound({ clock, allow: config.outbound.allow });
  const news = { notices, moves, frameNotices };
  const refresh = () => store.refresh();
  const shared = { ...stored, outbound, log, clock, ...news, refresh };
  const asked = remoteCommands(port, {
    log,
    answered: () => store.refresh(),
    event: () => notices.event(),
    moved: () => moves.event(),
    frame: () => frameNotices.event(),
    stop: () => void stop(),
    remoteQuestion: (question) => askRemoteServer(shared, question),
  });
  const setPassword = forgettingInitial(asked.setPassword, config.data, log);
  const commands = { ...asked, setPassword };
  const queues = new WebhookQueues({ ...shared, commands, random: Math.random });
  const look = () => damageFindings(damagedIn(stored));
  const damage = new HealthKeeper({ clock, log, look });
  damage.start();
  const backups = backupsOf(data, { store, clock, log });
  const { app } = createApp({
    ...shared,
    commands,
    queues,
    backups,
    crash: crashThread,
    facts: factsOf(data),
    ownFaults: () => damage.faults(),
    hasInitialPassword: () => hasInitialPassword(config.data),
  });
  mountPage(app, pageOf(log));
  listeners.push(...listen({ app, log, clock }, data, (url) => tellListening(port, url)));
  tellReady(port);
  queues.start();
  const keeper = keepBackups(config, { backups, commands, clock, log });

  async function stop(): Promise<void> {
    for (const one of Object.values(news)) one.end();
    damage.stop();
    keeper.close();
    await queues.stop();
    await Promise.all(listeners.map((listener) => listener.close()));
    await store.close();
    process.exit(0);
  }
}

/** What the panel is, for its answers. */
function factsOf({ config, version, commit = '', driver }: WebWorkerData): Facts {
  return {
    version,
    commit,
    deviceName: hostname(),
    driver,
    timezone: config.clock.timezone ?? machineZone(),
    locks: lockNames.filter((name) => config.locks[name]),
  };
}

/** The backups in the folder that the configuration names. */
function backupsOf(
  { config, version }: WebWorkerData,
  parts: Pick<BackupParts, 'store' | 'clock' | 'log'>,
): Backups {
  const { folder, keep } = config.backup;
  return openBackups({ ...parts, data: config.data, folder, keep, version });
}

/** Backups by schedule, and those that were missed. */
function keepBackups(
  { backup: { schedule }, clock: { timezone } }: Config,
  parts: Omit<BackupKeeperParts, 'isMissed'>,
): { close(): void } {
  const timetable =
    schedule === 'off'
      ? undefined
      : keepTimetable(schedule, timezone, parts.clock, () => void keeper.run());
  const isMissed = (sinceMs: number) => timetable?.isMissed(sinceMs) ?? false;
  const keeper = new BackupKeeper({ ...parts, isMissed });
  keeper.start();
  return {
    close() {
      keeper.close();
      timetable?.close();
    },
  };
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

function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Without its page the panel is still an API. */
function pageOf(log: Log): PageFiles {
  try {
    return readPage(new URL('../page/', import.meta.url));
  } catch (error) {
    log.error('the page cannot be served', { why: describeError(error), do: 'build latchd again' });
    return new Map();
  }
}

/** Straight to the descriptor: a worker's own streams lose what it wrote just before it died. */
function writeLine(line: string): void {
  try {
    writeSync(1, line);
  } catch {
    // Nobody reads the log. The web serves all the same.
  }
}
