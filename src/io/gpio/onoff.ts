/**
 * The driver for kernels without version 2 of the character device: package onoff on sysfs.
 *
 * It watches the rising edge, the one that ends a pulse: onoff reads the level after it has been
 * woken and calls nobody when the level does not suit the edge, and a Wiegand pulse of 50 us is over
 * by then (fivdi/onoff issue 191). The time of an edge is the time of the callback.
 */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Gpio } from 'onoff';
import { errnoOf, Fault } from '../../errors.ts';
import type {
  Clock,
  EdgeSink,
  GpioDriver,
  InputLine,
  InputSink,
  InputWatch,
  Log,
  ReaderInput,
  ReaderLines,
  Relay,
  RelayLine,
} from '../../ports.ts';
import { busyLine, denied, lostLine } from './faults.ts';
import { OnoffInput } from './onoff-input.ts';
import { OnoffReader } from './onoff-reader.ts';
import { RestGuard } from './rest-guard.ts';
import { lineNumber, sysfsRoot } from './sysfs.ts';

type GpioClass = typeof Gpio;

/** A line by chip and offset, and its number in sysfs. */
interface SysfsLine {
  readonly chip: string;
  readonly line: number;
  readonly number: number;
}

function resolveLine(chip: string, line: number): SysfsLine {
  return { chip, line, number: lineNumber(chip, line) };
}

function file(line: SysfsLine, name: 'direction' | 'value'): string {
  return join(sysfsRoot, `gpio${line.number}`, name);
}

function openFault(line: SysfsLine, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined || error instanceof Fault) return error;
  const path = error instanceof Error && 'path' in error ? String(error.path) : sysfsRoot;
  if (code === 'EBUSY') return busyLine(line.chip, line.line, undefined, error);
  if (code === 'EACCES' || code === 'EPERM') return denied(path, error);
  return new Fault(
    'gpio-unsupported',
    `line ${line.line} of ${line.chip} cannot be used by sysfs (${code} at ${path})`,
    `Use a line of ${line.chip} that is not reserved and that can raise interrupts for a reader; ` +
      'with Linux 5.10 or later set gpio.driver to chardev.',
    error,
  );
}

/**
 * Opens a line, also where a process that was killed has left it exported. onoff says nothing when
 * such a line does not do what it is told, so `isReady` looks whether it did.
 */
function openLine(line: SysfsLine, open: () => Gpio, isReady: (gpio: Gpio) => boolean): Gpio {
  const wasExported = existsSync(file(line, 'value'));
  let gpio: Gpio | undefined;
  try {
    gpio = open();
    if (isReady(gpio)) return gpio;
    throw denied(file(line, 'direction'));
  } catch (error) {
    gpio?.unwatchAll();
    if (!wasExported) unexport(line);
    throw openFault(line, error);
  }
}

function unexport(line: SysfsLine): void {
  try {
    writeFileSync(join(sysfsRoot, 'unexport'), String(line.number));
  } catch {
    // It was not exported, which is why we are here; or nobody may, and the cause is told anyway.
  }
}

class OnoffRelay implements Relay {
  readonly #gpio: Gpio;
  readonly #line: RelayLine;
  readonly #released: () => void;
  #open = true;

  constructor(gpio: Gpio, line: RelayLine, released: () => void) {
    this.#gpio = gpio;
    this.#line = line;
    this.#released = released;
  }

  set(energised: boolean): void {
    this.#use((gpio) => gpio.writeSync(energised === this.#line.activeLow ? 0 : 1));
  }

  isEnergised(): boolean {
    const energised = this.#line.activeLow ? 0 : 1;
    return this.#open && this.#use((gpio) => gpio.readSync()) === energised;
  }

