/**
 * THE JOURNEY, top to bottom: an edge on a wire becomes a frame, a credential and, in `passages.ts`, an
 * identifier, a decision, a released lock, a driven relay and an event. From the last edge to the
 * relay it is one synchronous turn of the main thread: nothing slips in between decision and act.
 * Where a remote server is asked first, the turn begins with its answer.
 */

import { misreadEvent, readerLostEvent, wireFacts } from './door/events/event.ts';
import type { LockName } from './door/model.ts';
import { cardOf, type Presented } from './door/presented.ts';
import type { Fault } from './errors.ts';
import { forgiveForFire } from './panel/areas.ts';
import { Commanded } from './panel/commanded.ts';
import { type DoorModeParts, DoorModes } from './panel/door-modes.ts';
import { type EnrolmentParts, Enrolments } from './panel/enrolments.ts';
import { FreeAccessKeeper } from './panel/free-access.ts';
import { type InputParts, Inputs } from './panel/inputs.ts';
import type { JudgeParts } from './panel/judge.ts';
import { type KeypadParts, KeypadReader } from './panel/keypads.ts';
import { Limiter } from './panel/limiter.ts';
import { LineWatch, type LineWatchParts } from './panel/line-watch.ts';
import { type LockParts, Locks } from './panel/locks.ts';
import { Passages, type Place } from './panel/passages.ts';
import { SerialReader, type SerialSetup } from './panel/serial-reader.ts';
import { formatsOf, noneYet, type ReaderSetup, type Station, statusOf } from './panel/station.ts';
import type { FrameKeeper } from './ports/frames.ts';
import type { SettingReader } from './ports/store.ts';
import type { ReaderStatus } from './ports/web.ts';
import type { EdgeSink, ReaderInput, Timer } from './ports.ts';
import { interpret, type Misread, noKey, withoutBits } from './reader/credential.ts';
import { type Frame, Framer } from './reader/frame.ts';
import { FrameHistory, type KeptFrame } from './reader/frame-history.ts';

/** Everything the panel works with; the world behind interfaces. */
export interface PanelParts
  extends Omit<KeypadParts, 'bars' | 'master'>,
    LockParts,
    Pick<InputParts, 'warn' | 'moved'>,
    LineWatchParts,
    Pick<EnrolmentParts, 'enrolment'>,
    Pick<DoorModeParts, 'modeAfterRestart'> {
  readonly master: KeypadParts['master'] & EnrolmentParts['master'];
  readonly settings: Pick<
    SettingReader,
    'wiegand' | 'openSeconds' | 'delaySeconds' | 'freeAccess'
  > &
    InputParts['settings'] &
    DoorModeParts['settings'];
  /** Told of each card's decision, microseconds after its last edge. */
  readonly decided?: (us: number) => void;
}

/** Longer than any pulse, and short enough for a technician who waits. */
const betweenLooksUs = 1_000_000;

/** The panel. Readers are added to it and their lines attached; its locks are added likewise. */
export class Panel implements FrameKeeper {
  readonly locks: Locks;
  /** Does nothing before it is started. */
  readonly freeAccess: FreeAccessKeeper;
  readonly modes: DoorModes;
  readonly inputs: Inputs;
  readonly enrolments: Enrolments;
  readonly commanded: Commanded;
  /** Called when there is a frame more at one of the readers, after the door has done its work. */
  onFrameKept: () => void = () => undefined;
  readonly #parts: PanelParts & JudgeParts;
  readonly #passages: Passages;
  readonly #limiter: Limiter;
  readonly #stations: Station[] = [];
  readonly #serial: SerialReader[] = [];
  #look: Timer | undefined;

