import { shortestIntervalUs } from './frame.ts';

/**
 * What can be wrong with the wires of a reader. Stable strings.
 * - `d0-stuck-low`, `d1-stuck-low`: a line is low for longer than any pulse.
 * - `both-lines-low`: both are, as without a reader, its power or the pull-ups.
 * - `lines-together`: every pulse comes on both lines, as where they touch.
 * - `wires-swapped`: what comes is right when every bit is inverted.
 * - `too-many-frames`: more frames come than people can present.
 */
export const lineFaultCodes = [
  'd0-stuck-low',
  'd1-stuck-low',
  'both-lines-low',
  'lines-together',
  'wires-swapped',
  'too-many-frames',
] as const;
export type LineFaultCode = (typeof lineFaultCodes)[number];

/** A fault that began, or one that is over. */
interface LineFaultChange {
  readonly code: LineFaultCode;
  readonly began: boolean;
}

/** What a frame turned out to be. */
export type FrameOutcome = 'card' | 'key' | 'swapped' | 'misread';

/** A fault without a sign for so long is over; shorter ones would flood the log where a line flaps. */
const calmUs = 10_000_000;
/** Frames are counted over so long: a reader that sends a card several times is no fault. */
const windowUs = 3_000_000;
const windowSeconds = windowUs / 1e6;
/** One frame may look swapped or doubled by chance. */
const framesThatTell = 2;
/** Shorter ones say nothing of their lines: a key has four bits, a spark makes a few pulses. */
const shortestTelling = 8;
/** Of the edges of a frame, how many come in pairs where both lines pulse together. */
const pairedShare = 0.75;

/**
 * Finds the faults of one reader's wires. Times are those of the kernel, microseconds. The path of
 * an edge allocates nothing.
 */
export class LineFaults {
  readonly #framesPerSecond: number;
  /** Signs of each fault that has begun: the latest. */
  readonly #signUs = new Map<LineFaultCode, number>();
  readonly #began = new Map<LineFaultCode, number>();
  #changes: LineFaultChange[] = [];
  /** Edges on D0 and D1 since the levels were last looked at. */
  readonly #edges = new Uint32Array(2);
  readonly #wasLow: [boolean, boolean] = [false, false];
  /** Which lines stood still and low between the last two looks, as bits. */
  #stuck = 0;
  #lastBit = -1;
  #lastUs = Number.NEGATIVE_INFINITY;
  #pairs = 0;
  #together = 0;
  #swapped = 0;
  /** Times of the latest frames, as many as may come in the window. */
  readonly #frameUs: Float64Array;
  #frames = 0;

  /** @param framesPerSecond the most that people can present, over some seconds; from 1 up. */
  constructor(framesPerSecond: number) {
    this.#framesPerSecond = framesPerSecond;
    const most = framesPerSecond * windowSeconds;
    this.#frameUs = new Float64Array(most).fill(Number.NEGATIVE_INFINITY);
  }

  /** An edge at `atUs`. */
  edge(bit: 0 | 1, atUs: number): void {
    this.#edges[bit] = (this.#edges[bit] ?? 0) + 1;
    if (bit !== this.#lastBit && Math.abs(atUs - this.#lastUs) < shortestIntervalUs) {
      this.#pairs += 1;
    }
    this.#lastBit = bit;
    this.#lastUs = atUs;
  }

  /** The kernel threw edges away: both lines may have moved. */
  overrun(): void {
    this.#edges[0] = (this.#edges[0] ?? 0) + 1;
    this.#edges[1] = (this.#edges[1] ?? 0) + 1;
  }