  close(): void {
    if (!this.#open) return;
    try {
      this.set(false);
      // From here on the guard has nothing to do; a relay that could not be driven it tries at the end.
      this.#released();
    } finally {
      this.#open = false;
      this.#gpio.unexport();
    }
  }

  #use<Result>(action: (gpio: Gpio) => Result): Result {
    const { name, chip, line } = this.#line;
    const what = `relay ${name} (line ${line} of ${chip})`;
    if (!this.#open) throw lostLine(what);
    try {
      return action(this.#gpio);
    } catch (error) {
      throw lostLine(what, error);
    }
  }
}

/** It is at rest, since it has just been opened; why it cannot be used is told by whoever opens it. */
function closeUnguarded(relay: Relay): void {
  try {
    relay.close();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** GPIO by sysfs and package onoff. */
export class OnoffDriver implements GpioDriver {
  readonly name = 'onoff';
  readonly caveats = [
    'sysfs has no queue and no kernel time: pulses that come while latchd is busy for a few ' +
      'milliseconds merge or change order, and nothing tells how many. Such frames are misreads.',
    'sysfs keeps a relay at its level when latchd is killed: a guard process drives it to rest then.',
  ] as const;
  readonly #gpio: GpioClass;
  readonly #clock: Clock;
  readonly #guard: RestGuard;

  constructor(gpio: GpioClass, clock: Clock, log: Log) {
    this.#gpio = gpio;
    this.#clock = clock;
    this.#guard = new RestGuard(log);
  }

  /**
   * Edges are those at which pulses end, in the time of their callbacks.
   * @throws Fault `gpio-no-chip`, `gpio-no-line`, `gpio-busy`, `gpio-denied`, `gpio-unsupported`.
   */
  openReader(lines: ReaderLines, sink: EdgeSink): ReaderInput {
    const wires = [resolveLine(lines.chip, lines.d0), resolveLine(lines.chip, lines.d1)] as const;
    if (lines.d0 === lines.d1) throw busyLine(lines.chip, lines.d0, `latchd:${lines.name}`);
    const files = [file(wires[0], 'value'), file(wires[1], 'value')] as const;
    const reader = new OnoffReader(lines, files, sink, this.#clock);
    try {
      reader.watch(this.#openWatched(wires[0], 'rising'), 0);
      reader.watch(this.#openWatched(wires[1], 'rising'), 1);
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /** @throws Fault as `openReader`. */
  openRelay(line: RelayLine): Relay {
    const wire = resolveLine(line.chip, line.line);
    const restLevel = line.activeLow ? 1 : 0;
    const options = { activeLow: false };
    const gpio = openLine(
      wire,
      // `high` and `low` set direction and level in one step; `out` would mean `low` first.
      () => new this.#gpio(wire.number, restLevel === 1 ? 'high' : 'low', 'none', options),
      (opened) =>
        opened.direction() === 'out' && !opened.activeLow() && opened.readSync() === restLevel,
    );
    const relay = new OnoffRelay(gpio, line, () => this.#guard.free(file(wire, 'value')));
    try {
      this.#guard.hold(file(wire, 'value'), restLevel);
      return relay;
    } catch (error) {
      closeUnguarded(relay);
      throw new Fault(
        'gpio-unsupported',
        `relay ${line.name} cannot be guarded: ${String(error)}`,
        'Check that /bin/sh is there and that a process may be started (ulimit -u, TasksMax=).',
        error,
      );
    }
  }

  /** @throws Fault as `openReader`; `gpio-unsupported` for a bias, which sysfs cannot set. */
  openInput(line: InputLine, sink: InputSink): InputWatch {
    const wire = resolveLine(line.chip, line.line);
    if (line.bias !== 'none') {
      throw new Fault(
        'gpio-unsupported',
        `input ${line.name} asks for a ${line.bias}, which sysfs cannot set`,
        'Wire a resistor and set bias to none, or set gpio.driver to chardev (Linux 5.10 or later).',
      );
    }
    return new OnoffInput(this.#openWatched(wire, 'both'), line, sink, this.#clock);
  }

  #openWatched(wire: SysfsLine, edge: 'rising' | 'both'): Gpio {
    return openLine(
      wire,
      () => new this.#gpio(wire.number, 'in', edge, { activeLow: false }),
      (gpio) => gpio.direction() === 'in' && !gpio.activeLow() && gpio.edge() === edge,
    );
  }
}

/**
 * Loads package onoff, which is optional because its addon has to be compiled.
 * @throws Fault `gpio-no-driver` when it is not installed or does not fit this Node.
 */
export async function loadOnoff(clock: Clock, log: Log): Promise<OnoffDriver> {
  try {
    const { Gpio } = await import('onoff');
    return new OnoffDriver(Gpio, clock, log);
  } catch (error) {
    throw new Fault(
      'gpio-no-driver',
      'package onoff is not installed or was built for another version of Node',
      'Install a compiler (apt install build-essential python3), run npm rebuild epoll or npm ' +
        'install onoff in the directory of latchd; or, with Linux 5.10 or later, set gpio.driver to ' +
        'chardev.',
      error,
    );
  }
}
