/**
 * The default driver: the GPIO character device, version 2 (Linux 5.10 and later). The kernel stamps,
 * numbers and queues every edge of a reader, so that a busy process loses nothing and sees what it
 * would lose. docs.kernel.org/userspace-api/gpio/gpio-v2-get-line-ioctl.html and its neighbours.
 */

import { closeSync, readFileSync } from 'node:fs';
import type {
  Clock,
  EdgeSink,
  GpioDriver,
  InputLine,
  InputSink,
  InputWatch,
  LineLevels,
  ReaderInput,
  ReaderLines,
  Relay,
  RelayLine,
  Timer,
} from '../../ports.ts';
import { ioctl } from '../libc.ts';
import { ChardevInput } from './chardev-input.ts';
import { checkLine, findChip, requestLines } from './chips.ts';
import { EventQueue, recordsPerRead } from './event-queue.ts';
import { busyLine, lostLine } from './faults.ts';
import { LineEvents } from './line-events.ts';
import {
  decodeLevels,
  decodeLineValue,
  encodeEdgeRequest,
  encodeInputRequest,
  encodeLevelsRequest,
  encodeLineValue,
  encodeOutputRequest,
  request,
} from './uapi.ts';

/**
 * An edge that was overtaken on its way into the queue is there far sooner, and the silence that ends a
 * frame is longer.
 */
const settleUs = 5000;

class ChardevReader implements ReaderInput {
  readonly #fd: number;
  readonly #queue: EventQueue;
  readonly #events: LineEvents;
  readonly #clock: Clock;
  #settling: Timer | undefined;

  constructor(fd: number, lines: ReaderLines, sink: EdgeSink, clock: Clock) {
    const what = `reader ${lines.name} (lines ${lines.d0} and ${lines.d1} of ${lines.chip})`;
    const events = new LineEvents(sink, lines.d1, recordsPerRead);
    const isOpen = () => queue.isOpen;
    const queue = new EventQueue(fd, {
      records: (buffer, bytes) => {
        events.deliver(buffer, bytes, isOpen);
        if (events.isHolding) this.#settleLater();
      },
      lost: (cause) => sink.lost(lostLine(what, cause)),
    });
    this.#fd = fd;
    this.#queue = queue;
    this.#clock = clock;
    this.#events = events;
  }

  drain(): void {
    this.#queue.drain();
    // Whoever asks is about to believe in a silence: what is missing now is lost.
    if (this.#events.isHolding) this.#queue.drain();
  }

  levels(): LineLevels | undefined {
    if (!this.#queue.isOpen) return undefined;
    const values = encodeLevelsRequest();
    try {
      ioctl(this.#fd, request.getValues, values);
      return decodeLevels(values);
    } catch {
      // The chip is gone, which the queue tells.
      return undefined;
    }
  }

  close(): void {
    this.#settling?.cancel();
    this.#queue.close();
  }

  /** The queue is read again soon, also where no edge comes that would wake it. */
  #settleLater(): void {
    this.#settling ??= this.#clock.after(settleUs, () => {
      this.#settling = undefined;
      this.drain();
    });
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
    } finally {
      this.#open = false;
      closeSync(this.#fd);
    }
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

/** GPIO by character device. One request for D0 and D1 of a reader, one for each relay and input. */
export class ChardevDriver implements GpioDriver {
  readonly name = 'chardev';
  readonly caveats: readonly string[] = releaseCaveats();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

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
      return new ChardevReader(fd, lines, sink, this.#clock);
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

  /** @throws Fault as `openReader`. */
  openInput(line: InputLine, sink: InputSink): InputWatch {
    const chip = findChip(line.chip);
    checkLine(chip, line.line);
    const asked = encodeInputRequest(line.line, `latchd:${line.name}`, line);
    const fd = requestLines(chip, [line.line], asked);
    try {
      return new ChardevInput(fd, line, sink);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }
}
