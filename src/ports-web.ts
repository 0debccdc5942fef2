/** What the web asks of the door, over the channel between their threads. Types only. */
import type { IdentifierFields, LockName, PanelEvent } from './door/model.ts';
import type { DriverName } from './ports.ts';
import type { DoorCommands, InputStatus } from './ports-doors.ts';
import type { LockCommands, LockStatus } from './ports-locks.ts';
import type {
  Conflict,
  EventWriterState,
  StoredAccount,
  StoredSession,
  WiegandSetting,
} from './ports-store.ts';

/** How one reader has been doing since the start. */
export interface ReaderStatus {
  readonly name: string;
  /** Present: the lines are gone, and why. */
  readonly away: string | null;
  readonly formats: readonly string[];
  readonly credentials: number;
  readonly misreads: number;
  readonly glitches: number;
  /** Edges that the kernel threw away. */
  readonly lostEdges: number;
  /** Unix milliseconds of the last frame; null when there was none. */
  readonly lastFrameMs: number | null;
}

export interface PanelStatus {
  readonly driver: DriverName;
  readonly startedMs: number;
  readonly nowMs: number;
  readonly clockTrusted: boolean;
  readonly readers: readonly ReaderStatus[];
  readonly locks: readonly LockStatus[];
  readonly events: EventWriterState & { readonly last: number };
  readonly identifiers: number;
  readonly inputs: readonly InputStatus[];
}

/** Who asks the panel to open, for the event. */
export interface OpenRequest {
  readonly locks: readonly LockName[];
  /** Absent: the time set for each lock. */
  readonly seconds?: number;
  /** Account or tool, as the event names it. */
  readonly by: string;
  /** Absent: a call of this API. */
  readonly via?: 'remote-server';
}

/**
 * What the web worker asks of the main thread: every write, and everything that touches a line.
 * Arguments and results cross threads, so they are plain data. Promises resolve when the result
 * is on the disk or the line is driven.
 */
export interface PanelCommands extends LockCommands, DoorCommands {
  createIdentifier(
    fields: IdentifierFields,
  ): Promise<{ readonly uid: number } | { readonly conflict: Conflict }>;
  /** A pass limit that stays the same keeps the passes left; one that changes keeps those used. */
  updateIdentifier(uid: number, fields: IdentifierFields): Promise<Conflict | undefined>;
  removeIdentifiers(uids: readonly number[]): Promise<number[]>;
  resetPasses(uid: number): Promise<Conflict | undefined>;
  setWiegand(value: WiegandSetting): Promise<void>;
  setOpenSeconds(lock: LockName, seconds: number): Promise<void>;
  /** False: this panel has no such lock; nothing was opened. */
  openLocks(request: OpenRequest): Promise<boolean>;
  record(event: PanelEvent): Promise<void>;
  setAccount(name: string, account: StoredAccount): Promise<void>;
  addSession(tokenHash: string, session: StoredSession, nowMs: number): Promise<void>;
  removeSession(tokenHash: string): Promise<void>;
  status(): Promise<PanelStatus>;
  /** Only on the simulated door. False: no such reader. */
  playPulses(reader: string, bits: string, widthUs: number, intervalUs: number): Promise<boolean>;
  /** As the relay lines stand. */
  relays(): Promise<{ readonly [lock in LockName]: { readonly energised: boolean } }>;
}
