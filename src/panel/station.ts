/** One reader of the panel: its wires, its frame under way and its counters. */
import type { Side } from '../door/anti-passback.ts';
import type { LockName } from '../door/model.ts';
import type { KeypadSetup, LineStatus } from '../ports/readers.ts';
import type { SettingReader } from '../ports/store.ts';
import type { ReaderStatus } from '../ports/web.ts';
import type { ReaderInput, Timer } from '../ports.ts';
import { type Format, formatByName } from '../reader/formats.ts';
import type { Frame, Framer } from '../reader/frame.ts';
import type { FrameHistory } from '../reader/frame-history.ts';
import type { KeypadReader } from './keypads.ts';
import type { LineWatch } from './line-watch.ts';

/** One reader as the configuration describes it. */
export interface ReaderSetup {
  readonly name: string;
  /** Names of formats; absent: the panel's wiegand type. */
  readonly formats?: readonly string[];
  /** Fixed silence; absent: adaptive. */
  readonly gapUs?: number;
  readonly locks: readonly LockName[];
  /** A card that comes again within this time of its last reading is held; absent: none is. */
  readonly repeatUs?: number;
  /** Absent: it is at no area. */
  readonly side?: Side;
  /** Absent: it takes cards only. */
  readonly keypad?: KeypadSetup;
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** A reader: its wires, its frame under way and its counters. */
export interface Station
  extends Writable<Omit<ReaderStatus, 'name' | 'formats' | 'kind' | 'keypad' | keyof LineStatus>> {
  readonly watch: LineWatch;
  readonly setup: ReaderSetup;
  readonly history: FrameHistory;
  readonly framer: Framer;
  readonly onFrame: (frame: Frame) => void;
  formats: readonly Format[];
  keypad: KeypadReader | undefined;
  input: ReaderInput | undefined;
  silence: Timer | undefined;
}

/** A reader that has read nothing. */
export const noneYet = {
  keypad: undefined,
  input: undefined,
  silence: undefined,
  away: null,
  credentials: 0,
  misreads: 0,
  glitches: 0,
  lostEdges: 0,
  lastFrameMs: null,
};

/** The formats that a reader accepts now. */
export function formatsOf(setup: ReaderSetup, settings: Pick<SettingReader, 'wiegand'>): Format[] {
  const names = setup.formats ?? [settings.wiegand().type];
  return names.map(formatByName).filter((format) => format !== undefined);
}

/** What is told of a reader. */
export function statusOf({ setup, formats, keypad, watch, ...state }: Station): ReaderStatus {
  const { away, credentials, misreads, glitches, lostEdges, lastFrameMs } = state;
  return {
    name: setup.name,
    kind: 'wiegand',
    keypad: keypad !== undefined,
    formats: formats.map(({ name }) => name),
    away,
    credentials,
    misreads,
    glitches,
    lostEdges,
    lastFrameMs,
    ...watch.status(),
  };
}
