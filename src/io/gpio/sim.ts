/**
 * The `sim` driver: no hardware, the same port. Pulses are played by hand, in real time, through a
 * queue that behaves as the kernel's does for one line request: it keeps the newest 1024 edges and
 * what it had to drop shows as an overrun before the next edge.
 */

import type {
  Clock,
  EdgeSink,
  GpioDriver,
  InputLine,
  InputPlayer,
  InputSink,
  InputWatch,
  LineLevels,
  PulsePlayer,
  ReaderInput,
  ReaderLines,
  Relay,
  RelayLine,
  Timer,
} from '../../ports.ts';
import { Debouncer } from './debounce.ts';
import { busyLine, type ChipInfo, lostLine, noChip, noLine } from './faults.ts';

/** As large as the kernel's queue can be: GPIO_V2_LINES_MAX * 16. */
const queueEdges = 1024;
/** Silence between two plays on one reader: twice the longest legal interval, and some. */
const gapUs = 50_000;
/** More lines than any Raspberry Pi has on one chip. */
const linesPerChip = 64;

/** Some pulses in a row; `next` is the first one not delivered. */
interface Play {
  readonly bits: string;
  readonly startUs: number;
  readonly intervalUs: number;
  readonly widthUs: number;
  next: number;
}

class SimReader implements ReaderInput {
  readonly #clock: Clock;
  readonly #sink: EdgeSink;
  readonly #release: () => void;
  #plays: Play[] = [];
  #timer: Timer | undefined;
  #wiresFreeAtUs = Number.NEGATIVE_INFINITY;
  #delivering = false;
  #open = true;
  /** When the last pulse on D0 and on D1 is over. */
  readonly #lowUntilUs: [number, number] = [0, 0];
  readonly #held: [boolean, boolean] = [false, false];

  constructor(clock: Clock, sink: EdgeSink, release: () => void) {
    this.#clock = clock;
    this.#sink = sink;
    this.#release = release;
  }

  play(bits: string, widthUs: number, intervalUs: number): void {
    const startUs = Math.max(this.#clock.monoUs(), this.#wiresFreeAtUs);
    this.#wiresFreeAtUs = startUs + (bits.length - 1) * intervalUs + widthUs + gapUs;
    this.#plays.push({ bits, startUs, intervalUs, widthUs, next: 0 });
    this.#arm();
  }

  holdLow(bit: 0 | 1, held: boolean): void {
    const falls = held && !this.#held[bit];
    this.#held[bit] = held;
    if (falls) this.#sink.edge(bit, this.#clock.monoUs());
  }

  levels(): LineLevels | undefined {
    if (!this.#open) return undefined;
    this.drain();
    const nowUs = this.#clock.monoUs();
    const isLow = (bit: 0 | 1) => this.#held[bit] || nowUs < this.#lowUntilUs[bit];
    return { d0Low: isLow(0), d1Low: isLow(1) };
  }

  drain(): void {
    // From inside a sink's edge() the rest of the queue is on its way already.
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      this.#deliver(this.#clock.monoUs());
    } finally {
      this.#delivering = false;
    }
    this.#arm();
  }

  close(): void {
    this.#open = false;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#plays = [];
    this.#release();
  }

  #deliver(nowUs: number): void {
    const due = this.#plays.reduce((sum, play) => sum + dueEdges(play, nowUs), 0);
    const lost = Math.max(0, due - queueEdges);
    for (let left = lost; left > 0; ) {
      const play = this.#plays[0];
      if (play === undefined) break;
      const dropped = Math.min(left, play.bits.length - play.next);
      play.next += dropped;
      left -= dropped;
      this.#forgetPlayed();
    }
    if (lost > 0) this.#sink.overrun(lost);
    for (let left = due - lost; left > 0; left--) {
      const play = this.#plays[0];
      // A sink may close its input from inside edge().
      if (play === undefined) return;
      const bit = play.bits[play.next] === '1' ? 1 : 0;
      const atUs = play.startUs + play.next * play.intervalUs;
      play.next++;
      this.#forgetPlayed();
      this.#lowUntilUs[bit] = atUs + play.widthUs;
      if (!this.#held[bit]) this.#sink.edge(bit, atUs);
    }
  }

  #forgetPlayed(): void {
    const play = this.#plays[0];
    if (play !== undefined && play.next === play.bits.length) this.#plays.shift();
  }

  #arm(): void {
    const play = this.#plays[0];
    if (play === undefined || this.#timer !== undefined) return;
    const atUs = play.startUs + play.next * play.intervalUs;
    this.#timer = this.#clock.after(Math.max(0, atUs - this.#clock.monoUs()), () => {
      this.#timer = undefined;
      this.drain();
    });
  }
}

/** How many edges of a play have come by `nowUs` and are not delivered. */
function dueEdges(play: Play, nowUs: number): number {
  if (nowUs < play.startUs) return 0;
  const started = Math.floor((nowUs - play.startUs) / play.intervalUs) + 1;
  return Math.min(play.bits.length, started) - play.next;
}

