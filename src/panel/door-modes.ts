/** Modes of the doors: normal, free to everybody, or blocked for all who want to come in. */
import { doorRefusal } from '../door/door-refusals.ts';
import { doorModeEvent, type ModeReason } from '../door/events/input.ts';
import type { DoorMode } from '../door/lock.ts';
import { type LockName, lockNames, type PanelEvent } from '../door/model.ts';
import { describeError, Fault } from '../errors.ts';
import type { DoorSettingReader, DoorSettingWriter, ModeRequest } from '../ports/doors.ts';
import type { Log } from '../ports.ts';
import type { FreeAccessKeeper } from './free-access.ts';
import type { Locks } from './locks.ts';
import { mustBeDriven, mustBeRecordable } from './refusals.ts';

/** What modes work with. */
export interface DoorModeParts {
  readonly log: Log;
  readonly settings: Pick<DoorSettingReader, 'doorMode'> & Pick<DoorSettingWriter, 'setDoorModes'>;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  /** Whether no door may open now, because it could not be recorded. */
  readonly blocked: () => boolean;
  /** Absent: `keep`. */
  readonly modeAfterRestart?: 'keep' | 'normal';
  /** Absent: there is none. */
  readonly interlock?: boolean;
}

/** Keeps the mode of each door. */
export class DoorModes {
  readonly #parts: DoorModeParts;
  readonly #locks: Locks;
  readonly #freeAccess: FreeAccessKeeper;

  constructor(parts: DoorModeParts, locks: Locks, freeAccess: FreeAccessKeeper) {
    this.#parts = parts;
    this.#locks = locks;
    this.#freeAccess = freeAccess;
  }

  /**
   * Takes up what was before the restart, where that is wanted. A mode that cannot be read may have
   * been blocked, and so it is.
   */
  start(): void {
    for (const lock of this.#own(lockNames)) {
      const { mode, known } = this.#stored(lock);
      if (mode === 'normal') continue;
      if (known && this.#parts.modeAfterRestart === 'normal') {
        this.#tell([lock], 'normal', 'restart');
        void this.#keep([lock], 'normal');
        continue;
      }
      if (mode === 'free' && (this.#parts.interlock || this.#parts.blocked())) continue;
      if (!this.#locks.setMode(lock, mode)) continue;
      this.#tell([lock], mode, known ? 'restart' : 'store-unreadable');
    }
  }

  /**
   * Changes the mode of some doors. Blocked and normal hold at once, even where they cannot be kept
   * for a restart; a door that cannot be kept free is not.
   * @returns false where one of the locks does not exist; nothing was changed then.
   * @throws Fault `door-refused` for the free mode of an interlock; `store-unwritable`, `gpio-lost`.
   */
  async set({ locks, mode, by }: ModeRequest): Promise<boolean> {
    if (locks.length === 0 || this.#own(locks).length < locks.length) return false;
    if (mode === 'free') this.#mustBeAllowed();
    const before = new Map(locks.map((lock) => [lock, this.#modeOf(lock)]));
    const changed = locks.filter((lock) => this.#locks.setMode(lock, mode));
    this.#freeAccess.modeChanged(by);
    this.#tell(changed, mode, 'command', by);
    try {
      await this.#parts.settings.setDoorModes(modesOf(changed, mode));
    } catch (error) {
      if (mode === 'free') this.#takeBack(changed, before, by);
      throw error;
    }
    mustBeDriven(locks, changed);
    return true;
  }

  /** What was refused does not stand open. Whatever another command has made of a door since holds. */
  #takeBack(locks: readonly LockName[], before: ReadonlyMap<LockName, DoorMode>, by: string): void {
    for (const lock of locks.filter((one) => this.#modeOf(one) === 'free')) {
      const mode = before.get(lock) ?? 'normal';
      this.#locks.setMode(lock, mode);
      this.#tell([lock], mode, 'store-unwritable', by);
    }
    this.#freeAccess.modeChanged(by);
  }

  /**
   * Somebody closes locks: those that are free are normal at once.
   * @returns those that a restart would free, for `closed`.
   */
  closing(locks: readonly LockName[], by: string): LockName[] {
    const free = locks.filter((lock) => this.#modeOf(lock) === 'free');
    for (const lock of free) this.#locks.setMode(lock, 'normal');
    if (free.length > 0) this.#tell(free, 'normal', 'close', by);
    // What an earlier close could not write is still to be written.
    return locks.filter((lock) => free.includes(lock) || this.#isStoredFree(lock));
  }

  /** Resolves when these are normal after a restart too. @throws Fault `store-unwritable`. */
  async closed(locks: readonly LockName[]): Promise<void> {
    if (locks.length > 0) await this.#parts.settings.setDoorModes(modesOf(locks, 'normal'));
  }

  /** A mode that cannot be read is blocked after a restart. */
  #isStoredFree(lock: LockName): boolean {
    try {
      return this.#parts.settings.doorMode(lock) === 'free';
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return false;
    }
  }

  #modeOf(lock: LockName): DoorMode {
    return this.#locks.states().find(({ name }) => name === lock)?.mode ?? 'normal';
  }

  #own(locks: readonly LockName[]): LockName[] {
    return locks.filter((lock) => this.#locks.has(lock));
  }

  #mustBeAllowed(): void {
    if (this.#parts.interlock) {
      throw new Fault('door-refused', doorRefusal.neverFree, 'open it by command');
    }
    mustBeRecordable(this.#parts.blocked());
  }

  #stored(lock: LockName): { mode: DoorMode; known: boolean } {
    try {
      return { mode: this.#parts.settings.doorMode(lock), known: true };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#parts.log.error('a door is blocked: its mode cannot be read', {
        lock,
        code: error.code,
        why: describeError(error),
        do: error.remedy,
      });
      return { mode: 'blocked', known: false };
    }
  }

  #tell(locks: readonly LockName[], mode: DoorMode, reason: ModeReason, by?: string): void {
    for (const lock of locks) {
      this.#parts.record(doorModeEvent(lock, mode, reason, by));
      this.#parts.log.info('door mode', { lock, mode, reason, by });
    }
  }

  async #keep(locks: readonly LockName[], mode: DoorMode): Promise<void> {
    try {
      await this.#parts.settings.setDoorModes(modesOf(locks, mode));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const why = describeError(error);
      this.#parts.log.error('the mode of a door will not outlast a restart', { why, mode });
    }
  }
}

function modesOf(locks: readonly LockName[], mode: DoorMode) {
  return Object.fromEntries(locks.map((lock) => [lock, mode]));
}
