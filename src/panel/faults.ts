/** Faults of the panel as a whole: each is told once when it begins and once when it is over. */
import { faultEvent } from '../door/events/fault.ts';
import type { PanelEvent } from '../door/model.ts';
import type { HealthFault } from '../ports/health.ts';
import type { Clock, Log } from '../ports.ts';

/** The database takes no writes. */
export const unwritableFault = {
  code: 'store-unwritable',
  what: 'the database cannot be written; events wait in memory',
  do: 'check that the disk has room and is not mounted read-only (df -h, dmesg)',
} as const;

/** What faults need of the world. */
interface FaultParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly record: (event: PanelEvent) => void;
}

/** The faults that there are now, by their codes. */
export class Faults {
  readonly #parts: FaultParts;
  readonly #there = new Map<string, HealthFault>();

  constructor(parts: FaultParts) {
    this.#parts = parts;
  }

  /** Begins a fault, unless it has begun already. */
  raise({ code, what, do: remedy }: Omit<HealthFault, 'sinceMs'>): void {
    if (this.#there.has(code)) return;
    const { clock, log, record } = this.#parts;
    this.#there.set(code, { code, what, do: remedy, sinceMs: clock.wallMs() });
    log.error(what, { code, do: remedy });
    record(faultEvent(code, what, true));
  }

  /** Ends a fault, if there is one. */
  clear(code: string): void {
    const fault = this.#there.get(code);
    if (!fault) return;
    this.#there.delete(code);
    this.#parts.log.info('a fault is over', { code });
    this.#parts.record(faultEvent(code, fault.what, false));
  }

  /** In the order in which they began. */
  list(): HealthFault[] {
    return [...this.#there.values()];
  }
}
