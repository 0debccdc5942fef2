/** Brings together what figures and health are made of. Part of the composition root. */
import type { Config } from '../config.ts';
import { clockFloorMs } from '../door/clock-trust.ts';
import { clockAcceptedEvent } from '../door/events/operator.ts';
import { diskState, watchLoop } from '../io/machine.ts';
import type { Faults } from '../panel/faults.ts';
import type { Figures } from '../panel/figures.ts';
import { findingsOf, HealthKeeper } from '../panel/health.ts';
import type { Panel } from '../panel.ts';
import type { PanelFigures } from '../ports/figures.ts';
import type { PanelStatus } from '../ports/web.ts';
import type { Clock, GpioDriver, Log } from '../ports.ts';
import type { EventLog } from '../store/events.ts';
import type { openStored } from '../store/stored.ts';
import type { Web } from '../web/main-thread/supervisor.ts';

interface FigureParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly linesLost: () => number;
  readonly panel: Panel;
  readonly figures: Figures;
  readonly faults: Faults;
  /** Raises or ends the faults of the disk. */
  readonly lookAtDisk: () => void;
  readonly driver: GpioDriver;
  readonly stored: ReturnType<typeof openStored>;
  readonly events: EventLog;
  readonly clockTrusted: () => boolean;
  /** Asked only once the web was started. */
  readonly web: () => Web;
}

/** Starts to look after the panel's health. */
export function keepFigures(parts: FigureParts) {
  const { config, clock, log, linesLost, panel, figures, web } = parts;
  const startedMs = clock.wallMs();
  const status = () => statusOf(parts, startedMs);
  const loop = watchLoop();
  const keeper = new HealthKeeper({
    clock,
    log,
    look: () => {
      parts.lookAtDisk();
      return findingsOf({
        status: status(),
        lockFaults: panel.locks.faults(),
        webDeathsLately: web().deaths().lately,
        logLinesLost: linesLost(),
      });
    },
  });
  // In a later turn: the web is started by then.
  const first = clock.after(0, () => keeper.start());
  return {
    status,
    now: (): PanelFigures => ({
      ...figures.state(),
      status: status(),
      faults: keeper.faults(),
      loop: loop(),
      residentBytes: process.memoryUsage.rss(),
      disk: diskState(config.data),
      webDeaths: web().deaths().all,
      logLinesLost: linesLost(),
    }),
    async acceptClock(by: string): Promise<boolean> {
      if (clock.wallMs() < clockFloorMs(0)) return false;
      await parts.events.acceptClock(clockAcceptedEvent(by));
      log.info('the clock was accepted', { by });
      panel.freeAccess.clockSet();
      return true;
    },
    stop(): void {
      first.cancel();
      keeper.stop();
    },
  };
}

function statusOf(
  { driver, clock, clockTrusted, panel, events, stored, faults }: FigureParts,
  startedMs: number,
): PanelStatus {
  return {
    driver: driver.name,
    startedMs,
    nowMs: clock.wallMs(),
    clockTrusted: clockTrusted(),
    readers: panel.readerStates(),
    locks: panel.locks.states(),
    inputs: panel.inputs.states(),
    events: { ...events.state(), last: stored.events.lastSeq() },
    identifiers: stored.identifiers.count(),
    faults: faults.list(),
  };
}
