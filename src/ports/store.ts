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
} from '../door/model.ts';
import type { AccountReader, AccountWriter, MasterReader, MasterWriter } from './accounts.ts';
import type { PassbackStore } from './areas.ts';
import type { DoorSettingReader, DoorSettingWriter } from './doors.ts';
import type { ApiKeyReader, ApiKeyWriter } from './keys.ts';
import type { LabelReader, LabelWriter } from './labels.ts';
import type { LockSettingReader, LockSettingWriter } from './locks.ts';
import type { RemoteServerSetting, Webhook, WebhookProgressStore } from './remote.ts';

/** Reading side of the identifiers; both threads have it. Synchronous. */
export interface IdentifierReader {
  /** @throws Fault `store-unreadable` when the record is damaged, as `find` and `byLinkId`. */
  get(uid: number): Identifier | undefined;
  /** By the canonical number of `IdentifierFields.number`; an index look-up. */
  find(type: IdentifierType, number: string): Identifier | undefined;
  /** As `get` and `find`, but undefined for a damaged one. For lists, all of which leave those out. */
  sound(uid: number): Identifier | undefined;
  soundOf(type: IdentifierType, number: string): Identifier | undefined;
  /** As `byLinkId`, likewise. */
  soundByLinkId(linkId: string): Identifier | undefined;
  count(): number;
  /** By uid, ascending unless `reverse`; `offset` entries are skipped. */
  list(offset: number, limit: number, reverse: boolean): Identifier[];
  byLinkId(linkId: string): Identifier | undefined;
  /** Uids of those that refer to a record, ascending; an index look-up. */
  referring(to: Reference, uid: number): number[];
  /** Uids of those whose owner has this name, ascending; an index look-up. */
  ownedBy(name: string): number[];
  /** Those of a type, by number as text, and how many there are. */
  ofType(type: IdentifierType, offset: number, limit: number, reverse: boolean): Part;
  /** Those that have a link id, by it, and how many there are. */
  linked(offset: number, limit: number, reverse: boolean): Part;
  /**
   * Whether another identifier than `uid` has an owner of this name. Names are compared as far as
   * the index holds them, 200 characters.
   */
  hasNamesake(name: string, uid: number): boolean;
  /** Uids of those that wait for an apartment of this link id, ascending. */
  awaiting(apartmentLink: string): number[];
  /** The next by uid beyond `uid`; fewer than `limit` only at the end. For walks in steps. */
  beyond(uid: number | undefined, limit: number, reverse: boolean): Identifier[];
  /**
   * As `ownedBy`, but without a look at the records: those of long names that begin alike may be
   * among them. Undefined: there are more than `atMost`.
   */
  maybeOwnedBy(name: string, atMost: number): number[] | undefined;
}

/** Some of many identifiers. */
export interface Part {
  readonly total: number;
  readonly items: Identifier[];
}

/** Kinds of record that an identifier may refer to. */
export type Reference = 'profile' | 'apartment' | 'level' | 'person' | 'key';

/** A record of a kind that has few: a uid from 1 up, never used twice, and perhaps a link id. */
export interface RecordReader<T> {
  get(uid: number): (T & { readonly uid: number }) | undefined;
  /** As `get`, but undefined for a damaged one: for what only tells what something else refers to. */
  sound(uid: number): (T & { readonly uid: number }) | undefined;
  byLinkId(linkId: string): (T & { readonly uid: number }) | undefined;
  count(): number;
  /** All but damaged ones, by uid. */
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
  /** True also for one that has gone along with the first number of its key in this transaction. */
  remove(uid: number): boolean;
}

/** Writing side; the main thread only. Promises resolve when the result is on the disk. */
export interface IdentifierWriter {
  /** @throws Fault `store-unwritable`, as every method here; nothing was changed then. */
  create(
    fields: IdentifierFields,
  ): Promise<{ readonly uid: number } | { readonly conflict: Conflict }>;
  /**
   * Replaces what stands under `uid` by what `change` makes of it. What the numbers of one access key
   * have in common is changed for all of them.
   */
  update(uid: number, change: (old: Identifier) => IdentifierFields): Promise<Conflict | undefined>;
  /**
   * Deletes those that exist, and with the first number of an access key its others; resolves with
   * the uids of those that were asked for.
   */
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
  /** Gives one back that opened nothing, as `takePass` takes it. Undefined: all are there, or none are limited. */
  givePass(uid: number): number | undefined;
  /**
   * Deletes every identifier that there is now, in steps between which a card may be presented; uids
   * go on. Resolves with how many went.
   * @param tell is called with each that can be read, before its step is on the disk.
   */
  clear(tell?: (gone: IdentifierFields) => void): Promise<number>;
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
  /** Only events numbered above this one. */
  readonly afterSeq?: number;
  /** Only events numbered below this one. */
  readonly beforeSeq?: number;
}

