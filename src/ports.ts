/**
 * Every interface between the pure rooms and the world, with its contract. Types only.
 * Times named `…Us` are microseconds of CLOCK_MONOTONIC, which is also the kernel's clock for
 * GPIO edges; `wallMs` are Unix milliseconds.
 */

import type {
  Identifier,
  IdentifierFields,
  IdentifierType,
  LockName,
  LoggedEvent,
  PanelEvent,
  Representation,
  WiegandType,
} from './door/model.ts';
import type { Fault } from './errors.ts';

/** Where a driver delivers what the wires of one reader did. Called on the main thread. */
export interface EdgeSink {
  /** A pulse on D0 (`bit` 0) or D1 (`bit` 1), in the order of the wire. Must not throw. */
  edge(bit: 0 | 1, atUs: number): void;
  /** The kernel threw `lost` edges away just before the next one delivered. */
  overrun(lost: number): void;
  /** The lines are gone; no more edges will come from this input. Told once. */
  lost(fault: Fault): void;
}

/** D0 and D1 of one reader, watched. */
export interface ReaderInput {
  /**
   * Delivers every edge that the kernel already holds, before it returns. The panel calls it before
   * it believes in a silence: a timer may fire while edges wait.
   */
  drain(): void;
  close(): void;
}

/** Lines by offset on a chip (BCM number on a Raspberry Pi); chip by label, name or path. */
export interface ReaderLines {
  readonly name: string;
  readonly chip: string;
  readonly d0: number;
  readonly d1: number;
}

export interface RelayLine {
  readonly name: LockName;
  readonly chip: string;
  readonly line: number;
  /** True: the relay is energised by a low level. */
  readonly activeLow: boolean;
}

/** One relay output. Opening it leaves it at rest without a pulse. */
export interface Relay {
  /** @throws Fault `gpio-lost` when the line cannot be driven. */
  set(energised: boolean): void;
  /** As the line stands, not as it was asked. */
  isEnergised(): boolean;
  /** Brings it to rest, then lets the line go. */
  close(): void;
}

export type DriverName = 'chardev' | 'onoff' | 'sim';

/** One kind of GPIO access. */
export interface GpioDriver {
  readonly name: DriverName;
  /** What this driver cannot promise here; logged once at start. Empty when there is nothing. */
  readonly caveats: readonly string[];
  /** @throws Fault `gpio-no-chip`, `gpio-no-line`, `gpio-busy`, `gpio-denied`, `gpio-unsupported`. */
  openReader(lines: ReaderLines, sink: EdgeSink): ReaderInput;
  /** @throws Fault as `openReader`. */
  openRelay(line: RelayLine): Relay;
}

/** A reader's wires played by hand; only the `sim` driver has it. */
export interface PulsePlayer {
  /** Plays the bits in real time; returns as soon as they are scheduled. False: no such reader. */
  play(reader: string, bits: string, widthUs: number, intervalUs: number): boolean;
}

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Unix milliseconds as the machine believes. */
  wallMs(): number;
  monoUs(): number;
  /** Calls `run` once, not before `delayUs` have passed. */
  after(delayUs: number, run: () => void): Timer;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = {
  readonly [key: string]: string | number | boolean | bigint | null | undefined;
};

/** Lines for the engineer at the door. Never a PIN, code, password or token. */
export interface Log {
  debug(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  error(text: string, fields?: LogFields): void;
}

/** Reading side of the identifiers; both threads have it. Synchronous. */
export interface IdentifierReader {
  /** @throws Fault `store-unreadable` when the record is damaged, as `find` and `list`. */
  get(uid: number): Identifier | undefined;
  /** By the canonical number of `IdentifierFields.number`; an index look-up. */
  find(type: IdentifierType, number: string): Identifier | undefined;
  count(): number;
  /** By uid, ascending unless `reverse`; `offset` entries are skipped. */
  list(offset: number, limit: number, reverse: boolean): Identifier[];
}

/** What stands in the way of a write. */
export type Conflict = 'duplicate' | 'unknown-uid';

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

export interface SettingReader {
  wiegand(): WiegandSetting;
  /** Seconds a grant keeps `lock` open. */
  openSeconds(lock: LockName): number;
  /** This panel's serial number, a UUID; undefined before the first start has made it. */
  serial(): string | undefined;
}

/** Promises resolve when the value is on the disk. */
export interface SettingWriter {
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
  readonly locks: readonly { readonly name: LockName; readonly energised: boolean }[];
  readonly events: EventWriterState & { readonly last: number };
  readonly identifiers: number;
}

/** Who asks the panel to open, for the event. */
export interface OpenRequest {
  readonly locks: readonly LockName[];
  /** Absent: the time set for each lock. */
  readonly seconds?: number;
  /** Account or tool, as the event names it. */
  readonly by: string;
}

/**
 * What the web worker asks of the main thread: every write, and everything that touches a line.
 * Arguments and results cross threads, so they are plain data. Promises resolve when the result
 * is on the disk or the line is driven.
 */
export interface PanelCommands {
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
