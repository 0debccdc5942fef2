/**
 * Every interface between the pure rooms and the world, with its contract. Types only.
 * Times named `…Us` are microseconds of CLOCK_MONOTONIC, which is also the kernel's clock for
 * GPIO edges; `wallMs` are Unix milliseconds.
 */
import type { CivilTime } from './door/model.ts';
import type { RemoteQuestion, RemoteVerdict } from './door/remote.ts';
import type { Fault } from './errors.ts';
import type { ScannerKind } from './reader/line.ts';
import type { PacketFormat } from './reader/packet.ts';

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
  /** Whether D0 and D1 are low now; undefined where that cannot be read. Slow: not for every edge. */
  levels(): LineLevels | undefined;
  close(): void;
}

/** The two wires of a reader at one moment. They idle high; a pulse is low. */
export interface LineLevels {
  readonly d0Low: boolean;
  readonly d1Low: boolean;
}

/** Lines by offset on a chip (BCM number on a Raspberry Pi); chip by label, name or path. */
export interface ReaderLines {
  readonly name: string;
  readonly chip: string;
  readonly d0: number;
  readonly d1: number;
}

/** An output: the relay of a lock, an LED, a buzzer. */
export interface RelayLine {
  readonly name: string;
  readonly chip: string;
  readonly line: number;
  /** True: it is energised by a low level. */
  readonly activeLow: boolean;
}

/** One output. Opening it leaves it at rest without a pulse. */
export interface Relay {
  /** @throws Fault `gpio-lost` when the line cannot be driven. */
  set(energised: boolean): void;
  /** As the line stands, not as it was asked. @throws Fault `gpio-lost` when it cannot be asked. */
  isEnergised(): boolean;
  /**
   * Brings it to rest and lets the line go, also where it cannot be driven: a chip that is gone may
   * have left its relay as it was. @throws Fault `gpio-lost` then, once.
   */
  close(): void;
}

/** A contact, a button or a detector on one line. */
export interface InputLine {
  readonly name: string;
  readonly chip: string;
  readonly line: number;
  /** True: a low level is active. */
  readonly activeLow: boolean;
  readonly bias: 'none' | 'pull-up' | 'pull-down';
  /** A level that lasts shorter is no change, microseconds. */
  readonly debounceUs: number;
}

/** Where an input delivers its changes. Called on the main thread. */
export interface InputSink {
  /** The input became active or inactive; each change is told, in order. */
  changed(active: boolean, atUs: number): void;
  /** The line is gone. Told once. */
  lost(fault: Fault): void;
}

/** An input, watched. */
export interface InputWatch {
  /** How much later than its debounce a change may be stamped, microseconds; absent: not at all. */
  readonly lateUs?: number;
  /** As last told; at first as it was when it was opened. */
  isActive(): boolean;
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
  /** @throws Fault as `openReader`. */
  openInput(line: InputLine, sink: InputSink): InputWatch;
}

/** A reader's wires played by hand; only the `sim` driver has it. */
export interface PulsePlayer {
  /** Plays the bits in real time; returns as soon as they are scheduled. False: no such reader. */
  play(reader: string, bits: string, widthUs: number, intervalUs: number): boolean;
}

/** Inputs set by hand; only the `sim` driver has it. */
export interface InputPlayer {
  /** False: no such input. */
  setInput(name: string, active: boolean): boolean;
}

/** Where a serial line delivers what came. Called on the main thread. */
export interface SerialSink {
  /** Bytes in the order of the line, in portions of any size. */
  bytes(bytes: Uint8Array): void;
  /** The line has been silent after bytes: what was begun will not be completed. */
  silence(): void;
  /** The device is open; what was sent before is lost. */
  there(): void;
  /** The device is gone or cannot be opened; told once until it is `there`. */
  away(why: string): void;
}

/** A serial device by path; one under `/dev/serial/by-id` stays the same when it is plugged again. */
export interface SerialLine {
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  /** Length of the packets that come, where all have one, bytes. */
  readonly packetLength?: number;
}

/** What comes over the line of a serial reader. */
export type SerialReading =
  | { readonly kind: ScannerKind }
  | { readonly kind: 'em4100' | 'packet'; readonly packet: PacketFormat };

/** A serial line that is listened to, or waited for. */
export interface SerialInput {
  close(): void;
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
  /** An instant in civil time of the panel's zone; `unixS` from 1970 up to the year 9999. */
  civil(unixS: number): CivilTime;
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

/** Who started this process and watches over it. */
export interface ServiceManager {
  /** Time in which it must hear that all is well, microseconds; undefined: it does not watch. */
  readonly watchdogUs: number | undefined;
  /** The door works from now on. @throws an error when it could not be told. */
  ready(status: string): void;
  /** All is well. */
  alive(): void;
  /** The process is about to end. */
  stopping(): void;
}

/** A remote access server, as far as the journey sees it. */
export interface RemoteAccess {
  /**
   * Asks about a presentation and returns at once. True: `decided` is called exactly once, in a later
   * turn, after 10 seconds at the most; where nobody knows, with `handled: false`. False: nobody is
   * asked and `decided` is never called.
   */
  ask(question: RemoteQuestion, decided: (verdict: RemoteVerdict) => void): boolean;
}
