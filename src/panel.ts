/**
 * THE JOURNEY, top to bottom: an edge on a wire becomes a frame, a credential and, in `passages.ts`, an
 * identifier, a decision, a released lock, a driven relay and an event. From the last edge to the
 * relay it is one synchronous turn of the main thread: nothing slips in between decision and act.
 * Where a remote server is asked first, the turn begins with its answer.
 */
import { forgiveForFire } from './areas.ts';
import { commandEvent, misreadEvent, readerLostEvent, wireFacts } from './door/event.ts';
import { closedEvent, emergencyOpenedEvent, remoteGrantedEvent } from './door/event-lock.ts';
import type { LockName } from './door/model.ts';
import { cardOf, type Presented } from './door/presented.ts';
import { type DoorModeParts, DoorModes } from './door-modes.ts';
import { type EnrolmentParts, Enrolments } from './enrolments.ts';
import type { Fault } from './errors.ts';
import { FreeAccessKeeper } from './free-access.ts';
import { type InputParts, Inputs } from './inputs.ts';
import type { JudgeParts } from './judge.ts';
import { type KeypadParts, KeypadReader } from './keypads.ts';
import { Limiter } from './limiter.ts';
import { LineWatch, type LineWatchParts } from './line-watch.ts';
import { type LockParts, Locks } from './locks.ts';
import { Passages, type Place } from './passages.ts';
import type { EdgeSink, ReaderInput, Timer } from './ports.ts';
import type { CloseRequest, EmergencyRequest, LockDoor } from './ports-locks.ts';
import type { SettingReader } from './ports-store.ts';
import type { OpenRequest, ReaderStatus } from './ports-web.ts';
import { interpret, type Misread, noKey, withoutBits } from './reader/credential.ts';
import { type Frame, Framer } from './reader/frame.ts';
import { mustBeDriven, mustBeFree, mustBeRecordable, mustBeShut } from './refusals.ts';
import { SerialReader, type SerialSetup } from './serial-reader.ts';
import { formatsOf, noneYet, type ReaderSetup, type Station, statusOf } from './station.ts';

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
export class Panel implements LockDoor {
  readonly locks: Locks;
  /** Does nothing before it is started. */
  readonly freeAccess: FreeAccessKeeper;
  readonly modes: DoorModes;
  readonly inputs: Inputs;
  readonly enrolments: Enrolments;
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
    this.#passages = new Passages(this.#parts, this.locks);
    this.#limiter = new Limiter(parts);
  }

  /** Adds a reader; its driver delivers edges to the sink that comes back. */
  addReader(setup: ReaderSetup): EdgeSink & { attach(input: ReaderInput): void } {
    const formats = formatsOf(setup, this.#parts.settings);
    const station: Station = {
      ...noneYet,
      setup,
      formats,
      framer: new Framer(formats, setup.gapUs),
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
    const present = (place: Place, presented: Presented) => this.#present(place, presented);
    const reader = new SerialReader(setup, this.#parts, { present });
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
    station.lastFrameMs = this.#parts.clock.wallMs();
    const { keypad, watch } = station;
    if (!watch.frame(frame.endUs, frame.length)) {
      keypad?.spoil(frame.endUs);
      return;
    }
    const key = keypad?.take(frame);
    if (key === 'taken') {
      watch.judged('key');
      return;
    }
    const meaning = key === undefined ? interpret(frame, station.formats) : noKey(frame);
    watch.judged(meaning);
    if (meaning.kind === 'misread') this.#onMisread(station, meaning);
    else if (!keypad) {
      this.#present(station, cardOf(meaning));
      this.#parts.decided?.(this.#parts.clock.monoUs() - frame.endUs);
    } else if (!this.enrolments.takes(station, cardOf(meaning))) {
      keypad.onCard(cardOf(meaning), frame.endUs);
    }
  }

  /** What is taken for the list is not for the door. */
  #present(place: Place, presented: Presented): void {
    if (!this.enrolments.takes(place, presented)) this.#passages.present(place, presented);
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

  /**
   * Opens by command. False: one of the locks does not exist; nothing was opened then.
   * @throws Fault `door-refused` where a door is blocked or interlocked, and none is opened then;
   *   `store-unwritable` while nothing may open that cannot be recorded; `gpio-lost` when a line
   *   could not be driven.
   */
  open({ locks, seconds, by, via }: OpenRequest): boolean {
    const { settings, record, log, blocked, interlock } = this.#parts;
    if (!this.#hasAll(locks)) return false;
    mustBeRecordable(blocked());
    mustBeFree(locks, this.locks.bars(), interlock);
    const times = locks.map((lock) => ({
      lock,
      seconds: seconds ?? settings.openSeconds(lock),
      delaySeconds: settings.delaySeconds(lock),
    }));
    const opened = times
      .filter((time) => this.locks.open(time.lock, time.seconds, time.delaySeconds))
      .map(({ lock }) => lock);
    if (opened.length > 0) {
      const event = via === 'remote-server' ? remoteGrantedEvent : commandEvent;
      record(event(opened, by, seconds));
      log.info('opened by command', { lock: opened.join(','), by, via, seconds });
    }
    mustBeDriven(locks, opened);
    return true;
  }

  openEmergency({ locks, by }: EmergencyRequest): boolean {
    const { record, log, blocked } = this.#parts;
    const names = locks.map(({ lock }) => lock);
    if (!this.#hasAll(names)) return false;
    mustBeRecordable(blocked());
    const opened = locks.filter(({ lock, seconds }) => this.locks.openEmergency(lock, seconds));
    for (const { lock, seconds } of opened) {
      record(emergencyOpenedEvent(lock, by, seconds));
      log.info('opened for an emergency', { lock, by, seconds });
    }
    mustBeDriven(
      names,
      opened.map(({ lock }) => lock),
    );
    return true;
  }

  closeLocks({ locks, by }: CloseRequest): boolean {
    const { record, log } = this.#parts;
    if (!this.#hasAll(locks)) return false;
    this.modes.closing(locks, by);
    this.freeAccess.close(locks, by);
    for (const lock of locks) this.locks.shut(lock, by);
    const shut = locks.filter((lock) => !this.locks.stand(lock).released);
    if (shut.length > 0) record(closedEvent(shut, by));
    log.info('closed by command', { lock: shut.join(','), by });
    mustBeShut(locks, shut);
    return true;
  }

  freeAccessChanged(by: string): void {
    this.freeAccess.changed(by);
  }

  #hasAll(locks: readonly LockName[]): boolean {
    return locks.length > 0 && locks.every((lock) => this.locks.has(lock));
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

  readerStates(): ReaderStatus[] {
    return [...this.#stations.map(statusOf), ...this.#serial.map((reader) => reader.status())];
  }

  /**
   * Brings every lock to rest and lets go of all lines. The panel is of no use afterwards.
   * @returns the locks that could not be brought to rest.
   */
  close(): LockName[] {
    this.freeAccess.stop();
    this.#passages.close();
    this.#limiter.close();
    this.#look?.cancel();
    const failed = this.locks.close();
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
