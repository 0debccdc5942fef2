#!/usr/bin/env node
/**
 * The composition root: builds every room in order, wires them, and takes them down again. The
 * only file that knows all of them. Relays come first at the start and first at the end.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type Config,
  chipsOf,
  firstSettings,
  loadConfig,
  outputsOf,
  relayLines,
} from './config.ts';
import { attemptLimitOf, lineLimitsOf } from './config-readers.ts';
import { watchDisk } from './disk-watch.ts';
import { clockFloorMs } from './door/clock-trust.ts';
import { bootedEvent, eventsLostEvent } from './door/event.ts';
import type { LockName, PanelEvent } from './door/model.ts';
import { ConfigError, describeError, errnoOf, exitCode, Fault } from './errors.ts';
import { Faults, unwritableFault } from './faults.ts';
import { Feedback } from './feedback.ts';
import { Figures } from './figures.ts';
import { keepFigures } from './figures-wiring.ts';
import { firstStart } from './first-start.ts';
import { systemClock } from './io/clock.ts';
import { holdFolder } from './io/folder-lock.ts';
import { openDriver, restRelays } from './io/gpio/driver.ts';
import { diskState } from './io/machine.ts';
import { type OpenLog, openLog } from './io/open-log.ts';
import { openServiceManager } from './io/systemd.ts';
import { type Running, runUntilStopped } from './lifecycle.ts';
import { Panel } from './panel.ts';
import type { Clock, Log, Relay, ServiceManager } from './ports.ts';
import { openState, stateHolds } from './state.ts';
import { openAttempts } from './store/attempts.ts';
import { EventLog } from './store/events.ts';
import type { Store } from './store/store.ts';
import { openStored } from './store/stored.ts';
import { startWatchdog } from './watchdog.ts';
import { RemoteQuestions } from './web/remote-questions.ts';
import type { Web } from './web/supervisor.ts';
import { startPanelWeb } from './web-wiring.ts';
import { enrolmentOf, openReaders, openWired } from './wiring.ts';

const usage = `latchd: the daemon of a door panel

  latchd --config FILE          run until SIGTERM
  latchd --config FILE --rest   drive every configured relay to rest and exit
  latchd --version
`;

async function main(): Promise<void> {
  // Codes, hashes and who came when are nobody else's business.
  process.umask(0o027);
  // Whoever read it has gone. The door goes on without.
  process.stderr.on('error', () => {});
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      rest: { type: 'boolean' },
      version: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.version) return void process.stdout.write(`${version()}\n`);
  if (values.help || !values.config) {
    process.stdout.write(usage);
    process.exitCode = values.help ? exitCode.ok : exitCode.config;
    return;
  }
  const config = loadConfig(values.config);
  const clock = systemClock(config.clock.timezone);
  const output = await openLog(config.log.level, clock, process.env);
  const { log } = output;
  if (values.rest) return rest(config, clock, log);
  const manager = await openServiceManager(process.env, process.pid);
  await runUntilStopped({
    start: (startAgain) => start(config, { clock, manager, ...output, startAgain }),
    log,
    stopping: () => manager.stopping(),
    end(status) {
      void within(clock, output.flushed()).then(() => process.exit(status));
    },
  });
}

async function rest(config: Config, clock: Clock, log: Log): Promise<void> {
  const driver = await openDriver(config.gpio.driver, { clock, log, chips: chipsOf(config) });
  const others = outputsOf(config).map(({ wire }) => wire);
  for (const { relay, fault } of restRelays(driver, [...relayLines(config), ...others])) {
    if (!fault) {
      log.info('at rest', { lock: relay });
      continue;
    }
    log.error(fault.message, { lock: relay, code: fault.code, do: fault.remedy });
    process.exitCode = exitCode.fault;
  }
}

/** The world around the panel. */
interface World extends OpenLog {
  readonly clock: Clock;
  readonly manager: ServiceManager;
  /** Stops what runs and starts anew. */
  readonly startAgain: () => void;
}

