/**
 * Watches the wires of one reader: tells each of their faults once when it begins and once when it
 * is over, says whether a frame may be believed, and keeps misreads from flooding the event log.
 */
import { lineFaultEvent, lineFaultOverEvent, misreadsUntoldEvent } from '../door/events/readers.ts';
import type { PanelEvent } from '../door/model.ts';
import type { LineLimits, LineStatus } from '../ports/readers.ts';
import type { Clock, LineLevels, Log } from '../ports.ts';
import type { Credential, Misread } from '../reader/credential.ts';
import { type FrameOutcome, LineFaults, lineFaultCodes } from '../reader/line-faults.ts';

export interface LineWatchParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  readonly lineLimits: LineLimits;
}

const minuteUs = 60_000_000;

/** The wires of one reader. */
export class LineWatch {
  readonly #reader: string;
  readonly #parts: LineWatchParts;
  readonly #faults: LineFaults;
  #ignored = 0;
  #ignoredBefore = 0;
  #untold = 0;
  /** Misreads of the minute that began with the first of them, and how many of those were not told. */
  #minuteEndUs = Number.NEGATIVE_INFINITY;
  #told = 0;
  #untoldOfMinute = 0;

  constructor(reader: string, parts: LineWatchParts) {
    this.#reader = reader;
    this.#parts = parts;
    this.#faults = new LineFaults(parts.lineLimits.framesPerSecond);
  }

  edge(bit: 0 | 1, atUs: number): void {
    this.#faults.edge(bit, atUs);
  }

  overrun(): void {
    this.#faults.overrun();
  }

  /** A frame has ended. False: it is not to be believed and is counted only. */
  frame(endUs: number, bits: number): boolean {
    const trusted = this.#faults.frame(endUs, bits);
    this.#tell();
    if (!trusted) this.#ignored += 1;
    return trusted;
  }

  /** What became of a frame that was believed. */
  judged(meaning: Credential | Misread | 'key'): void {
    this.#faults.judged(outcomeOf(meaning));
    this.#tell();
  }

  /** Whether a misread is to be told; it is counted where it is not. */
  maySayMisread(): boolean {
    const { clock, lineLimits } = this.#parts;
    this.#endMinute();
    if (this.#told === 0) this.#minuteEndUs = clock.monoUs() + minuteUs;
    if (this.#told < lineLimits.misreadsPerMinute) {
      this.#told += 1;
      return true;
    }
    this.#untold += 1;
    this.#untoldOfMinute += 1;
    return false;
  }

  /** Looked at now and then. `levels`: as the lines stood, before the edges up to then were told. */
  look(levels: LineLevels | undefined): void {
    const nowUs = this.#parts.clock.monoUs();
    if (levels) this.#faults.levels(levels.d0Low, levels.d1Low, nowUs);
    this.#faults.tick(nowUs);
    this.#tell();
    this.#endMinute();
  }

  status(): LineStatus {
    const counts = lineFaultCodes.map((code) => [code, this.#faults.count(code)] as const);
    return {
      faults: this.#faults.active(),
      faultCounts: Object.fromEntries(counts.filter(([, count]) => count > 0)),
      ignoredFrames: this.#ignored,
      untoldMisreads: this.#untold,
    };
  }

  #tell(): void {
    const { record, log } = this.#parts;
    for (const { code, began } of this.#faults.take()) {
      const reader = this.#reader;
      if (began) {
        this.#ignoredBefore = this.#ignored;
        record(lineFaultEvent(reader, code));
        log.error('line fault', { reader, code });
      } else {
        const ignored = this.#ignored - this.#ignoredBefore;
        record(lineFaultOverEvent(reader, code, ignored));
        log.info('line fault is over', { reader, code, ignored });
      }
    }
  }

  #endMinute(): void {
    const { clock, record, log } = this.#parts;
    if (clock.monoUs() < this.#minuteEndUs) return;
    const count = this.#untoldOfMinute;
    this.#minuteEndUs = Number.POSITIVE_INFINITY;
    this.#told = 0;
    this.#untoldOfMinute = 0;
    if (count === 0) return;
    record(misreadsUntoldEvent(this.#reader, count));
    log.warn('misreads were not told', { reader: this.#reader, count });
  }
}

function outcomeOf(meaning: Credential | Misread | 'key'): FrameOutcome {
  if (meaning === 'key') return 'key';
  if (meaning.kind === 'credential') return 'card';
  return meaning.cause === 'swapped-wires' ? 'swapped' : 'misread';
}
