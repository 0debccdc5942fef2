/**
 * The default driver: the GPIO character device, version 2 (Linux 5.10 and later). The kernel stamps,
 * numbers and queues every edge of a reader, so that a busy process loses nothing and sees what it
 * would lose. docs.kernel.org/userspace-api/gpio/gpio-v2-get-line-ioctl.html and its neighbours.
 */

import { closeSync, readFileSync, readSync } from 'node:fs';
import { EVENTS, Poller } from '@serialport/bindings-cpp/dist/poller.js';
import { errnoOf } from '../../errors.ts';
import type {
  EdgeSink,
  GpioDriver,
  ReaderInput,
  ReaderLines,
  Relay,
  RelayLine,
} from '../../ports.ts';
import { checkLine, findChip, requestLines } from './chips.ts';
import { busyLine, lostLine } from './faults.ts';
import { ioctl, setNonBlocking } from './libc.ts';
import { LineEvents } from './line-events.ts';
import {
  decodeLineValue,
  encodeEdgeRequest,
  encodeLineValue,
  encodeOutputRequest,
  lineEvent,
  maxQueuedEvents,
  request,
} from './uapi.ts';

const recordsPerRead = 64;
/** Reads after which the queue, were it full at the first, has been emptied. */
const readsPerDrain = maxQueuedEvents / recordsPerRead + 1;

class ChardevReader implements ReaderInput {
  readonly #fd: number;
  readonly #what: string;
  readonly #sink: EdgeSink;
  readonly #events: LineEvents;
  readonly #buffer = Buffer.alloc(recordsPerRead * lineEvent.bytes);
  readonly #poller: Poller;
  readonly #isOpen = () => this.#open;
  #open = true;
  #draining = false;
  #turnAsked = false;

  constructor(fd: number, lines: ReaderLines, sink: EdgeSink) {
    this.#fd = fd;
    this.#what = `reader ${lines.name} (lines ${lines.d0} and ${lines.d1} of ${lines.chip})`;
    this.#sink = sink;
    this.#events = new LineEvents(sink, lines.d1, recordsPerRead);
    setNonBlocking(fd);
    // uv_poll on the main loop: no thread waits in the pool, which lmdb and scrypt need.
    this.#poller = new Poller(fd);
    this.#poller.on('readable', (error: Error | null) => this.#onReadable(error));
    this.#poller.poll(EVENTS.UV_READABLE);
  }

  drain(): void {
    // From inside a sink's edge() the rest of the queue is on its way already, in this buffer.
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let reads = 0; reads < readsPerDrain && this.#open; reads++) {
        const bytes = this.#read();
        this.#events.deliver(this.#buffer, bytes, this.#isOpen);
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
    this.#sink.lost(lostLine(this.#what, cause));
  }
}

class ChardevRelay implements Relay {
  readonly #fd: number;
  readonly #what: string;
  #open = true;

  constructor(fd: number, line: RelayLine) {
    this.#fd = fd;
    this.#what = `relay ${line.name} (line ${line.line} of ${line.chip})`;
  }

  set(energised: boolean): void {
    this.#call(request.setValues, encodeLineValue(energised));
  }

  isEnergised(): boolean {
    return this.#open && decodeLineValue(this.#call(request.getValues, encodeLineValue(false)));
  }

  close(): void {
    if (!this.#open) return;
    try {
      this.set(false);
    } catch {
      // The chip is gone, and the relay with it; the descriptor is to be closed all the same.
    }
    this.#open = false;
    closeSync(this.#fd);
  }

  #call(ioctlRequest: number, values: Buffer): Buffer {
    if (!this.#open) throw lostLine(this.#what);
    try {
      ioctl(this.#fd, ioctlRequest, values);
      return values;
    } catch (error) {
      throw lostLine(this.#what, error);
    }
  }
}

/**
 * Raspberry Pi kernels leave a released output at its last level unless told otherwise
 * (raspberrypi/linux pull requests 6117 and 6150).
 */
function releaseCaveats(): string[] {
  const persistent = ['pinctrl_bcm2835', 'pinctrl_rp1'].some((module) => {
    try {
      const path = `/sys/module/${module}/parameters/persist_gpio_outputs`;
      return readFileSync(path, 'utf8').startsWith('Y');
    } catch {
      // Not that chip, or a kernel without the setting.
      return false;
    }
  });
  if (!persistent) return [];
  return [
    'This kernel leaves a relay at its last level when the process dies (persist_gpio_outputs=Y): ' +
      'set dtparam=strict_gpiod in config.txt, and let the unit run latchd --rest after any stop.',
  ];
}

/** GPIO by character device. One request for D0 and D1 of a reader, one for each relay. */
export class ChardevDriver implements GpioDriver {
  readonly name = 'chardev';
  readonly caveats: readonly string[] = releaseCaveats();

  /**
   * Edges are those at which pulses start, stamped by the kernel in CLOCK_MONOTONIC.
   * @throws Fault `gpio-no-chip`, `gpio-no-line`, `gpio-busy`, `gpio-denied`, `gpio-unsupported`.
   */
  openReader(lines: ReaderLines, sink: EdgeSink): ReaderInput {
    const chip = findChip(lines.chip);
    const offsets = [lines.d0, lines.d1];
    for (const line of offsets) checkLine(chip, line);
    const consumer = `latchd:${lines.name}`;
    if (lines.d0 === lines.d1) throw busyLine(chip.name, lines.d0, consumer);
    const fd = requestLines(chip, offsets, encodeEdgeRequest(offsets, consumer));
    try {
      return new ChardevReader(fd, lines, sink);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** @throws Fault as `openReader`. */
  openRelay(line: RelayLine): Relay {
    const chip = findChip(line.chip);
    checkLine(chip, line.line);
    const asked = encodeOutputRequest(line.line, `latchd:${line.name}`, line.activeLow);
    return new ChardevRelay(requestLines(chip, [line.line], asked), line);
  }
}
