/** Locks, as the web and the store see them. Types only. */
import type { FreeAccess } from '../door/free-access.ts';
import type { DoorMode, LockType } from '../door/lock.ts';
import type { LockName } from '../door/model.ts';

/** How a lock stands, and what releases it. Unix milliseconds. */
export interface LockStatus {
  readonly name: LockName;
  readonly relay: 'strike' | 'magnet';
  /** As the relay line stands. */
  readonly energised: boolean;
  readonly released: boolean;
  readonly mode: DoorMode;
  /** A grant waits for its delay until then. */
  readonly opensAtMs: number | null;
  readonly grantUntilMs: number | null;
  readonly emergencyUntilMs: number | null;
  readonly exitUntilMs: number | null;
  readonly freeAccess: boolean;
  readonly toggled: boolean;
  /** By a fire input, active or not yet closed after it. */
  readonly fire: boolean;
}

/** What an operator sets of one lock. */
export interface LockSetting {
  /** Seconds a grant keeps it open. */
  readonly openSeconds: number;
  /** Seconds between a grant and the relay, 0 to 9. */
  readonly delaySeconds: number;
  /** This and what follows changes nothing here; it is answered as it was set. */
  readonly type: LockType;
  /** Seconds, 1 to 300. */
  readonly pulseOnSeconds: number;
  /** Seconds, 1 to 300. */
  readonly pulseOffSeconds: number;
  readonly dtmfCode: string;
}

/** What an operator sets of all locks together; changes nothing here. */
export interface DtmfSetting {
  readonly openAll: string;
  readonly useOldSh42: boolean;
}

/** A change of settings: what is absent stays. */
export interface LockSettingChange {
  readonly dtmf?: Partial<DtmfSetting>;
  readonly locks: { readonly [lock in LockName]?: Partial<LockSetting> };
}

/** Part of `SettingReader`. @throws Fault `store-unreadable`, each. */
export interface LockSettingReader {
  lockSetting(lock: LockName): LockSetting;
  /** Seconds between a grant and the relay. */
  delaySeconds(lock: LockName): number;
  dtmf(): DtmfSetting;
  freeAccess(): FreeAccess;
}

/** Part of `SettingWriter`. Promises resolve when the value is on the disk. */
export interface LockSettingWriter {
  /** All of the change, or nothing. */
  changeLockSettings(change: LockSettingChange): Promise<void>;
  setFreeAccess(value: FreeAccess): Promise<void>;
}

/** Locks to be opened for an emergency. */
export interface EmergencyRequest {
  readonly locks: readonly { readonly lock: LockName; readonly seconds: number }[];
  /** Account or tool, as the event names it. */
  readonly by: string;
}

/** Locks to be brought to rest. */
export interface CloseRequest {
  readonly locks: readonly LockName[];
  /** Account or tool, as the event names it. */
  readonly by: string;
}

/** What commands that concern locks act upon. */
export interface LockDoor {
  /**
   * False: one of the locks does not exist; nothing was opened then.
   * @throws Fault `gpio-lost` when a line could not be driven.
   */
  openEmergency(request: EmergencyRequest): boolean;
  /**
   * Closes at once, whatever becomes of the promise. False: one of the locks does not exist; nothing
   * was closed then.
   * @throws Fault `door-refused` where fire keeps one released; the others are closed.
   *   `store-unwritable` where a door that was free would be free again after a restart.
   */
  closeLocks(request: CloseRequest): Promise<boolean>;
  /** The hours of free access are other ones now. */
  freeAccessChanged(by: string): void;
}

/** Part of `PanelCommands`. */
export interface LockCommands {
  changeLockSettings(change: LockSettingChange): Promise<void>;
  /** Followed at once. `by`: who set it, for the event. */
  setFreeAccess(value: FreeAccess, by: string): Promise<void>;
  /** False: this panel has not all of these locks; nothing was opened. */
  openEmergency(request: EmergencyRequest): Promise<boolean>;
  /** False: this panel has not all of these locks; nothing was closed. */
  closeLocks(request: CloseRequest): Promise<boolean>;
}
