/** What the web asks of the door, over the channel between their threads. Types only. */
import type {
  Apartment,
  IdentifierFields,
  LockName,
  PanelEvent,
  TimeProfile,
} from '../door/model.ts';
import type { ReaderKind } from '../door/wired.ts';
import type { DriverName } from '../ports.ts';
import type { StoredAccount, StoredPassword, StoredSession } from './accounts.ts';
import type { AreaCommands } from './areas.ts';
import type { BackupCommands } from './backup.ts';
import type { DoorCommands, InputStatus } from './doors.ts';
import type { EnrolmentCommands } from './enrolment.ts';
import type { FigureCommands } from './figures.ts';
import type { FrameCommands } from './frames.ts';
import type { HealthFault } from './health.ts';
import type { ImportCommands } from './import.ts';
import type { KeyCommands } from './keys.ts';
import type { LabelWriter } from './labels.ts';
import type { BulkCommands } from './links.ts';
import type { LockCommands, LockStatus } from './locks.ts';
import type { LineStatus } from './readers.ts';
import type { RemoteCommands } from './remote.ts';
import type { ApartmentConflict, Conflict, EventWriterState, WiegandSetting } from './store.ts';

/** How one reader has been doing since the start. */
export interface ReaderStatus extends LineStatus {
  readonly name: string;
  readonly kind: ReaderKind;
  /** It has a keypad: what may be digits of a code is never told. */
  readonly keypad: boolean;
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
  readonly faults: readonly HealthFault[];
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
export interface PanelCommands
  extends LockCommands,
    RemoteCommands,
    KeyCommands,
    BulkCommands,
    AreaCommands,
    DoorCommands,
    EnrolmentCommands,
    FigureCommands,
    FrameCommands,
    ImportCommands,
    BackupCommands,
    LabelWriter {
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
  /** As `AccountWriter.addSession`. */
  addSession(
    tokenHash: string,
    session: StoredSession,
    nowMs: number,
    seen: StoredAccount,
  ): Promise<boolean>;
  removeSession(tokenHash: string): Promise<void>;
  status(): Promise<PanelStatus>;
  /** Only on the simulated door. False: no such reader. */
  playPulses(reader: string, bits: string, widthUs: number, intervalUs: number): Promise<boolean>;
  /** As the relay lines stand. */
  relays(): Promise<{ readonly [lock in LockName]: { readonly energised: boolean } }>;
  /** `full`: the panel holds as many as it may. */
  createTimeProfile(
    fields: TimeProfile,
  ): Promise<{ readonly uid: number } | { readonly conflict: 'full' | 'duplicate' }>;
  /** The link id stays as it is. */
  updateTimeProfile(
    uid: number,
    fields: TimeProfile,
  ): Promise<'unknown-uid' | 'duplicate' | undefined>;
  upsertTimeProfile(
    fields: TimeProfile & { readonly linkId: string },
  ): Promise<'created' | 'updated' | 'full'>;
  /** Deletes those that exist; identifiers keep their references, which never hold then. */
  removeTimeProfiles(uids: readonly number[]): Promise<number[]>;
  attachTimeProfile(
    identifier: number,
    profile: number,
  ): Promise<'unknown-uid' | 'unknown-profile' | 'full' | undefined>;
  /** Without any profile an identifier is restricted no more. */
  detachTimeProfile(
    identifier: number,
    profile: number,
  ): Promise<'unknown-uid' | 'unknown-profile' | undefined>;
  createApartment(
    fields: Apartment,
  ): Promise<{ readonly uid: number } | { readonly conflict: ApartmentConflict }>;
  /** Its link id stays where none is given. */
  updateApartment(uid: number, fields: Apartment): Promise<ApartmentConflict | undefined>;
  /** As `ApartmentWriter.upsert`, in steps. */
  upsertApartments(
    items: readonly Apartment[],
  ): Promise<('created' | 'updated' | ApartmentConflict)[]>;
  /** Their identifiers belong to none then. Resolves with the uids of those that existed. */
  removeApartments(uids: readonly number[]): Promise<number[]>;
  attachToApartment(apartment: number, identifier: number): Promise<AttachConflict | undefined>;
  detachFromApartment(
    identifier: number,
  ): Promise<'unknown-identifier' | 'not-attached' | undefined>;
  /** `undefined` switches it off. False: an identifier has this number; nothing was set. */
  setMasterCode(code: string | undefined, by: string): Promise<boolean>;
  /** A canonical number; as `setMasterCode`. */
  setMasterCard(number: string | undefined, by: string): Promise<boolean>;
  /** The next card at any reader becomes the master card, unless it is an identifier's. */
  learnMasterCard(by: string): Promise<void>;
  /** As the methods of `AccountWriter`. `by`: account or tool, as the event names it. */
  addAccount(name: string, account: StoredAccount, by: string): Promise<boolean>;
  setPassword(
    name: string,
    password: StoredPassword,
    seen: StoredAccount,
    by: string,
  ): Promise<boolean>;
  removeAccount(name: string, by: string): Promise<'unknown' | 'last-admin' | undefined>;
  /** Removes every event; numbering goes on. An event then tells that `by` did it. Answers how many went. */
  clearLog(by: string): Promise<number>;
  /** Deletes every identifier; an event tells it, as `clearLog`. */
  clearIdentifiers(by: string): Promise<number>;
}

/** Why an identifier cannot belong to an apartment. */
export type AttachConflict = 'unknown-apartment' | 'unknown-identifier' | 'attached-elsewhere';