/** GPIO without hardware. Chips are those of the configuration, each with 64 lines. */
export class SimDriver implements GpioDriver, PulsePlayer, InputPlayer {
  readonly name = 'sim';
  readonly caveats = ['No hardware is driven: readers and relays are simulated.'] as const;
  readonly #clock: Clock;
  readonly #chips: readonly ChipInfo[];
  /** What holds a line, by `chip:offset`. */
  readonly #holders = new Map<string, string>();
  readonly #readers = new Map<string, SimReader>();
  readonly #wires = new Map<string, { active: boolean; watch: Debouncer | undefined }>();
  /** Outputs that are energised, by name. */
  readonly #energised = new Set<string>();

  /** `chips`: the names that exist here; a line of any other is refused as on a real machine. */
  constructor(clock: Clock, chips: readonly string[]) {
    this.#clock = clock;
    this.#chips = chips.map((name) => ({ name, label: 'sim', lines: linesPerChip }));
  }

  /** @throws Fault `gpio-no-chip`, `gpio-no-line`, `gpio-busy`. */
  openReader(lines: ReaderLines, sink: EdgeSink): ReaderInput {
    const { name, chip, d0, d1 } = lines;
    const release = this.#hold(chip, [d0, d1], `latchd:${name}`);
    const reader = new SimReader(this.#clock, sink, () => {
      release();
      if (this.#readers.get(name) === reader) this.#readers.delete(name);
    });
    this.#readers.set(name, reader);
    return reader;
  }

  /** @throws Fault `gpio-no-chip`, `gpio-no-line`, `gpio-busy`. */
  openRelay({ name, chip, line }: RelayLine): Relay {
    const release = this.#hold(chip, [line], `latchd:${name}`);
    const energised = this.#energised;
    let open = true;
    energised.delete(name);
    return {
      set(wanted) {
        if (!open) throw lostLine(`relay ${name} (line ${line} of ${chip})`);
        if (wanted) energised.add(name);
        else energised.delete(name);
      },
      isEnergised: () => open && energised.has(name),
      close() {
        if (open) energised.delete(name);
        open = false;
        release();
      },
    };
  }

  /** @throws Fault `gpio-no-chip`, `gpio-no-line`, `gpio-busy`. */
  openInput({ name, chip, line, debounceUs }: InputLine, sink: InputSink): InputWatch {
    const release = this.#hold(chip, [line], `latchd:${name}`);
    const wire = this.#wires.get(name) ?? { active: false, watch: undefined };
    this.#wires.set(name, wire);
    const debouncer = new Debouncer(this.#clock, sink, debounceUs, wire.active);
    wire.watch = debouncer;
    return {
      isActive: () => debouncer.isActive,
      close() {
        debouncer.close();
        if (wire.watch === debouncer) wire.watch = undefined;
        release();
      },
    };
  }

  /** Makes an input active or inactive. @returns false when no input of that name is open. */
  setInput(name: string, active: boolean): boolean {
    const wire = this.#wires.get(name);
    if (wire === undefined) return false;
    wire.active = active;
    wire.watch?.edge(active);
    return wire.watch !== undefined;
  }

  /**
   * Plays pulses on the wires of an open reader, after whatever is playing there and a gap of 50 ms.
   * `bits` are `0` and `1` in wire order; edges carry the time at which each pulse starts.
   * @returns false when no reader of that name is open.
   * @throws RangeError for other characters, no bits, or pulses that are not shorter than apart.
   */
  play(reader: string, bits: string, widthUs: number, intervalUs: number): boolean {
    if (!/^[01]+$/.test(bits)) throw new RangeError('pulses are written as 0 and 1');
    if (!(widthUs > 0 && widthUs < intervalUs && intervalUs < Number.POSITIVE_INFINITY)) {
      throw new RangeError('a pulse must be shorter than the interval between two');
    }
    const input = this.#readers.get(reader);
    input?.play(bits, widthUs, intervalUs);
    return input !== undefined;
  }

  /** Holds a line of an open reader low, or lets it go. @returns false when none of that name is open. */
  holdLow(reader: string, bit: 0 | 1, held: boolean): boolean {
    const input = this.#readers.get(reader);
    input?.holdLow(bit, held);
    return input !== undefined;
  }

  /** Whether an output is energised; one that is not open is at rest. */
  energised(name: string): boolean {
    return this.#energised.has(name);
  }

  #hold(chip: string, lines: readonly number[], holder: string): () => void {
    const info = this.#chips.find(({ name }) => name === chip);
    if (info === undefined) throw noChip(chip, this.#chips);
    for (const [index, line] of lines.entries()) {
      if (line < 0 || line >= info.lines) throw noLine(info, line);
      const other = lines.indexOf(line) < index ? holder : this.#holders.get(`${chip}:${line}`);
      if (other !== undefined) throw busyLine(chip, line, other);
    }
    const keys = lines.map((line) => `${chip}:${line}`);
    for (const key of keys) this.#holders.set(key, holder);
    let held = true;
    return () => {
      // Closed twice, it must not free lines that somebody else holds by now.
      if (held) for (const key of keys) this.#holders.delete(key);
      held = false;
    };
  }
}
