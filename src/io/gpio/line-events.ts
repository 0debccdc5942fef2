/** From the records that the kernel queues for a reader's two lines to edges in a sink. */

import type { EdgeSink } from '../../ports.ts';
import { eventUs, lineEvent } from './uapi.ts';

/**
 * Decodes `gpio_v2_line_event` records of one request and keeps account of their sequence numbers:
 * they count every edge from 1, so a jump is the number of edges that the kernel threw away.
 *
 * The kernel numbers and stamps an edge in the interrupt, but queues it in a thread, one for each
 * line: on several cores the thread of D1 may overtake that of D0, also so that a read falls between
 * the two. The number is the wire's order. What comes after a number that is missing waits for the
 * next read, which brings it or proves it lost; so no more wait than one read has. All places are
 * allocated once.
 */
export class LineEvents {
  readonly #sink: EdgeSink;
  readonly #d1: number;
  /** Edges that are not delivered yet, by number: those held, then those of the read under way. */
  readonly #seqnos: Uint32Array;
  readonly #bits: Uint8Array;
  readonly #timesUs: Float64Array;
  #count = 0;
  #nextSeqno = 1;

  /** `d1`: offset of D1; any other line of the request is D0. `records`: the most in one buffer. */
  constructor(sink: EdgeSink, d1: number, records: number) {
    this.#sink = sink;
    this.#d1 = d1;
    this.#seqnos = new Uint32Array(2 * records);
    this.#bits = new Uint8Array(2 * records);
    this.#timesUs = new Float64Array(2 * records);
  }

  /** Whether edges wait for one that is missing. The next delivery, of nothing too, ends that. */
  get isHolding(): boolean {
    return this.#count > 0;
  }

  /**
   * Delivers the first `bytes` of a buffer. Stops early when `isOpen` says that the sink closed its
   * input meanwhile.
   */
  deliver(buffer: Buffer, bytes: number, isOpen: () => boolean): void {
    const held = this.#count;
    const heldTo = this.#seqnos[held - 1] ?? 0;
    const end = bytes - (bytes % lineEvent.bytes);
    for (let at = 0; at < end; at += lineEvent.bytes) this.#insert(buffer, at);
    let place = 0;
    while (place < this.#count && isOpen()) {
      const seqno = this.#seqnos[place] ?? 0;
      const lost = ahead(seqno, this.#nextSeqno);
      // What is missing before edges of this read may be in the next one.
      if (lost > 0 && (held === 0 || ahead(seqno, heldTo) > 0)) break;
      // Behind: it came later than its successors did, and was told as lost already.
      if (lost >= 0) this.#deliverOne(place, lost);
      place++;
    }
    this.#hold(isOpen() ? place : this.#count);
  }

  #deliverOne(place: number, lost: number): void {
    this.#nextSeqno = ((this.#seqnos[place] ?? 0) + 1) >>> 0;
    if (lost > 0) this.#sink.overrun(lost);
    this.#sink.edge(this.#bits[place] === 1 ? 1 : 0, this.#timesUs[place] ?? 0);
  }

  /** Keeps what stands from `place` on. */
  #hold(place: number): void {
    this.#seqnos.copyWithin(0, place, this.#count);
    this.#bits.copyWithin(0, place, this.#count);
    this.#timesUs.copyWithin(0, place, this.#count);
    this.#count -= place;
  }

  /** An insertion sort, since records are in order but for rare neighbours. */
  #insert(buffer: Buffer, at: number): void {
    const seqno = buffer.readUInt32LE(at + lineEvent.seqno);
    let place = this.#count;
    while (place > 0 && ahead(this.#seqnos[place - 1] ?? 0, seqno) > 0) {
      this.#seqnos[place] = this.#seqnos[place - 1] ?? 0;
      this.#bits[place] = this.#bits[place - 1] ?? 0;
      this.#timesUs[place] = this.#timesUs[place - 1] ?? 0;
      place--;
    }
    this.#seqnos[place] = seqno;
    this.#bits[place] = buffer.readUInt32LE(at + lineEvent.offset) === this.#d1 ? 1 : 0;
    this.#timesUs[place] = eventUs(buffer, at);
    this.#count++;
  }
}

/** How far `a` is ahead of `b`, as 32-bit numbers that wrap around. */
function ahead(a: number, b: number): number {
  return (a - b) | 0;
}
