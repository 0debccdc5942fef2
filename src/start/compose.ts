/**
 * The composition root: builds every room in order, wires them, and takes them down again. The
 * only file that knows all of them. Relays come first at the start and first at the end.
 */

import { attemptLimitOf, lineLimitsOf } from '../config/attempts.ts';
import { type Config, chipsOf, firstSettings, relayLines } from '../config.ts';
import { clockFloorMs } from '../door/clock-trust.ts';
import { bootedEvent, eventsLostEvent } from '../door/events/event.ts';
import type { LockName, PanelEvent } from '../door/model.ts';
import { describeError } from '../errors.ts';
import { holdFolder } from '../io/folder-lock.ts';
import { openDriver } from '../io/gpio/driver.ts';
import { diskState } from '../io/machine.ts';
import type { OpenLog } from '../io/open-log.ts';
import { watchDisk } from '../panel/disk-watch.ts';
import { Faults, unwritableFault } from '../panel/faults.ts';
import { Feedback } from '../panel/feedback.ts';
import { Figures } from '../panel/figures.ts';
import { Panel } from '../panel.ts';
import type { Clock, GpioDriver, Log, ServiceManager } from '../ports.ts';
import { openAttempts } from '../store/attempts.ts';
import { EventLog } from '../store/events.ts';
import type { Store } from '../store/store.ts';
import { openStored } from '../store/stored.ts';
import { RemoteQuestions } from '../web/main-thread/remote-questions.ts';
import type { Web } from '../web/main-thread/supervisor.ts';
import { firstStart } from './first-start.ts';
import { type Running, within } from './lifecycle.ts';
import { enrolmentOf, openReaders, openWired } from './lines.ts';
import { OpenRelays } from './relays.ts';
import { openState, stateHolds } from './state.ts';
import { keepFigures } from './status.ts';
import { startWatchdog } from './watchdog.ts';
import { startPanelWeb } from './web.ts';

/** The world around the panel. */
export interface World extends OpenLog {
  /** Of latchd. */
  readonly version: string;
  readonly clock: Clock;
  readonly manager: ServiceManager;
  /** Stops what runs and starts anew. */
  readonly startAgain: () => void;
  /** Told, before anything may be energised, what brings all locks to rest while the start is under way. */
  readonly restable: (rest: () => void) => void;
}

/**
 * Opens the relays at rest, then the store, the readers and the web.
 * @throws a Fault for a line, a folder or a database that cannot be had; nothing is left energised.
 */
export async function start(config: Config, world: World): Promise<Running> {
  const { clock, log } = world;
  const release = holdFolder(config.data);
  const driver = await openDriver(config.gpio.driver, { clock, log, chips: chipsOf(config) });
  const relays = new OpenRelays(log);
  world.restable(() => relays.rest());
  try {
    relays.open(driver, relayLines(config));
    return await startOn(config, world, { driver, relays, release });
  } catch (error) {
    relays.rest();
    throw error;
  }
}

/** What is had before the store is. */
interface Ground {
  readonly driver: GpioDriver;
  readonly relays: OpenRelays;
  /** Lets go of the data folder. */
  readonly release: () => void;
}

async function startOn(config: Config, world: World, ground: Ground): Promise<Running> {
  const { clock, log, manager, version } = world;
  const { driver, relays, release } = ground;
  const { store, beginning } = await openState(config.data);
  relays.mustBeOpen();
  const parts = openParts(store, config, clock, log);
  const { events, stored, panel, faults } = parts;
  relays.closeDoor = () => closeDoor(parts);
  for (const [name, relay] of relays.byLock) panel.locks.add(name, relay, config.locks[name]);
  openReaders(config, driver, panel, { clock, log });
  openWired(config, driver, parts, log);
  // In the turn in which the readers were opened: nothing was presented yet. Last, since a door that
  // is free is energised by it, and a line that cannot be had ends the start.
  panel.modes.start();
  await firstStart(config, stored, log);
  relays.mustBeOpen();
  events.append(bootedEvent(version, driver.name));
  panel.freeAccess.start();
  stateHolds(config.data, beginning, { log, record: (event) => events.append(event) });
  const lookAtDisk = watchDisk(faults, () => diskState(config.data));

  const figures = keepFigures({ ...parts, ...world, config, driver, lookAtDisk, web: () => web });
  const web: Web = startPanelWeb({
    ...parts,
    ...world,
    config,
    driver,
    figures,
  });
  parts.onAppended = (seq) => web.notify(seq);
  parts.onMoved = () => web.moved();
  panel.onFrameKept = () => web.notifyFrame();
  const vitals = { readStore: () => stored.events.lastSeq(), writingUs: () => events.writingUs() };
  const lookAtLines = () => panel.locks.lookAtLines();
  const stopWatchdog = startWatchdog(manager, { ...vitals, lookAtLines }, { clock, log });
  manager.ready(`driver ${driver.name}, ${stored.identifiers.count()} identifiers`);
  log.info('ready', {
    driver: driver.name,
    readers: config.readers.map(({ name }) => name).join(','),
    locks: [...relays.byLock.keys()].join(','),
    identifiers: parts.stored.identifiers.count(),
  });

  return {
    rest: () => relays.rest(),
    async stop() {
      relays.close();
      stopWatchdog();
      figures.stop();
      await web.stop();
      await within(clock, events.lastTry());
      const { waiting } = events.state();
      if (waiting > 0) log.error('events are lost: they could not be written', { count: waiting });
      await within(clock, store.close());
      release();
      log.info('stopped');
      relays.tell();
    },
  };
}

/** Locks first. */
function closeDoor({ panel, feedback }: Parts): LockName[] {
  const failed = panel.close();
  feedback.close();
  return failed;
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