export interface EventReader {
  get(seq: number): LoggedEvent | undefined;
  /** Number of the oldest event kept; 0 when there is none. */
  firstSeq(): number;
  /** Number of the newest event; 0 when there is none. */
  lastSeq(): number;
  /**
   * Those that match, in the order of their numbers, which is that in which they were recorded, and
   * how many match in all. Look-ups, also where the clock was set back: no scan.
   */
  query(query: EventQuery): { readonly total: number; readonly events: LoggedEvent[] };
}

export interface EventWriter {
  /** Takes an event into the log; it is numbered and durable soon after. Never throws. */
  append(event: PanelEvent): void;
  /** Resolves when every event taken so far is on the disk, or cannot be written now. */
  settled(): Promise<void>;
  state(): EventWriterState;
  /**
   * Removes every event taken so far; numbering goes on. `tell` makes the event that says so, which
   * is then the only one. Resolves with how many went, when that is on the disk.
   * @throws Fault `store-unwritable`; some may be gone then.
   */
  clear(tell: (count: number) => PanelEvent): Promise<number>;
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

export interface SettingReader extends LockSettingReader, DoorSettingReader, LabelReader {
  wiegand(): WiegandSetting;
  /** Seconds a grant keeps `lock` open. */
  openSeconds(lock: LockName): number;
  /** This panel's serial number, a UUID; undefined before the first start has made it. */
  serial(): string | undefined;
  /** Asked before the panel's own list, where it is enabled. */
  remoteServer(): RemoteServerSetting;
}

/** Promises resolve when the value is on the disk. */
export interface SettingWriter extends LockSettingWriter, DoorSettingWriter, LabelWriter {
  setWiegand(value: WiegandSetting): Promise<void>;
  setOpenSeconds(lock: LockName, seconds: number): Promise<void>;
  setSerial(uuid: string): Promise<void>;
  setRemoteServer(value: RemoteServerSetting): Promise<void>;
}

/** What stands in the way of a change of an apartment. */
export type ApartmentConflict =
  | 'unknown-uid'
  /** The link id is another's. */
  | 'duplicate-link'
  /** The logical address is another's. */
  | 'duplicate-address';

/** Two apartments never have the same address. Promises resolve when the result is on the disk. */
export interface ApartmentWriter {
  create(
    fields: Apartment,
  ): Promise<{ readonly uid: number } | { readonly conflict: ApartmentConflict }>;
  /** Replaces an apartment; its link id stays where none is given. */
  update(uid: number, fields: Apartment): Promise<ApartmentConflict | undefined>;
  /**
   * For each in turn, in one transaction, which must be short: replaces the apartment that has its
   * link id or, where none has, its address; creates one where there is none of either.
   */
  upsert(items: readonly Apartment[]): Promise<('created' | 'updated' | ApartmentConflict)[]>;
  /** Deletes those that exist; resolves with their uids. */
  remove(uids: readonly number[]): Promise<number[]>;
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
  readonly master: MasterReader;
  readonly webhooks: RecordReader<Webhook>;
  readonly webhookProgress: Pick<WebhookProgressStore, 'get'>;
  readonly apiKeys: ApiKeyReader;
}

/** Both sides of everything stored but events; the main thread only. */
export interface StoreWriters {
  readonly identifiers: IdentifierReader & IdentifierWriter;
  readonly settings: SettingReader & SettingWriter;
  readonly accounts: AccountReader & AccountWriter;
  readonly timeProfiles: RecordReader<TimeProfile> & RecordWriter<TimeProfile>;
  readonly apartments: RecordReader<Apartment> & ApartmentWriter;
  readonly accessLevels: RecordReader<AccessLevel> & RecordWriter<AccessLevel>;
  readonly persons: RecordReader<Person> & RecordWriter<Person>;
  readonly master: MasterReader & MasterWriter;
  readonly webhooks: RecordReader<Webhook> & RecordWriter<Webhook>;
  readonly webhookProgress: WebhookProgressStore;
  readonly apiKeys: ApiKeyReader & ApiKeyWriter;
  readonly passback: PassbackStore;
}