async function start(config: Config, world: World): Promise<Running> {
  const { clock, log, manager } = world;
  const release = await holdFolder(config.data);
  const driver = await openDriver(config.gpio.driver, { clock, log, chips: chipsOf(config) });
  const relays = new Map<LockName, Relay>();
  for (const line of relayLines(config)) relays.set(line.name, driver.openRelay(line));

  const { store, beginning } = await openState(config.data);
  const parts = openParts(store, config, clock, log);
  const { events, stored, panel, faults } = parts;
  for (const [name, relay] of relays) panel.locks.add(name, relay, config.locks[name]);
  openReaders(config, driver, panel, { clock, log });
  panel.modes.start();
  openWired(config, driver, parts, log);
  await firstStart(config, stored, log);
  events.append(bootedEvent(version(), driver.name));
  panel.freeAccess.start();
  stateHolds(config.data, beginning, { log, record: (event) => events.append(event) });
  const disk = watchDisk(clock, faults, () => diskState(config.data));

  const figures = keepFigures({ ...parts, ...world, config, driver, disk, web: () => web });
  const web: Web = startPanelWeb({
    ...{ ...parts, ...world, config, driver, figures },
    version: version(),
  });
  parts.onAppended = (seq) => web.notify(seq);
  parts.onMoved = () => web.moved();
  panel.onFrameKept = () => web.notifyFrame();
  const vitals = { readStore: () => stored.events.lastSeq(), writingUs: () => events.writingUs() };
  const lookAtLines = () => panel.locks.states();
  const stopWatchdog = startWatchdog(manager, { ...vitals, lookAtLines }, { clock, log });
  manager.ready(`driver ${driver.name}, ${stored.identifiers.count()} identifiers`);
  log.info('ready', {
    driver: driver.name,
    readers: config.readers.map(({ name }) => name).join(','),
    locks: [...relays.keys()].join(','),
    identifiers: parts.stored.identifiers.count(),
  });

  return {
    rest: () => tellRest(log, closeDoor(parts)),
    async stop() {
      const failed = closeDoor(parts);
      stopWatchdog();
      figures.stop();
      disk.close();
      await web.stop();
      await within(clock, events.lastTry());
      const { waiting } = events.state();
      if (waiting > 0) log.error('events are lost: they could not be written', { count: waiting });
      await within(clock, store.close());
      release();
      log.info('stopped');
      tellRest(log, failed);
    },
  };
}

/** Locks first. */
function closeDoor({ panel, feedback }: Parts): LockName[] {
  const failed = panel.close();
  feedback.close();
  return failed;
}

/** Waits for `work`, but not for ever: a disk that answers nothing must not keep the process. */
function within(clock: Clock, work: Promise<unknown>): Promise<unknown> {
  const longestUs = 2_000_000;
  const limit = new Promise<void>((resolve) => {
    clock.after(longestUs, resolve);
  });
  return Promise.race([work, limit]);
}

function tellRest(log: Log, failed: readonly LockName[]): void {
  if (failed.length === 0) log.info('locks are at rest');
  else log.error('locks may be energised still: run latchd --rest', { lock: failed.join(',') });
}

/** The rooms that stand on the store. */
function openParts(store: Store, config: Config, clock: Clock, log: Log) {
  const stored = openStored(store, firstSettings(config));
  const clockTrusted = () => clock.wallMs() >= clockFloorMs(events.newestMs());
  const events: EventLog = new EventLog(store, clock, config.events.keep, {
    appended: (seq) => parts.onAppended(seq),
    failed: (error) => {
      log.error('events cannot be written; they wait in memory', { why: describeError(error) });
      faults.raise(unwritableFault);
    },
    recovered: (dropped) => {
      faults.clear(unwritableFault.code);
      log.info('events are written again', { dropped });
      if (dropped > 0) events.append(eventsLostEvent(dropped));
    },
  });
  const feedback = new Feedback({ clock, log });
  const figures = new Figures();
  const faults = new Faults({ clock, log, record: (event) => events.append(event) });
  const record = (event: PanelEvent) => {
    events.append(event);
    feedback.heed(event);
    figures.heed(event);
  };
  const known = { clock, log, ...stored, record };
  const questions = new RemoteQuestions(known);
  const panel = new Panel({
    ...known,
    remote: questions,
    waiting: (reader) => feedback.show(reader, 'wait'),
    warn: (lock, on) => feedback.warn(lock, on),
    moved: () => parts.onMoved(),
    decided: (us) => figures.decided(us),
    interlock: config.door.interlock,
    modeAfterRestart: config.door.mode_after_restart,
    attempts: openAttempts(store),
    attemptLimit: attemptLimitOf(config.attempts),
    duress: config.duress,
    lineLimits: lineLimitsOf(config.line_faults),
    enrolment: enrolmentOf(config, stored),
    clockTrusted,
    whenClockUntrusted: config.clock.when_untrusted,
    blocked: () => config.events.when_unwritable === 'refuse' && events.state().failing,
  });
  const parts = {
    stored,
    events,
    panel,
    questions,
    feedback,
    figures,
    faults,
    clockTrusted,
    /** Set once somebody wants to hear of events that have reached the disk. */
    onAppended: (_seq: number): void => undefined,
    /** Likewise, of locks and inputs that stand otherwise than before. */
    onMoved: (): void => undefined,
  };
  return parts;
}

type Parts = ReturnType<typeof openParts>;

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCode.config);
  }
  if (errnoOf(error)?.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`latchd: ${describeError(error)}\n${usage}`);
    process.exit(exitCode.usage);
  }
  const remedy = error instanceof Fault ? ` (${error.remedy})` : '';
  process.stderr.write(`latchd: ${describeError(error)}${remedy}\n`);
  process.exit(error instanceof Fault ? exitCode.fault : exitCode.bug);
});
