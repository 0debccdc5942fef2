/**
 * THE JOURNEY, top to bottom: an edge on a wire becomes a frame, a credential, an identifier, a
 * decision, a released lock, a driven relay and an event. From the last edge to the relay it is
 * one synchronous turn of the main thread: nothing slips in between decision and act.
 */
import { decide } from './door/decision.ts';
import {
  commandEvent,
  deniedEvent,
  grantedEvent,
  loggedPassage,
  misreadEvent,
  passageFacts,
  readerLostEvent,
  wireFacts,
} from './door/event.ts';
import type { Decision, DenialReason, Identifier, LockName, PanelEvent } from './door/model.ts';
import { describeError, Fault } from './errors.ts';
import { Locks } from './locks.ts';
import type {
  Clock,
  EdgeSink,
  IdentifierReader,
  IdentifierWriter,
  Log,
  OpenRequest,
  ReaderInput,
  ReaderStatus,
  SettingReader,
  Timer,
} from './ports.ts';
import { type Credential, interpret, type Misread } from './reader/credential.ts';
import { type Format, formatByName } from './reader/formats.ts';
import { type Frame, Framer } from './reader/frame.ts';

/** Everything the panel works with; the world behind interfaces. */
export interface PanelParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly identifiers: Pick<IdentifierReader, 'find'> & Pick<IdentifierWriter, 'takePass'>;
  readonly settings: Pick<SettingReader, 'wiegand' | 'openSeconds'>;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  /** Whether the clock can be believed, asked at each decision. */
  readonly clockTrusted: () => boolean;
  /** Whether no door may open now, because it could not be recorded. */
  readonly blocked: () => boolean;
  readonly whenClockUntrusted: 'refuse' | 'accept';
}

/** One reader as the configuration describes it. */
export interface ReaderSetup {
  readonly name: string;
  /** Names of formats; absent: the panel's wiegand type. */
  readonly formats?: readonly string[];
  /** Fixed silence; absent: adaptive. */
  readonly gapUs?: number;
  readonly locks: readonly LockName[];
}

/** The panel. Readers are added to it and their lines attached; its locks are added likewise. */
export class Panel {
  readonly locks: Locks;
  readonly #parts: PanelParts;
  readonly #stations: Station[] = [];

  constructor(parts: PanelParts) {
    this.#parts = parts;
    this.locks = new Locks(parts);
  }

  /** Adds a reader; its driver delivers edges to the sink that comes back. */
  addReader(setup: ReaderSetup): EdgeSink & { attach(input: ReaderInput): void } {
    const formats = formatsOf(setup, this.#parts.settings);
    const station: Station = {
      ...noneYet,
      setup,
      formats,
      framer: new Framer(formats, setup.gapUs),
      onFrame: (frame) => this.#onFrame(station, frame),
    };
    this.#stations.push(station);
    return {
      edge: (bit, atUs) => this.#onEdge(station, bit, atUs),
      overrun: (lost) => {
        station.lostEdges += lost;
        station.framer.overrun(lost);
      },
      lost: (fault) => this.#onLost(station, fault),
      attach: (input) => {
        station.input = input;
      },
    };
  }

  #onEdge(station: Station, bit: 0 | 1, atUs: number): void {
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
    const meaning = interpret(frame, station.formats);
    if (meaning.kind === 'credential') this.#onCredential(station, meaning);
    else this.#onMisread(station, meaning);
  }

