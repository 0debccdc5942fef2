/** A reader's two lines on sysfs: onoff wakes us at the end of each pulse. */
import { readFileSync } from 'node:fs';
import type { Gpio } from 'onoff';
import type { Clock, EdgeSink, LineLevels, ReaderInput, ReaderLines } from '../../ports.ts';
import { lostLine } from './faults.ts';

/** One reader; its lines are given to it one by one. */
export class OnoffReader implements ReaderInput {
  readonly #sink: EdgeSink;
  readonly #clock: Clock;
  readonly #what: string;
  readonly #lines: Gpio[] = [];
  /** Where sysfs tells the levels of D0 and D1. */
  readonly #valueFiles: readonly [string, string];
  #open = true;

  constructor(
    lines: ReaderLines,
    valueFiles: readonly [string, string],
    sink: EdgeSink,
    clock: Clock,
  ) {
    this.#sink = sink;
    this.#clock = clock;
    this.#valueFiles = valueFiles;
    this.#what = `reader ${lines.name} (lines ${lines.d0} and ${lines.d1} of ${lines.chip})`;
  }

  /** Delivers the ends of pulses on one line as `bit`. */
  watch(gpio: Gpio, bit: 0 | 1): void {
    this.#lines.push(gpio);
    // onoff calls this method when it is woken, in a callback of its own where an error (the chip is
    // gone) could be caught by nobody.
    const readSync = gpio.readSync.bind(gpio);
    gpio.readSync = () => {
      try {
        return readSync();
      } catch (error) {
        this.#lose(error);
        return 0;
      }
    };
    gpio.watch((error) => {
      if (error) this.#lose(error);
      else if (this.#open) this.#sink.edge(bit, this.#clock.monoUs());
    });
  }

  /** Nothing to do: sysfs keeps no edges, only a mark that there was one, which onoff waits for. */
  drain(): void {}

  /**
   * Read from descriptors of its own: a read on the one that onoff watches takes the mark away that
   * there was an edge, before anybody has seen it.
   */
  levels(): LineLevels | undefined {
    if (!this.#open) return undefined;
    const isLow = (path: string) => readFileSync(path, 'latin1').startsWith('0');
    try {
      return { d0Low: isLow(this.#valueFiles[0]), d1Low: isLow(this.#valueFiles[1]) };
    } catch {
      // The chip is gone, which onoff tells with the next edge, or nobody does.
      return undefined;
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const gpio of this.#lines) gpio.unexport();
  }

  #lose(cause: unknown): void {
    if (!this.#open) return;
    this.close();
    this.#sink.lost(lostLine(this.#what, cause));
  }
}
