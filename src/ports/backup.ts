/** Backups: copies of everything stored, each in a file. Types only. */
import type { HealthFault } from './health.ts';

/** Why a backup was made. */
export type BackupKind = 'manual' | 'scheduled' | 'before-restore';

/** A kept backup. */
export interface BackupItem {
  /** Its file in the folder of backups. */
  readonly name: string;
  readonly bytes: number;
  /** Unix milliseconds at which everything stood as it does in the copy. */
  readonly createdMs: number;
  readonly kind: BackupKind;
}

/** What a proof has found in a copy. */
export interface BackupContent {
  readonly identifiers: number;
  readonly events: number;
  /** Records that this version cannot read, or that an index does not match. They open nothing. */
  readonly damaged: number;
}

/** Why a file is not restored. */
export type RestoreRefusal =
  | 'unknown'
  | 'not-a-backup'
  | 'damaged'
  | 'newer'
  | 'no-administrator'
  | 'unreadable'
  | 'too-large'
  /** Too few bytes of it came in time. */
  | 'too-slow'
  /** Its sender went away before its end. */
  | 'cut-off'
  /** Another restore is being made ready, or has been. */
  | 'busy';

/** The backups of a panel, as the web sees them. */
export interface Backups {
  /** Newest first. */
  list(): BackupItem[];
  /**
   * Makes one, proves it and prunes old ones of its kind.
   * @throws Fault `backup-failed`; nothing is left of it then.
   */
  make(kind: BackupKind): Promise<BackupItem & BackupContent>;
  /** The bytes of its file; undefined: there is no such backup. */
  open(name: string): { readonly bytes: number; readonly stream: ReadableStream } | undefined;
  /** False: there is no such backup. */
  remove(name: string): boolean;
  /**
   * Proves a backup and makes it ready: the next start begins with it.
   * @param from name of a kept one, or the bytes of a file.
   * @param by account or tool, as the event names it.
   * @throws Fault `backup-failed` when there is no room for it; nothing has changed then.
   */
  prepare(
    from: string | ReadableStream<Uint8Array>,
    by: string,
  ): Promise<
    { readonly refused: RestoreRefusal } | (BackupContent & { readonly createdMs: number })
  >;
  /**
   * Makes a backup of what the last restore has replaced. False: there is nothing left of it to keep.
   * @throws as `make`; it stays and can be tried again.
   */
  keepReplaced(): Promise<boolean>;
  /** Unix milliseconds of the newest backup by schedule, or since when there could have been one. */
  scheduledMs(): number;
}

/** Commands about backups and faults. */
export interface BackupCommands {
  /** Stops in order and starts again within the process, with what `Backups.prepare` made ready. */
  startAgain(): Promise<void>;
  /** A fault that the web has found begins. */
  raiseFault(fault: Omit<HealthFault, 'sinceMs'>): Promise<void>;
  clearFault(code: string): Promise<void>;
}
