/** The last frames of the readers, for a technician. Types only. */
import type { KeptFrame } from '../reader/frame-history.ts';

/** Who keeps them. */
export interface FrameKeeper {
  /**
   * Frames of a reader after number `after`, oldest first; of more than `atMost`, the newest.
   * Undefined: no reader of this name has wires.
   */
  frames(reader: string, after: number, atMost: number): readonly KeptFrame[] | undefined;
}

/** What the web asks of the door about frames. */
export interface FrameCommands {
  /** As `FrameKeeper.frames`. */
  readerFrames(
    reader: string,
    after: number,
    atMost: number,
  ): Promise<readonly KeptFrame[] | undefined>;
}