  constructor(parts: PanelParts) {
    this.locks = new Locks(parts);
    this.#parts = { ...parts, bars: () => this.locks.bars() };
    this.freeAccess = new FreeAccessKeeper(parts, this.locks);
    this.modes = new DoorModes(parts, this.locks, this.freeAccess);
    this.inputs = new Inputs({ ...parts, onFire: () => this.#onFire() }, this.locks);
    this.enrolments = new Enrolments(parts, this.locks);
    this.commanded = new Commanded(parts, this.locks, this.modes, this.freeAccess);
    this.#passages = new Passages(this.#parts, this.locks);
    this.#limiter = new Limiter(parts);
  }

  /** Adds a reader; its driver delivers edges to the sink that comes back. */
  addReader(setup: ReaderSetup): EdgeSink & { attach(input: ReaderInput): void } {
    const formats = formatsOf(setup, this.#parts.settings);
    const history = new FrameHistory();
    const station: Station = {
      ...noneYet,
      setup,
      formats,
      history,
      framer: new Framer(formats, setup.gapUs, (edges) => history.edges(edges)),
      watch: new LineWatch(setup.name, this.#parts),
      onFrame: (frame) => this.#onFrame(station, frame),
    };
    const { keypad } = setup;
    station.keypad =
      keypad && new KeypadReader(station, keypad, this.#parts, this.#passages, this.#limiter);
    this.#stations.push(station);
    this.enrolments.add(station);
    return {
      edge: (bit, atUs) => this.#onEdge(station, bit, atUs),
      overrun: (lost) => {
        station.lostEdges += lost;
        station.watch.overrun();
        station.framer.overrun(lost);
      },
      lost: (fault) => this.#onLost(station, fault),
      attach: (input) => {
        station.input = input;
      },
    };
  }

  /** Adds a serial reader; its line delivers to it. */
  addSerialReader(setup: SerialSetup): SerialReader {
    const present = (place: Place, presented: Presented, atUs: number) =>
      this.#present(place, presented, atUs);
    const reader = new SerialReader(setup, this.#parts, present);
    this.#serial.push(reader);
    this.enrolments.add(reader);
    return reader;
  }

  #onEdge(station: Station, bit: 0 | 1, atUs: number): void {
    station.watch.edge(bit, atUs);
    station.framer.push(bit, atUs, station.onFrame);
    if (!station.silence) this.#watchSilence(station);
  }

  /** One timer a reader, armed again only when it fires: edges come too often for one each. */
  #watchSilence(station: Station): void {
    const { clock } = this.#parts;
    const atUs = station.framer.silenceAtUs();
    if (atUs === undefined) return;
    station.silence = clock.after(Math.max(0, atUs - clock.monoUs()), () => {
      station.silence = undefined;
      // The timer may be late while edges wait in the kernel; they come first. The time is taken
      // before them: of a stall in between, nobody knows which edges it holds.
      const nowUs = clock.monoUs();
      station.input?.drain();
      const frame = station.framer.expire(nowUs);
      if (frame) station.onFrame(frame);
      if (!station.silence) this.#watchSilence(station);
    });
  }

  #onFrame(station: Station, frame: Frame): void {
    const atMs = this.#parts.clock.wallMs();
    station.lastFrameMs = atMs;
    const { formats, history } = station;
    if (this.#take(station, frame) === 'secret') history.keepSecret(atMs);
    else history.keep(frame, atMs, formats);
    this.onFrameKept();
  }

  /** @returns `secret` where the bits are, or may be, digits of a code. */
  #take(station: Station, frame: Frame): 'secret' | 'open' {
    const { keypad, watch } = station;
    if (!watch.frame(frame.endUs, frame.length)) {
      keypad?.spoil(frame.endUs);
      return keypad ? 'secret' : 'open';
    }
    const key = keypad?.take(frame);
    if (key === 'taken') {
      watch.judged('key');
      return 'secret';
    }
    const meaning = key === undefined ? interpret(frame, station.formats) : noKey(frame);
    watch.judged(meaning);
    if (meaning.kind === 'misread') {
      this.#onMisread(station, meaning);
      return keypad ? 'secret' : 'open';
    }
    if (!keypad) {
      this.#present(station, cardOf(meaning), frame.endUs);
      this.#parts.decided?.(this.#parts.clock.monoUs() - frame.endUs);
    } else if (!this.enrolments.takes(station, cardOf(meaning))) {
      keypad.onCard(cardOf(meaning), frame.endUs);
    }
    return 'open';
  }

  /** What is taken for the list is not for the door; what is held was presented before. */
  #present(place: Place, presented: Presented, atUs: number): void {
    if (this.enrolments.takes(place, presented)) return;
    const held = this.#passages.held(place, presented, atUs);
    if (held) this.#passages.keepOpen(place, presented, held);
    else this.#passages.present(place, presented);
  }

  #onMisread(station: Station, read: Misread): void {
    const { frame, cause } = read;
    station.misreads += 1;
    station.glitches += frame.glitches;
    station.keypad?.spoil(frame.endUs);
    if (!station.watch.maySayMisread()) return;
    // The bits of a keypad may be digits of a code, whatever became of them on the way.
    const misread = station.keypad ? withoutBits(read) : read;
    const { detail, suggestions } = misread;
    const { name } = station.setup;
    const facts = station.keypad
      ? { reader: name, bits: frame.length, raw: null }
      : wireFacts(name, frame);
    this.#parts.record(misreadEvent(facts, misread));
    const fits = suggestions.join(',') || undefined;
    this.#parts.log.warn('misread', { ...facts, cause, detail, fits });
  }

  #onFire(): void {
    const readers = [...this.#stations, ...this.#serial];
    if (readers.some(({ setup }) => setup.side)) forgiveForFire(this.#parts, this.#parts.record);
  }

  #onLost(station: Station, { message, remedy }: Fault): void {
    station.away = message;
    this.#parts.record(readerLostEvent(station.setup.name, message));
    this.#parts.log.error('reader lost', { reader: station.setup.name, why: message, do: remedy });
  }

  /** The panel's wiegand type has changed: readers without formats of their own follow. */
  wiegandChanged(): void {
    for (const station of this.#stations) {
      station.formats = formatsOf(station.setup, this.#parts.settings);
      station.framer.setFormats(station.formats);
    }
  }

  /** Looks at the wires of all readers, now and every second until the panel is closed. */
  watchLines(): void {
    for (const { input, watch } of this.#stations) {
      const levels = input?.levels();
      input?.drain();
      watch.look(levels);
    }
    for (const reader of this.#serial) reader.look();
    this.#look = this.#parts.clock.after(betweenLooksUs, () => this.watchLines());
  }

  frames(reader: string, after: number, atMost: number): KeptFrame[] | undefined {
    const station = this.#stations.find(({ setup }) => setup.name === reader);
    return station?.history.after(after, atMost);
  }

  readerStates(): ReaderStatus[] {
    return [...this.#stations.map(statusOf), ...this.#serial.map((reader) => reader.status())];
  }

  /**
   * Brings every lock to rest and lets go of all lines. The panel is of no use afterwards.
   * @returns the locks that could not be brought to rest.
   */
  close(): LockName[] {
    const failed = this.locks.close();
    this.freeAccess.stop();
    this.#passages.close();
    this.#limiter.close();
    this.#look?.cancel();
    this.enrolments.close();
    this.inputs.close();
    for (const { input, silence, keypad } of this.#stations) {
      silence?.cancel();
      keypad?.close();
      input?.close();
    }
    for (const reader of this.#serial) reader.close();
    return failed;
  }
}
