/** From the records that the kernel queues for a reader's two lines to edges in a sink. */

import type { EdgeSink } from '../../ports.ts';
import { eventUs, lineEvent } from './uapi.ts';

/**
 * Decodes `gpio_v2_line_event` records of one request and keeps account of their sequence numbers:
 * they count every edge from 1, so a jump is the number of edges that the kernel threw away.
 */
export class LineEvents {
  readonly #sink: EdgeSink;
  readonly #d1: number;
  /** Places of records in the order of their sequence numbers; allocated once. */
  readonly #order: Uint16Array;
  #nextSeqno = 1;

  /** `d1`: offset of D1; any other line of the request is D0. `records`: the most in one buffer. */
  constructor(sink: EdgeSink, d1: number, records: number) {
    this.#sink = sink;
    this.#d1 = d1;
    this.#order = new Uint16Array(records);
  }

  /**
   * Delivers the first `bytes` of a buffer. Stops early when `isOpen` says that the sink closed its
   * input meanwhile.
   */
  deliver(buffer: Buffer, bytes: number, isOpen: () => boolean): void {
    const count = Math.floor(bytes / lineEvent.bytes);
    this.#sort(buffer, count);
    for (let place = 0; place < count && isOpen(); place++) {
      this.#deliverOne(buffer, (this.#order[place] ?? 0) * lineEvent.bytes);
    }
  }

  #deliverOne(buffer: Buffer, at: number): void {
    const seqno = buffer.readUInt32LE(at + lineEvent.seqno);
    const lost = ahead(seqno, this.#nextSeqno);
    // Behind: it came later than its successors did, and was told as lost already.
    if (lost < 0) return;
    this.#nextSeqno = (seqno + 1) >>> 0;
    if (lost > 0) this.#sink.overrun(lost);
    const bit = buffer.readUInt32LE(at + lineEvent.offset) === this.#d1 ? 1 : 0;
    this.#sink.edge(bit, eventUs(buffer, at));
  }

  /**
   * The kernel numbers and stamps an edge in the interrupt, but queues it in a thread, one for each
   * line: on several cores the thread of D1 may overtake that of D0. The number is the wire's order.
   * An insertion sort, since the records are in order but for such rare neighbours.
   */
  #sort(buffer: Buffer, count: number): void {
    const order = this.#order;
    for (let place = 0; place < count; place++) {
      const seqno = buffer.readUInt32LE(place * lineEvent.bytes + lineEvent.seqno);
      let hole = place;
      while (hole > 0 && ahead(seqnoAt(buffer, order[hole - 1] ?? 0), seqno) > 0) {
        order[hole] = order[hole - 1] ?? 0;
        hole--;
      }
      order[hole] = place;
    }
  }
}

function seqnoAt(buffer: Buffer, record: number): number {
  return buffer.readUInt32LE(record * lineEvent.bytes + lineEvent.seqno);
}

/** How far `a` is ahead of `b`, as 32-bit numbers that wrap around. */
function ahead(a: number, b: number): number {
  return (a - b) | 0;
}
