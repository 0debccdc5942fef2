/** The kernel's queue of a line request, read whenever something is in it. */
import { closeSync, readSync } from 'node:fs';
import { EVENTS, Poller } from '@serialport/bindings-cpp/dist/poller.js';
import { errnoOf } from '../../errors.ts';
import { setNonBlocking } from '../libc.ts';
import { lineEvent, maxQueuedEvents } from './uapi.ts';

/** Records of one read. */
export const recordsPerRead = 64;
/** Reads after which the queue, were it full at the first, has been emptied. */
const readsPerDrain = maxQueuedEvents / recordsPerRead + 1;

/** What becomes of the records. */
interface QueueSink {
  /** The first `bytes` of `buffer` are records, in the order of the queue. */
  records(buffer: Buffer, bytes: number): void;
  /** The lines are gone; the queue is closed. */
  lost(cause: unknown): void;
}

/** Reads the descriptor of a line request until it is closed. */
export class EventQueue {
  readonly #fd: number;
  readonly #sink: QueueSink;
  readonly #buffer = Buffer.alloc(recordsPerRead * lineEvent.bytes);
  readonly #poller: Poller;
  #open = true;
  #draining = false;
  #turnAsked = false;

  constructor(fd: number, sink: QueueSink) {
    this.#fd = fd;
    this.#sink = sink;
    setNonBlocking(fd);
    // uv_poll on the main loop: no thread waits in the pool, which lmdb and scrypt need.
    this.#poller = new Poller(fd);
    this.#poller.on('readable', (error: Error | null) => this.#onReadable(error));
    this.#poller.poll(EVENTS.UV_READABLE);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Hands on all that waits before it returns. */
  drain(): void {
    // From inside the sink the rest of the queue is on its way already, in this buffer.
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let reads = 0; reads < readsPerDrain && this.#open; reads++) {
        const bytes = this.#read();
        this.#sink.records(this.#buffer, bytes);
        if (bytes < this.#buffer.length) return;
      }
    } finally {
      this.#draining = false;
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    // stop() tells listeners 'Canceled', and takes the descriptor out of epoll before it is closed.
    // Not destroy(): it only drops the reference to the native handle, which then leaks (its
    // callback holds it) or, were it collected later, would take whatever descriptor has this number
    // by then out of epoll. A stopped handle does not keep the process alive.
    this.#poller.removeAllListeners();
    this.#poller.stop();
    closeSync(this.#fd);
  }

  #onReadable(error: Error | null): void {
    try {
      this.drain();
      if (this.#open && error !== null) this.#lose(error);
      // One-shot: the poller has disarmed itself before it called.
      if (this.#open) this.#poller.poll(EVENTS.UV_READABLE);
    } catch (bug) {
      // Thrown through native code it would abort the process without a word.
      setImmediate(() => {
        throw bug;
      });
    }
    this.#askTurn();
  }

  /**
   * The poller calls from native code that does not run microtasks afterwards. Node 20 does so once it
   * has polled, but nothing promises it; an immediate makes sure that promises which the sink settled
   * do not wait for an unrelated timer or packet.
   */
  #askTurn(): void {
    if (this.#turnAsked) return;
    this.#turnAsked = true;
    setImmediate(() => {
      this.#turnAsked = false;
    });
  }

  /** Bytes read into the buffer; 0 when nothing waits or the line is lost. */
  #read(): number {
    try {
      return readSync(this.#fd, this.#buffer);
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') this.#lose(error);
      return 0;
    }
  }

  #lose(cause: unknown): void {
    this.close();
    this.#sink.lost(cause);
  }
}
