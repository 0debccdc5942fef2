/** A contact or a button on sysfs: both edges wake us, and the level is what counts. */
import type { Gpio } from 'onoff';
import type { Clock, InputLine, InputSink, InputWatch } from '../../ports.ts';
import { Debouncer } from './debounce.ts';
import { lostLine } from './faults.ts';

/** One input line, watched. */
export class OnoffInput implements InputWatch {
  readonly #gpio: Gpio;
  readonly #line: InputLine;
  readonly #sink: InputSink;
  readonly #debouncer: Debouncer;
  #open = true;

  constructor(gpio: Gpio, line: InputLine, sink: InputSink, clock: Clock) {
    this.#gpio = gpio;
    this.#line = line;
    this.#sink = sink;
    const activeLevel = line.activeLow ? 0 : 1;
    const read = gpio.readSync.bind(gpio);
    // onoff reads in a callback of its own, where an error (the chip is gone) is caught by nobody.
    const levelOrLoss = () => {
      try {
        return read();
      } catch (error) {
        this.#lose(error);
        return activeLevel === 1 ? 0 : 1;
      }
    };
    gpio.readSync = levelOrLoss;
    this.#debouncer = new Debouncer(clock, sink, line.debounceUs, read() === activeLevel);
    gpio.watch((error) => {
      if (error) this.#lose(error);
      else if (this.#open) this.#debouncer.edge(levelOrLoss() === activeLevel);
    });
  }

  isActive(): boolean {
    return this.#debouncer.isActive;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#debouncer.close();
    this.#gpio.unexport();
  }

  #lose(cause: unknown): void {
    if (!this.#open) return;
    this.close();
    const { name, line, chip } = this.#line;
    this.#sink.lost(lostLine(`input ${name} (line ${line} of ${chip})`, cause));
  }
}
