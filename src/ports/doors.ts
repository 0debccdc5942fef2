/** Doors and what is wired to them, as the web and the store see it. Types only. */
import type { ContactRules } from '../door/contact.ts';
import type { FeedbackPart } from '../door/feedback.ts';
import type { DoorMode } from '../door/lock.ts';
import type { LockName } from '../door/model.ts';
import type { InputKind, SensorMode } from '../door/wired.ts';
import type { InputLine, RelayLine } from '../ports.ts';

/** An input as it is wired and what it is for. */
export type WiredInput = {
  readonly name: string;
  readonly wire: InputLine;
} & (
  | {
      readonly kind: 'exit_button';
      readonly locks: readonly LockName[];
      readonly way: 'releases' | 'excuses';
    }
  | { readonly kind: 'door_contact'; readonly lock: LockName; readonly rules: DoorRules }
  /** `of`: a reader, or `enclosure`. */
  | { readonly kind: 'tamper'; readonly of: string }
  | { readonly kind: 'fire'; readonly locks: readonly LockName[] }
);

/** How a door is watched, as far as the configuration says. */
type DoorRules = Required<ContactRules>;

/** One LED or buzzer of a reader. */
export interface ReaderOutput {
  readonly reader: string;
  readonly part: FeedbackPart;
  readonly wire: RelayLine;
}

/** How an input stands. */
export interface InputStatus {
  readonly name: string;
  readonly kind: InputKind;
  /** Pressed, open, tampered with, burning. As last told, where the line is gone. */
  readonly active: boolean;
  /** Present: the line is gone, and why. */
  readonly away: string | null;
}

/** How a door stands, as its contact tells. */
export interface DoorStatus {
  readonly lock: LockName;
  readonly open: boolean;
  /** Whole seconds; 0: it is closed. */
  readonly openSeconds: number;
  readonly forced: boolean;
  /** It has been standing open for too long. */
  readonly held: boolean;
}

/** What an operator sets of the door contacts, all of them together. */
export interface SensorSetting {
  /** Whether a door that stands open too long is told. */
  readonly enabled: boolean;
  readonly mode: SensorMode;
  /** After how many seconds; absent: as the configuration says for each door. */
  readonly openingDelaySeconds?: number;
  readonly repeats: boolean;
  /** Seconds between the alarm and its repetition. */
  readonly repeatSeconds: number;
}

/** Part of `SettingReader`. @throws Fault `store-unreadable`, each. */
export interface DoorSettingReader {
  sensor(): SensorSetting;
  /** The switch of the exit buttons as it was set; changes nothing here. */
  exitButton(): boolean;
  doorMode(lock: LockName): DoorMode;
}

/** Part of `SettingWriter`. Promises resolve when the value is on the disk. */
export interface DoorSettingWriter {
  setSensor(value: SensorSetting): Promise<void>;
  setExitButton(enabled: boolean): Promise<void>;
  setDoorModes(modes: { readonly [lock in LockName]?: DoorMode }): Promise<void>;
}

/** Another mode for some doors. */
export interface ModeRequest {
  readonly locks: readonly LockName[];
  readonly mode: DoorMode;
  /** Account or tool, as the event names it. */
  readonly by: string;
}

/** Part of `PanelCommands`. */
export interface DoorCommands {
  /** Followed at once. */
  setSensor(value: SensorSetting): Promise<void>;
  setExitButton(enabled: boolean): Promise<void>;
  /** False: this panel has not all of these locks; nothing was changed. */
  setDoorMode(request: ModeRequest): Promise<boolean>;
  /** One for each lock. */
  doorModes(): Promise<readonly { readonly lock: LockName; readonly mode: DoorMode }[]>;
  /** Those that have a contact. */
  doors(): Promise<readonly DoorStatus[]>;
  /** Only on the simulated door. False: no such input. */
  setInput(name: string, active: boolean): Promise<boolean>;
  /** LEDs and buzzers of readers as their lines stand, by name. */
  outputs(): Promise<{ readonly [name: string]: { readonly energised: boolean } }>;
}
