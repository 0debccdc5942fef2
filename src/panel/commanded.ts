/** What operators do to the locks: open, for an emergency too, and close. */
import { commandEvent } from '../door/events/event.ts';
import {
  closedEvent,
  commandGivenUpEvent,
  emergencyOpenedEvent,
  remoteGrantedEvent,
} from '../door/events/lock.ts';
import type { LockName, PanelEvent } from '../door/model.ts';
import type { CloseRequest, EmergencyRequest, LockDoor } from '../ports/locks.ts';
import type { SettingReader } from '../ports/store.ts';
import type { OpenRequest } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import type { DoorModes } from './door-modes.ts';
import type { FreeAccessKeeper } from './free-access.ts';
import type { Locks } from './locks.ts';
import { mustBeDriven, mustBeFree, mustBeRecordable, mustBeShut } from './refusals.ts';

/** What commands work with. */
interface CommandedParts {
  readonly settings: Pick<SettingReader, 'openSeconds' | 'delaySeconds'>;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  readonly log: Log;
  /** Whether nothing may open that cannot be recorded, and it cannot be. */
  readonly blocked: () => boolean;
  /** First and second are the two doors of an interlock; absent: they are not. */
  readonly interlock?: boolean;
}

/** The locks, as commands drive them. */
export class Commanded implements LockDoor {
  readonly #parts: CommandedParts;
  readonly #locks: Locks;
  readonly #modes: DoorModes;
  readonly #freeAccess: FreeAccessKeeper;

  constructor(parts: CommandedParts, locks: Locks, modes: DoorModes, freeAccess: FreeAccessKeeper) {
    this.#parts = parts;
    this.#locks = locks;
    this.#modes = modes;
    this.#freeAccess = freeAccess;
  }

  /**
   * Opens by command. False: one of the locks does not exist; nothing was opened then.
   * @throws Fault `door-refused` where a door is blocked or interlocked, and none is opened then;
   *   `store-unwritable` while nothing may open that cannot be recorded; `gpio-lost` when a line
   *   could not be driven.
   */
  open({ locks, seconds, by, via }: OpenRequest): boolean {
    const { settings, record, log, blocked, interlock } = this.#parts;
    if (!this.#hasAll(locks)) return false;
    mustBeRecordable(blocked());
    mustBeFree(locks, this.#locks.bars(), interlock);
    const times = locks.map((lock) => ({
      lock,
      seconds: seconds ?? settings.openSeconds(lock),
      delaySeconds: settings.delaySeconds(lock),
    }));
    const opened = times
      .filter(({ lock, seconds: openSeconds, delaySeconds }) =>
        this.#locks.open(lock, openSeconds, delaySeconds, {
          isSet: seconds !== undefined,
          givenUp(why) {
            record(commandGivenUpEvent(lock, by, why));
            log.warn('a command has not opened', { lock, by, why });
          },
        }),
      )
      .map(({ lock }) => lock);
    if (opened.length > 0) {
      const event = via === 'remote-server' ? remoteGrantedEvent : commandEvent;
      record(event(opened, by, seconds));
      log.info('opened by command', { lock: opened.join(','), by, via, seconds });
    }
    mustBeDriven(locks, opened);
    return true;
  }

  /** As an exit button and fire: also while it cannot be recorded. It is once that is over. */
  openEmergency({ locks, by }: EmergencyRequest): boolean {
    const { record, log } = this.#parts;
    const names = locks.map(({ lock }) => lock);
    if (!this.#hasAll(names)) return false;
    const opened = locks.filter(({ lock, seconds }) => this.#locks.openEmergency(lock, seconds));
    for (const { lock, seconds } of opened) {
      record(emergencyOpenedEvent(lock, by, seconds));
      log.info('opened for an emergency', { lock, by, seconds });
    }
    mustBeDriven(
      names,
      opened.map(({ lock }) => lock),
    );
    return true;
  }

  /** All is shut before it first awaits: whoever closes a door does not wait for the disk. */
  async closeLocks({ locks, by }: CloseRequest): Promise<boolean> {
    const { record, log } = this.#parts;
    if (!this.#hasAll(locks)) return false;
    const freed = this.#modes.closing(locks, by);
    this.#freeAccess.close(locks, by);
    for (const lock of locks) this.#locks.shut(lock, by);
    const shut = locks.filter((lock) => !this.#locks.stand(lock).released);
    if (shut.length > 0) record(closedEvent(shut, by));
    log.info('closed by command', { lock: shut.join(','), by });
    await this.#modes.closed(freed);
    mustBeShut(locks, shut);
    return true;
  }

  freeAccessChanged(by: string): void {
    this.#freeAccess.changed(by);
  }

  #hasAll(locks: readonly LockName[]): boolean {
    return locks.length > 0 && locks.every((lock) => this.#locks.has(lock));
  }
}
