/** What is stored, as both threads see it: reading sides for all, writing sides for the main thread. Types only. */
import type {
  AccessLevel,
  Apartment,
  Identifier,
  IdentifierFields,
  IdentifierType,
  LockName,
  LoggedEvent,
  PanelEvent,
  Person,
  Representation,
  TimeProfile,
  WiegandType,
} from './door/model.ts';
import type { DoorSettingReader, DoorSettingWriter } from './ports-doors.ts';
import type { LockSettingReader, LockSettingWriter } from './ports-locks.ts';

/** Reading side of the identifiers; both threads have it. Synchronous. */
export interface IdentifierReader {
  /** @throws Fault `store-unreadable` when the record is damaged, as `find` and `list`. */
  get(uid: number): Identifier | undefined;
  /** By the canonical number of `IdentifierFields.number`; an index look-up. */
  find(type: IdentifierType, number: string): Identifier | undefined;
  count(): number;
  /** By uid, ascending unless `reverse`; `offset` entries are skipped. */
  list(offset: number, limit: number, reverse: boolean): Identifier[];
  byLinkId(linkId: string): Identifier | undefined;
  /** Uids of those that refer to a record, ascending; an index look-up. */
  referring(to: Reference, uid: number): number[];
  /** Uids of those whose owner has this name, ascending; an index look-up. */
  ownedBy(name: string): number[];
}

/** Kinds of record that an identifier may refer to. */
export type Reference = 'profile' | 'apartment' | 'level' | 'person';

/** A record of a kind that has few: a uid from 1 up, never used twice, and perhaps a link id. */
export interface RecordReader<T> {
  get(uid: number): (T & { readonly uid: number }) | undefined;
  byLinkId(linkId: string): (T & { readonly uid: number }) | undefined;
  count(): number;
  /** All, by uid. */
  all(): (T & { readonly uid: number })[];
}

/** Writing side of `RecordReader`; promises resolve when the result is on the disk. */
export interface RecordWriter<T> {
  create(fields: T): Promise<{ readonly uid: number } | { readonly conflict: 'duplicate' }>;
  update(uid: number, change: (old: T) => T): Promise<'duplicate' | 'unknown-uid' | undefined>;
  /** Deletes those that exist; resolves with their uids. */
  remove(uids: readonly number[]): Promise<number[]>;
}

/** What stands in the way of a write. */
export type Conflict =
  /** (type, number) is another's. */
  | 'duplicate'
  | 'unknown-uid'
  /** The link id is another's. */
  | 'duplicate-link'
  /** The panel's own master code or master card has this number. */
  | 'master-code'
  | 'master-card';

/** Changes inside one transaction, each as the method of `IdentifierWriter` of its name. */
export interface IdentifierChanges {
  create(fields: IdentifierFields): { readonly uid: number } | { readonly conflict: Conflict };
  update(uid: number, change: (old: Identifier) => IdentifierFields): Conflict | undefined;
  remove(uid: number): boolean;
}

/** Writing side; the main thread only. Promises resolve when the result is on the disk. */
export interface IdentifierWriter {
  /** @throws Fault `store-unwritable`, as every method here; nothing was changed then. */
  create(
    fields: IdentifierFields,
  ): Promise<{ readonly uid: number } | { readonly conflict: Conflict }>;
  /** Replaces what stands under `uid` by what `change` makes of it. */
  update(uid: number, change: (old: Identifier) => IdentifierFields): Promise<Conflict | undefined>;
  /** Deletes those that exist; resolves with their uids. */
  remove(uids: readonly number[]): Promise<number[]>;
  /**
   * Several changes in one transaction, which must be short: the door waits for it. Each is made or
   * refused by itself; when `work` throws, none is made.
   */
  batch<T>(work: (changes: IdentifierChanges) => T): Promise<T>;
  /**
   * Takes one pass off, committed when this returns; answers the passes left. Undefined: there was
   * none to take, or the identifier is gone. One transaction reads and writes, so no pass opens
   * twice.
   */
  takePass(uid: number): number | undefined;
}