  #onMisread(station: Station, misread: Misread): void {
    const { frame, cause, detail, suggestions } = misread;
    station.misreads += 1;
    station.glitches += frame.glitches;
    const facts = wireFacts(station.setup.name, frame);
    this.#parts.record(misreadEvent(facts, misread));
    const fits = suggestions.join(',') || undefined;
    this.#parts.log.warn('misread', { ...facts, cause, detail, fits });
  }

  #onCredential(station: Station, credential: Credential): void {
    const { record, log } = this.#parts;
    station.credentials += 1;
    const { identifier, decision, openSeconds, passesLeft, fault } = this.#judge(
      station,
      credential,
    );
    const shut = openSeconds.filter(({ lock, seconds }) => !this.locks.release(lock, seconds));
    const facts = passageFacts(station.setup.name, credential, identifier);
    if (decision.granted && identifier) {
      const failed = shut.length > 0 ? 'gpio-lost' : undefined;
      record(grantedEvent(facts, identifier, decision.locks, passesLeft, failed));
      const lock = decision.locks.join(',');
      log.info('granted', loggedPassage(facts, { lock, passes_left: passesLeft, fault: failed }));
    } else if (!decision.granted) {
      record(deniedEvent(facts, decision.reason, fault));
      log.info('refused', loggedPassage(facts, { reason: decision.reason, fault }));
    }
  }

  /** Look-up, decision and, where passes are limited, the pass taken off before anything opens. */
  #judge(station: Station, { reading }: Credential): Judgement {
    const { identifiers, settings, clock, log, ...policy } = this.#parts;
    let identifier: Identifier | undefined;
    try {
      const number = reading.number.toString();
      identifier = identifiers.find('card', number) ?? identifiers.find('ukey', number);
      const decision = decide({
        identifier,
        readerLocks: station.setup.locks.filter((lock) => this.locks.has(lock)),
        wallMs: clock.wallMs(),
        clockTrusted: policy.clockTrusted(),
        whenClockUntrusted: policy.whenClockUntrusted,
        blocked: policy.blocked(),
      });
      if (!identifier || !decision.granted) return { identifier, decision, openSeconds: [] };
      // Before the pass is taken: what could still fail must not cost it.
      const openSeconds = decision.locks.map((lock) => ({
        lock,
        seconds: settings.openSeconds(lock),
      }));
      if (!decision.takesPass) return { identifier, decision, openSeconds };
      const passesLeft = identifiers.takePass(identifier.uid);
      if (passesLeft === undefined) return refused(identifier, 'no-passes-left');
      return { identifier, decision, openSeconds, passesLeft };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log.error('the store failed a presentation', { code: error.code, why: describeError(error) });
      // A pass that could not be counted, or a record that could not be read, opens nothing.
      return refused(identifier, identifier ? 'no-passes-left' : 'unknown-credential', error.code);
    }
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
   * @throws Fault `store-unwritable` while nothing may open that cannot be recorded; `gpio-lost`
   *   when a line could not be driven.
   */
  open({ locks, seconds, by }: OpenRequest): boolean {
    const { settings, record, log, blocked } = this.#parts;
    if (locks.length === 0 || locks.some((lock) => !this.locks.has(lock))) return false;
    if (blocked()) {
      throw new Fault(
        'store-unwritable',
        'nothing is opened while events cannot be written',
        'make room on the disk, or set events.when_unwritable to open',
      );
    }
    const times = locks.map((lock) => seconds ?? settings.openSeconds(lock));
    const shut = locks.filter((lock, index) => !this.locks.release(lock, times[index] ?? 0));
    if (shut.length > 0) {
      throw new Fault('gpio-lost', `the relay of ${shut} cannot be driven`, 'see the log');
    }
    record(commandEvent(locks, by, seconds));
    log.info('opened by command', { lock: locks.join(','), by, seconds });
    return true;
  }

  readerStates(): ReaderStatus[] {
    return this.#stations.map(statusOf);
  }

  /**
   * Brings every lock to rest and lets go of all lines. The panel is of no use afterwards.
   * @returns the locks that could not be brought to rest.
   */
  close(): LockName[] {
    const failed = this.locks.close();
    for (const { input, silence } of this.#stations) {
      silence?.cancel();
      input?.close();
    }
    return failed;
  }
}

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** One reader: its wires, its frame under way and its counters. */
interface Station extends Writable<Omit<ReaderStatus, 'name' | 'formats'>> {
  readonly setup: ReaderSetup;
  readonly framer: Framer;
  readonly onFrame: (frame: Frame) => void;
  formats: readonly Format[];
  input: ReaderInput | undefined;
  silence: Timer | undefined;
}

const noneYet = {
  input: undefined,
  silence: undefined,
  away: null,
  credentials: 0,
  misreads: 0,
  glitches: 0,
  lostEdges: 0,
  lastFrameMs: null,
};

interface Judgement {
  readonly identifier: Identifier | undefined;
  readonly decision: Decision;
  /** The locks to release, and for how long; none where nothing was granted. */
  readonly openSeconds: readonly { readonly lock: LockName; readonly seconds: number }[];
  /** Where passes are limited, after this one was taken. */
  readonly passesLeft?: number;
  /** Code of the fault that decided it. */
  readonly fault?: string;
}

function refused(
  identifier: Identifier | undefined,
  reason: DenialReason,
  fault?: string,
): Judgement {
  const decision = { granted: false, reason } as const;
  return { identifier, decision, openSeconds: [], ...(fault !== undefined && { fault }) };
}

function formatsOf(setup: ReaderSetup, settings: Pick<SettingReader, 'wiegand'>): Format[] {
  const names = setup.formats ?? [settings.wiegand().type];
  return names.map(formatByName).filter((format) => format !== undefined);
}

function statusOf({ setup, formats, ...state }: Station): ReaderStatus {
  const { away, credentials, misreads, glitches, lostEdges, lastFrameMs } = state;
  return {
    name: setup.name,
    formats: formats.map(({ name }) => name),
    ...{ away, credentials, misreads, glitches, lostEdges, lastFrameMs },
  };
}
