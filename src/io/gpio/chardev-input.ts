/** A contact or a button on the character device: the kernel debounces, stamps and queues its changes. */
import type { InputLine, InputSink, InputWatch } from '../../ports.ts';
import { ioctl } from '../libc.ts';
import { EventQueue } from './event-queue.ts';
import { lostLine } from './faults.ts';
import { decodeChange, decodeLineValue, encodeLineValue, lineEvent, request } from './uapi.ts';

/** One input line, watched. */
export class ChardevInput implements InputWatch {
  /** The kernel counts a debounce in ticks of its own, of 10 ms where they are longest (HZ=100). */
  readonly lateUs = 10_000;
  readonly #fd: number;
  readonly #what: string;
  readonly #sink: InputSink;
  readonly #queue: EventQueue;
  #active: boolean;
  #nextSeqno = 1;

  constructor(fd: number, line: InputLine, sink: InputSink) {
    this.#fd = fd;
    this.#what = `input ${line.name} (line ${line.line} of ${line.chip})`;
    this.#sink = sink;
    this.#active = this.#level();
    this.#queue = new EventQueue(fd, {
      records: (buffer, bytes) => this.#onRecords(buffer, bytes),
      lost: (cause) => sink.lost(lostLine(this.#what, cause)),
    });
  }

  isActive(): boolean {
    return this.#active;
  }

  close(): void {
    this.#queue.close();
  }

  #onRecords(buffer: Buffer, bytes: number): void {
    for (let at = 0; at + lineEvent.bytes <= bytes && this.#queue.isOpen; at += lineEvent.bytes) {
      const { seqno, isRising, atUs } = decodeChange(buffer, at);
      const isGap = seqno !== this.#nextSeqno;
      this.#nextSeqno = (seqno + 1) >>> 0;
      // Of changes that the kernel threw away the last one counts, and this record is later still.
      if (isRising !== this.#active) this.#tell(isRising, atUs);
      else if (isGap) {
        this.#tell(!isRising, atUs);
        this.#tell(isRising, atUs);
      }
    }
  }

  #tell(active: boolean, atUs: number): void {
    this.#active = active;
    this.#sink.changed(active, atUs);
  }

  #level(): boolean {
    const values = encodeLineValue(false);
    ioctl(this.#fd, request.getValues, values);
    return decodeLineValue(values);
  }
}
