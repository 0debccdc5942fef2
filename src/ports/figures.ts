/** Figures for operators, as the main thread keeps them. Types only. */
import type { HealthFault } from './health.ts';
import type { PanelStatus } from './web.ts';

/** A histogram: how many values were at most each bound, and beyond all of them. */
export interface Histogram {
  /** Upper bounds, seconds, ascending. */
  readonly bounds: readonly number[];
  /** Of each bound alone, and one more for what is beyond. */
  readonly counts: readonly number[];
  /** Of all values, seconds. */
  readonly sum: number;
}

/** The disk that the database is on. */
export interface DiskState {
  /** Infinite where the file system does not say. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  readonly readOnly: boolean;
}

/** Delays of the main thread's loop since the start, seconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What has been going on since the start. */
export interface PanelFigures {
  readonly status: PanelStatus;
  /** What is wrong now. */
  readonly faults: readonly HealthFault[];
  /** Presentations that were granted. */
  readonly grants: number;
  readonly refusals: { readonly [reason: string]: number };
  /** From the last edge of a card to the end of its decision, relay included. */
  readonly decision: Histogram;
  readonly loop: LoopDelay;
  readonly residentBytes: number;
  readonly disk: DiskState;
  readonly webDeaths: number;
  readonly logLinesLost: number;
}

/** Part of `PanelCommands`. */
export interface FigureCommands {
  figures(): Promise<PanelFigures>;
  /**
   * Believes the clock as it is now, also where it is behind the last event. False: it cannot be right,
   * it was never set.
   */
  acceptClock(by: string): Promise<boolean>;
}
