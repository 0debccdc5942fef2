/** A serial reader of the panel: bytes become numbers, which are presented, or misreads. */

import type { Side } from '../door/anti-passback.ts';
import { readerLostEvent } from '../door/events/event.ts';
import { misreadBytesEvent, readerBackEvent } from '../door/events/readers.ts';
import { type Presented, scannedOf, serialCardOf } from '../door/presented.ts';
import type { ReaderStatus } from '../ports/web.ts';
import type { SerialInput, SerialReading, SerialSink } from '../ports.ts';
import { LineFinder } from '../reader/line.ts';
import { PacketFinder } from '../reader/packet.ts';
import { LineWatch, type LineWatchParts } from './line-watch.ts';
import type { Place } from './passages.ts';

/** One serial reader as the configuration describes it. */
export interface SerialSetup {
  readonly name: string;
  readonly locks: Place['setup']['locks'];
  /** As of a reader with wires. */
  readonly repeatUs?: number;
  readonly side?: Side;
  /** What comes over the line. */
  readonly reads: SerialReading;
}

/** What came: something presented, or a count of bytes that are nothing. */
type Found = Presented | number;

/** Takes what was read at `atUs`. */
type Presenting = (place: Place, presented: Presented, atUs: number) => void;

interface Finder {
  push(bytes: Uint8Array): Found[];
  silence(): Found[];
}

/** A serial reader with its counters. Its driver delivers to it. */
export class SerialReader implements SerialSink, Place {
  readonly setup: SerialSetup;
  credentials = 0;
  readonly #parts: LineWatchParts;
  readonly #watch: LineWatch;
  readonly #present: Presenting;
  #finder: Finder;
  #input: SerialInput | undefined;
  #away: string | null = null;
  #misreads = 0;
  #lastMs: number | null = null;
  #closed = false;

  constructor(setup: SerialSetup, parts: LineWatchParts, present: Presenting) {
    this.setup = setup;
    this.#parts = parts;
    this.#watch = new LineWatch(setup.name, parts);
    this.#present = present;
    this.#finder = finderOf(setup.reads);
  }

  attach(input: SerialInput): void {
    this.#input = input;
  }

  bytes(bytes: Uint8Array): void {
    this.#take(this.#finder.push(bytes));
  }

  silence(): void {
    this.#take(this.#finder.silence());
  }

  there(): void {
    const { record, log } = this.#parts;
    const { name } = this.setup;
    // What the old device had begun, the new one does not end.
    this.#finder = finderOf(this.setup.reads);
    if (this.#away === null) return;
    this.#away = null;
    record(readerBackEvent(name));
    log.info('reader is back', { reader: name });
  }

  away(why: string): void {
    const { record, log } = this.#parts;
    this.#away = why;
    record(readerLostEvent(this.setup.name, why));
    log.error('reader lost', { reader: this.setup.name, why, do: 'it returns when it is plugged' });
  }

  status(): ReaderStatus {
    return {
      name: this.setup.name,
      kind: this.setup.reads.kind,
      keypad: false,
      away: this.#away,
      formats: [this.setup.reads.kind],
      credentials: this.credentials,
      misreads: this.#misreads,
      glitches: 0,
      lostEdges: 0,
      lastFrameMs: this.#lastMs,
      ...this.#watch.status(),
    };
  }

  /** Looked at now and then: what is over by time ends. */
  look(): void {
    this.#watch.look(undefined);
  }

  /** What its line delivers afterwards counts no more. */
  close(): void {
    this.#closed = true;
    this.#input?.close();
  }

  #take(found: readonly Found[]): void {
    if (this.#closed) return;
    for (const one of found) {
      this.#lastMs = this.#parts.clock.wallMs();
      const nowUs = this.#parts.clock.monoUs();
      if (!this.#watch.frame(nowUs, 0)) continue;
      if (typeof one === 'number') this.#onDamage(one);
      else this.#present(this, one, nowUs);
    }
  }

  #onDamage(count: number): void {
    const { record, log } = this.#parts;
    const { name, reads } = this.setup;
    this.#misreads += 1;
    if (!this.#watch.maySayMisread()) return;
    record(misreadBytesEvent(name, reads.kind, count));
    log.warn('misread', { reader: name, cause: 'damaged', format: reads.kind, bytes: count });
  }
}

function finderOf(reads: SerialSetup['reads']): Finder {
  if ('packet' in reads) {
    const finder = new PacketFinder(reads.packet);
    const found = (received: ReturnType<PacketFinder['push']>) =>
      received.map((one) =>
        one.kind === 'damaged' ? one.count : serialCardOf(one.number, reads.kind, one.bytes),
      );
    return { push: (bytes) => found(finder.push(bytes)), silence: () => found(finder.silence()) };
  }
  const finder = new LineFinder(reads.kind);
  const found = (scanned: ReturnType<LineFinder['push']>) =>
    scanned.map((one) => (one.kind === 'damaged' ? one.count : scannedOf(reads.kind, one.number)));
  return { push: (bytes) => found(finder.push(bytes)), silence: () => found(finder.silence()) };
}