/** A part of the event log, by time and category. */
export interface EventQuery {
  /** Unix milliseconds, both included. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly category?: string;
  readonly newestFirst: boolean;
  readonly offset: number;
  readonly limit: number;
}

export interface EventReader {
  get(seq: number): LoggedEvent | undefined;
  /** Number of the oldest event kept; 0 when there is none. */
  firstSeq(): number;
  /** Number of the newest event; 0 when there is none. */
  lastSeq(): number;
  /** Those that match, and how many match in all. */
  query(query: EventQuery): { readonly total: number; readonly events: LoggedEvent[] };
}

export interface EventWriter {
  /** Takes an event into the log; it is numbered and durable soon after. Never throws. */
  append(event: PanelEvent): void;
  /** Resolves when every event taken so far is on the disk, or cannot be written now. */
  settled(): Promise<void>;
  state(): EventWriterState;
}

/** What the writing end of the log tells about itself. */
export interface EventWriterState {
  /** Events not yet on the disk. */
  readonly waiting: number;
  /** Dropped because the disk has refused for too long; told and forgotten once it takes them again. */
  readonly dropped: number;
  /** The last attempt failed. */
  readonly failing: boolean;
}

/** The panel's reader type and how it writes numbers. */
export interface WiegandSetting {
  readonly type: WiegandType;
  readonly representation: Representation;
}

/** First values of settings, from the configuration. */
export interface SettingDefaults {
  readonly wiegand: WiegandSetting;
  readonly openSeconds: { readonly [lock in LockName]: number };
}

export interface SettingReader extends LockSettingReader, DoorSettingReader {
  wiegand(): WiegandSetting;
  /** Seconds a grant keeps `lock` open. */
  openSeconds(lock: LockName): number;
  /** This panel's serial number, a UUID; undefined before the first start has made it. */
  serial(): string | undefined;
}

/** Promises resolve when the value is on the disk. */
export interface SettingWriter extends LockSettingWriter, DoorSettingWriter {
  setWiegand(value: WiegandSetting): Promise<void>;
  setOpenSeconds(lock: LockName, seconds: number): Promise<void>;
  setSerial(uuid: string): Promise<void>;
}

/** `admin` may do everything, `manager` only read. */
export type Role = 'admin' | 'manager';

/** An account as stored: scrypt of the digest that clients send, with its salt; both base64. */
export interface StoredAccount {
  readonly role: Role;
  readonly salt: string;
  readonly hash: string;
}

export interface StoredSession {
  readonly account: string;
  /** Unix milliseconds. */
  readonly expiresMs: number;
}

export interface AccountReader {
  get(name: string): StoredAccount | undefined;
  names(): string[];
  /** By the SHA-256 of the token, hex. */
  session(tokenHash: string): StoredSession | undefined;
}

/** Promises resolve when the change is on the disk. */
export interface AccountWriter {
  /** Creates or replaces an account; its sessions end. */
  set(name: string, account: StoredAccount): Promise<void>;
  /** Also removes sessions that are over at `nowMs`. */
  addSession(tokenHash: string, session: StoredSession, nowMs: number): Promise<void>;
  removeSession(tokenHash: string): Promise<void>;
}

/** The reading sides of everything stored; both threads have them. */
export interface StoreReaders {
  readonly identifiers: IdentifierReader;
  readonly events: EventReader;
  readonly settings: SettingReader;
  readonly accounts: AccountReader;
  readonly timeProfiles: RecordReader<TimeProfile>;
  readonly apartments: RecordReader<Apartment>;
  readonly accessLevels: RecordReader<AccessLevel>;
  readonly persons: RecordReader<Person>;
}

/** The writing sides of everything stored but events; the main thread only. */
export interface StoreWriters {
  readonly identifiers: IdentifierWriter;
  readonly settings: SettingWriter;
  readonly accounts: AccountWriter;
  readonly timeProfiles: RecordWriter<TimeProfile>;
  readonly apartments: RecordWriter<Apartment>;
  readonly accessLevels: RecordWriter<AccessLevel>;
  readonly persons: RecordWriter<Person>;
}
