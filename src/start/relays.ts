/** The relays of the locks from the moment at which they are open: whatever comes, they can be rested. */
import type { LockName } from '../door/model.ts';
import { describeError, Fault } from '../errors.ts';
import type { GpioDriver, Log, Relay, RelayLine } from '../ports.ts';

/** The relays of a start under way, and how they are brought to rest should it not come through. */
export class OpenRelays {
  readonly byLock = new Map<LockName, Relay>();
  readonly #log: Log;
  readonly #failed = new Set<LockName>();
  #isClosed = false;
  #isTold = false;
  /** Brings to rest what stands on the relays, first. @returns the locks that it could not rest. */
  closeDoor: () => LockName[] = () => [];

  constructor(log: Log) {
    this.#log = log;
  }

  /** @throws Fault of the driver; what is open then is still to be rested. */
  open(driver: GpioDriver, lines: readonly (RelayLine & { readonly name: LockName })[]): void {
    for (const line of lines) this.byLock.set(line.name, driver.openRelay(line));
  }

  /** Brings all to rest and lets go of their lines, once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const lock of this.closeDoor()) this.#failed.add(lock);
    for (const [lock, relay] of this.byLock) {
      try {
        relay.close();
      } catch (error) {
        this.#failed.add(lock);
        this.#log.error('a lock could not be brought to rest', { lock, why: describeError(error) });
      }
    }
  }

  /** Says whether all came to rest, once. */
  tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    if (this.#failed.size === 0) this.#log.info('locks are at rest');
    else {
      const lock = [...this.#failed].join(',');
      this.#log.error('locks may be energised still: run latchd --rest', { lock });
    }
  }

  /** For the moment of a crash. */
  rest(): void {
    this.close();
    this.tell();
  }

  /** @throws Fault `gpio-lost` where they were let go while something was awaited. */
  mustBeOpen(): void {
    if (!this.#isClosed) return;
    throw new Fault('gpio-lost', 'latchd was stopped while it started', 'start it again');
  }
}
