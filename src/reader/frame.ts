import { type Format, holds } from './formats.ts';
import { Ring } from './ring.ts';

/** What came over the wires of one reader between two silences. Times as the kernel saw them. */
export interface Frame {
  /** Bits held in `raw`, 1 to the capacity of the ring. */
  readonly length: number;
  /** The bits right-aligned: the first on the wire is the most significant. */
  readonly raw: bigint;
  /** Microseconds of the first and of the last edge. */
  readonly startUs: number;
  readonly endUs: number;
  /** Edges closer than `shortestIntervalUs` to the one before, or earlier than it. */
  readonly glitches: number;
  /** Edges known to be missing: thrown away by the kernel, or more than the ring holds. */
  readonly lost: number;
  /** The bits followed a frame that had ended, with no silence between. */
  readonly excess: boolean;
  readonly endedBy: 'length' | 'silence';
}

/**
 * Two edges closer than this, on the same line or on both, are not two bits. A legal interval is
 * 200 us or more (SIA AC-01); an interrupt may come up to 50 us late and narrow it.
 */
export const shortestIntervalUs = 150;

/**
 * The longest legal interval is 20 ms (SIA AC-01), so a frame of an honest reader never holds
 * 25 ms of silence.
 */
const longestGapUs = 25_000;

/**
 * Readers keep an even pace but are small processors with work of their own, and one interval may
 * be many times the next: the rig's sender has paused for 10 ms in a frame of 1 ms intervals. A
 * frame cut in two is lost; a few milliseconds more nobody notices, and most frames end early anyway.
 */
const gapPerInterval = 4;
const shortestGapUs = 15_000;

/**
 * Cuts the edges of one reader into frames, judged by the edges' own times and never by when this
 * code happened to run. The path of an edge allocates nothing until a frame may be complete.
 */
export class Framer {
  readonly #ring = new Ring();
  readonly #ending: ((edges: Ring) => void) | undefined;
  readonly #fixedGapUs: number | undefined;
  #longestBits = 0;
  /** Formats that can end a frame before the silence. */
  #early: readonly Format[] = [];
  #lastUs = Number.NEGATIVE_INFINITY;
  #longestIntervalUs = 0;
  #glitches = 0;
  #lost = 0;
  #lostBeforeNext = 0;
  #excess = false;

  /**
   * @param formats those of the reader.
   * @param gapUs microseconds of silence that end a frame; without it four times the longest
   *   interval of the frame under way, but 15 to 25 ms, and 25 ms before there is an interval.
   * @param ending sees the edges of each frame just before it is handed out; they are forgotten then.
   */
  constructor(formats: readonly Format[], gapUs?: number, ending?: (edges: Ring) => void) {
    this.#fixedGapUs = gapUs;
    this.#ending = ending;
    this.setFormats(formats);
  }

  /** Takes other formats from the next edge on. */
  setFormats(formats: readonly Format[]): void {
    this.#longestBits = formats.reduce((longest, { bits }) => Math.max(longest, bits), 0);
    // Without parity any first part of a longer frame would pass for a whole one: only the
    // silence tells them apart.
    this.#early = formats.filter(({ bits, checked }) => checked && bits === this.#longestBits);
  }

  /**
   * Takes one edge, seen by the kernel at `atUs` microseconds. Calls `ended` before it returns for
   * each frame that this edge ends: the one before it, if the silence was long enough; its own, if
   * that is complete (the longest length the reader knows, parity holds, nothing spoilt) or fills
   * the ring. What comes after such an end without a silence is an excess frame.
   */
  push(bit: 0 | 1, atUs: number, ended: (frame: Frame) => void): void {
    const sinceUs = atUs - this.#lastUs;
    const silent = sinceUs >= this.#gapUs();
    if (silent && this.#ring.length > 0) ended(this.#end('silence'));
    if (this.#ring.length === 0) this.#begin(silent);
    this.#lostBeforeNext = 0;
    if (!silent) this.#measure(sinceUs);
    this.#lastUs = atUs;
    const held = this.#ring.push(bit, atUs);
    // Noise that never pauses must show itself too: once, and then at its silence.
    if (!this.#excess && (!held || this.#isComplete())) ended(this.#end('length'));
  }

  /**
   * The kernel threw `lost` edges away just before the next one. That spoils the frame under way,
   * and also one that the next edge begins: the lost edges may have been its beginning.
   */
  overrun(lost: number): void {
    this.#lost += lost;
    this.#lostBeforeNext += lost;
  }

  /** When the frame under way is over if no other edge comes; undefined while there is none. */
  silenceAtUs(): number | undefined {
    return this.#ring.length === 0 ? undefined : this.#lastUs + this.#gapUs();
  }

  /** Ends the frame under way if its silence is complete at `nowUs`. Deliver waiting edges first. */
  expire(nowUs: number): Frame | undefined {
    const silenceAtUs = this.silenceAtUs();
    return silenceAtUs === undefined || nowUs < silenceAtUs ? undefined : this.#end('silence');
  }

  #gapUs(): number {
    if (this.#fixedGapUs !== undefined) return this.#fixedGapUs;
    if (this.#longestIntervalUs === 0) return longestGapUs;
    const gapUs = gapPerInterval * this.#longestIntervalUs;
    return Math.min(longestGapUs, Math.max(shortestGapUs, gapUs));
  }

  #begin(afterSilence: boolean): void {
    this.#excess = !afterSilence;
    this.#glitches = 0;
    this.#lost = this.#lostBeforeNext;
    // Excess goes on at the pace of the frame it follows.
    if (afterSilence) this.#longestIntervalUs = 0;
  }

  #measure(intervalUs: number): void {
    // A glitch says nothing of the reader's pace: it would cut a slow frame into pieces.
    if (intervalUs < shortestIntervalUs) this.#glitches += 1;
    else if (intervalUs > this.#longestIntervalUs) this.#longestIntervalUs = intervalUs;
  }

  #isComplete(): boolean {
    if (this.#ring.length !== this.#longestBits || this.#early.length === 0) return false;
    if (this.#glitches > 0 || this.#lost > 0) return false;
    const raw = this.#ring.toInteger();
    return this.#early.some((format) => holds(format, raw));
  }

  #end(endedBy: Frame['endedBy']): Frame {
    const frame: Frame = {
      length: this.#ring.length,
      raw: this.#ring.toInteger(),
      startUs: this.#ring.timeUsAt(0),
      endUs: this.#lastUs,
      glitches: this.#glitches,
      lost: this.#lost + this.#ring.refused,
      excess: this.#excess,
      endedBy,
    };
    this.#ending?.(this.#ring);
    this.#ring.clear();
    return frame;
  }
}