  /**
   * A frame of `bits` has ended at `endUs`. False: what the reader sends now is not to be trusted,
   * whatever the frame says: too many come, or a line stands still.
   */
  frame(endUs: number, bits: number): boolean {
    const paired = bits >= shortestTelling && this.#pairs * 2 >= bits * pairedShare;
    this.#pairs = 0;
    this.#together = paired ? this.#together + 1 : 0;
    if (this.#together >= framesThatTell) this.#sign('lines-together', endUs);
    this.#count(endUs);
    return !this.#signUs.has('too-many-frames') && !this.#standsStill();
  }

  /** What became of the frame that was last told, where it was trusted. */
  judged(outcome: FrameOutcome): void {
    if (outcome === 'card' || outcome === 'key') this.#end('lines-together');
    // Any four bits may be a key; only a card proves its wires.
    if (outcome === 'card') this.#end('wires-swapped');
    if (outcome === 'card') this.#swapped = 0;
    if (outcome === 'swapped') this.#swapped += 1;
    if (this.#swapped >= framesThatTell) this.#sign('wires-swapped', this.#lastUs);
  }

  /** The lines as they stand at `nowUs`, looked at before all edges up to then were told. */
  levels(d0Low: boolean, d1Low: boolean, nowUs: number): void {
    const before = this.#stuck;
    this.#stuck = (this.#isStill(0, d0Low) ? 1 : 0) | (this.#isStill(1, d1Low) ? 2 : 0);
    this.#edges.fill(0);
    // Twice the same: the two lines of a plug that is pulled do not fall at one moment.
    const code = stuckCodes[this.#stuck];
    if (code && this.#stuck === before) this.#sign(code, nowUs);
  }

  /** Time has passed: what has had no sign for long enough is over. */
  tick(nowUs: number): void {
    for (const [code, signUs] of this.#signUs) {
      const endsByTime = code !== 'lines-together' && code !== 'wires-swapped';
      const calm = code === 'too-many-frames' ? windowUs : calmUs;
      if (endsByTime && nowUs - signUs >= calm) this.#end(code);
    }
  }

  /** What began and ended since it was last asked, in order. */
  take(): readonly LineFaultChange[] {
    const changes = this.#changes;
    if (changes.length > 0) this.#changes = [];
    return changes;
  }

  /** Faults that there are now. */
  active(): LineFaultCode[] {
    return lineFaultCodes.filter((code) => this.#signUs.has(code));
  }

  /** How often a fault has begun. */
  count(code: LineFaultCode): number {
    return this.#began.get(code) ?? 0;
  }

  #isStill(bit: 0 | 1, low: boolean): boolean {
    const still = low && this.#wasLow[bit] && this.#edges[bit] === 0;
    this.#wasLow[bit] = low;
    return still;
  }

  /** Whether a line is stuck and has not moved since. */
  #standsStill(): boolean {
    const still = (bit: 0 | 1) => (this.#stuck & (bit + 1)) !== 0 && this.#edges[bit] === 0;
    const isTold = stuckCodes.some((code) => code && this.#signUs.has(code));
    return isTold && (still(0) || still(1));
  }

  #count(endUs: number): void {
    const most = this.#frameUs.length;
    const ago = (frames: number) =>
      this.#frameUs[(this.#frames + most - frames) % most] ?? Number.NEGATIVE_INFINITY;
    const signUs = this.#signUs.get('too-many-frames');
    if (signUs === undefined) {
      if (endUs - ago(most) < windowUs) this.#sign('too-many-frames', endUs);
    } else if (endUs - ago(this.#framesPerSecond) < windowUs) this.#sign('too-many-frames', endUs);
    else if (endUs - signUs >= windowUs) this.#end('too-many-frames');
    this.#frameUs[this.#frames % most] = endUs;
    this.#frames += 1;
  }

  #sign(code: LineFaultCode, atUs: number): void {
    if (!this.#signUs.has(code)) {
      this.#began.set(code, this.count(code) + 1);
      this.#changes.push({ code, began: true });
    }
    this.#signUs.set(code, atUs);
  }

  #end(code: LineFaultCode): void {
    if (this.#signUs.delete(code)) this.#changes.push({ code, began: false });
  }
}

/** By the bits of the lines that stand still. */
const stuckCodes: readonly (LineFaultCode | undefined)[] = [
  undefined,
  'd0-stuck-low',
  'd1-stuck-low',
  'both-lines-low',
];
