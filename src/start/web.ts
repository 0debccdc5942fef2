/** Starts the web on what the panel is made of. */
import type { Config } from '../config.ts';
import type { Faults } from '../panel/faults.ts';
import type { Feedback } from '../panel/feedback.ts';
import type { Panel } from '../panel.ts';
import type { Clock, GpioDriver, InputPlayer, Log, PulsePlayer } from '../ports.ts';
import type { EventLog } from '../store/events.ts';
import type { openStored } from '../store/stored.ts';
import { panelCommands } from '../web/main-thread/commands.ts';
import type { RemoteQuestions } from '../web/main-thread/remote-questions.ts';
import { startWeb, type Web } from '../web/main-thread/supervisor.ts';
import type { keepFigures } from './status.ts';

/** What the web works with. */
interface WebWiring {
  readonly config: Config;
  readonly version: string;
  readonly driver: GpioDriver;
  readonly clock: Clock;
  readonly log: Log;
  readonly stored: ReturnType<typeof openStored>;
  readonly events: EventLog;
  readonly panel: Panel;
  readonly feedback: Feedback;
  readonly questions: RemoteQuestions;
  readonly faults: Faults;
  readonly figures: ReturnType<typeof keepFigures>;
  /** Stops what runs and starts anew: after a restore. */
  readonly startAgain: () => void;
}

/** The web, as it serves this panel. */
export function startPanelWeb(parts: WebWiring): Web {
  const { config, version, driver, clock, log, panel, events, figures } = parts;
  return startWeb({
    workerUrl: new URL('../web/worker.js', import.meta.url),
    workerData: { config, version, driver: driver.name },
    memoryMb: config.http.memory_mb,
    clock,
    log,
    questions: parts.questions,
    commands: panelCommands({
      ...parts.stored,
      record: (event) => events.append(event),
      open: (request) => panel.commanded.open(request),
      door: panel.commanded,
      doors: panel,
      enrolments: panel.enrolments,
      frames: panel,
      outputs: () => parts.feedback.states(),
      wiegandChanged: () => panel.wiegandChanged(),
      remoteServerChanged: () => parts.questions.settingChanged(),
      lockStates: () => panel.locks.states(),
      status: figures.status,
      figures: figures.now,
      acceptClock: figures.acceptClock,
      player: isPlayer(driver) ? driver : undefined,
      clearLog: (tell) => events.clear(tell),
      faults: parts.faults,
      startAgain: parts.startAgain,
    }),
  });
}

function isPlayer(driver: GpioDriver): driver is GpioDriver & PulsePlayer & InputPlayer {
  return driver.name === 'sim' && 'play' in driver;
}
