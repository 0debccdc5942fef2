import type { TestContext } from 'node:test';
import type { LockName, LoggedEvent } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import type { ReaderSetup } from '../../src/panel/station.ts';
import { Panel, type PanelParts } from '../../src/panel.ts';
import type { EdgeSink, Relay } from '../../src/ports.ts';
import { openAccessLevels } from '../../src/store/access-levels.ts';
import { openApartments } from '../../src/store/apartments.ts';
import { openAttempts } from '../../src/store/attempts.ts';
import { EventLog, openEvents } from '../../src/store/events.ts';
import { Identifiers } from '../../src/store/identifiers.ts';
import { openMaster } from '../../src/store/master.ts';
import { openPassback } from '../../src/store/passback.ts';
import { openSettings } from '../../src/store/settings.ts';
import { openTimeProfiles } from '../../src/store/time-profiles.ts';
import { FakeClock } from './clock.ts';
import { listRules } from './enrolment.ts';
import { memoryLog } from './log.ts';
import { freshStore } from './store.ts';

/** A relay that remembers every time it was driven. */
export class FakeRelay implements Relay {
  readonly driven: { readonly energised: boolean; readonly atUs: number }[] = [];
  readonly #clock: FakeClock;
  #energised = false;
  /** The line is gone: nothing can be driven. */
  broken = false;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  set(energised: boolean): void {
    if (this.broken) throw new Fault('gpio-lost', 'the line is gone', 'check the board');
    this.#energised = energised;
    this.driven.push({ energised, atUs: this.#clock.monoUs() });
  }

  isEnergised(): boolean {
    if (this.broken) throw new Fault('gpio-lost', 'the line is gone', 'check the board');
    return this.#energised;
  }

  close(): void {
    this.set(false);
  }
}

/** A whole door without wires: real rules, real database, fake relays and clock. */
export function freshDoor(t: TestContext, change: Partial<PanelParts> = {}) {
  const store = freshStore(t);
  const clock = new FakeClock();
  const log = memoryLog();
  const identifiers = new Identifiers(store);
  const master = openMaster(store);
  const settings = openSettings(store, {
    wiegand: { type: 'wiegand_26', representation: 'decimal' },
    openSeconds: { first: 5, second: 3 },
  });
  const timeProfiles = openTimeProfiles(store);
  const accessLevels = openAccessLevels(store);
  const apartments = openApartments(store);
  const eventLog = new EventLog(store, clock, 1000, {
    appended: () => {},
    failed: () => {},
    recovered: () => {},
  });
  const passback = openPassback(store);
  const panel = new Panel({
    clock,
    log,
    identifiers,
    settings,
    timeProfiles,
    accessLevels,
    apartments,
    passback,
    record: (event) => eventLog.append(event),
    clockTrusted: () => true,
    blocked: () => false,
    whenClockUntrusted: 'refuse',
    master,
    attempts: openAttempts(store),
    attemptLimit: { tries: 5, withinMs: 60_000, blockedMs: 60_000 },
    duress: 'off',
    lineLimits: { framesPerSecond: 100, misreadsPerMinute: 1000 },
    enrolment: listRules(identifiers),
    ...change,
  });
  const relays: Record<LockName, FakeRelay> = {
    first: new FakeRelay(clock),
    second: new FakeRelay(clock),
  };
  panel.locks.add('first', relays.first);
  panel.locks.add('second', relays.second);

  return {
    store,
    clock,
    log,
    identifiers,
    master,
    settings,
    timeProfiles,
    accessLevels,
    apartments,
    passback,
    eventLog,
    panel,
    relays,
    addReader: (setup: Partial<ReaderSetup> = {}) =>
      panel.addReader({ name: 'front', locks: ['first', 'second'], ...setup }),

    /** Sends `bits` and lets the time between them pass; ends at the last edge. */
    send(sink: EdgeSink, bits: string, intervalUs = 1000): void {
      [...bits].forEach((bit, index) => {
        if (index > 0) clock.advance(intervalUs);
        sink.edge(bit === '1' ? 1 : 0, clock.monoUs());
      });
    },

    /** Every event so far, oldest first, once all are on the disk. */
    async events(): Promise<LoggedEvent[]> {
      await eventLog.settled();
      return openEvents(store).query({ newestFirst: false, offset: 0, limit: 1000 }).events;
    },
  };
}

/** The wire bits of a frame in hex, right-aligned, as `reference` vectors and events write it. */
export function bitsOf(hex: string, length: number): string {
  return BigInt(`0x${hex}`).toString(2).padStart(length, '0');
}
