/** What the contract of the GPIO drivers is tested on, and how. */

import assert from 'node:assert/strict';
import { Fault, type FaultCode } from '../../src/errors.ts';
import type {
  GpioDriver,
  InputLine,
  ReaderInput,
  ReaderLines,
  RelayLine,
} from '../../src/ports.ts';
import { EdgeRecorder } from './edge-recorder.ts';

/** What the readers send: frames one after the other, with at least 50 ms between two. */
export interface Played {
  readonly left?: readonly string[];
  readonly right?: readonly string[];
}

/** A board with two readers and two relays, whatever it is made of. */
export interface GpioBench {
  readonly driver: GpioDriver;
  readonly left: ReaderLines;
  readonly right: ReaderLines;
  /** Energised by a high level. */
  readonly first: RelayLine;
  /** Energised by a low level. */
  readonly second: RelayLine;
  /** Active by a high level and by a low one; a level that lasts less than 50 ms is none. */
  readonly button: InputLine;
  readonly contact: InputLine;
  /** A line that `occupy` can take, and one that is beyond the chip. */
  readonly spareLine: number;
  readonly beyondLine: number;

  /** CLOCK_MONOTONIC. */
  nowUs(): number;
  /** Plays while the main loop turns; resolves when the last pulse is over. */
  play(intervalUs: number, played: Played): Promise<void>;
  /** Plays while the main loop stands still; returns when the last pulse is over. */
  playHeld(intervalUs: number, played: Played): void;
  /** Lets the main loop turn until something holds; rejects when it takes too long. */
  until(what: string, holds: () => boolean): Promise<void>;
  /** The level on a relay's wire, seen from outside. */
  level(relay: RelayLine): 0 | 1;
  /** Holds D0 (`bit` 0) or D1 of a reader low, or lets it go high. */
  holdLow(reader: ReaderLines, bit: 0 | 1, held: boolean): void;
  /** Puts a level on an input's wire. */
  drive(input: InputLine, level: 0 | 1): void;
  /** Lets time pass while the main loop turns. */
  pass(us: number): Promise<void>;
  /** Lets time pass while the main loop stands still. */
  hold(us: number): void;
  /** Somebody else takes a line. @returns how to give it back. */
  occupy(line: number): () => void;
}

/** Opens a bench, or gives the one that is open. */
export type OpenBench = () => Promise<GpioBench>;

/** The level of a relay's wire at which the relay is not energised. */
export function restLevel(relay: RelayLine): 0 | 1 {
  return relay.activeLow ? 1 : 0;
}

/** Checks that `action` throws a fault whose remedy or message names what it is about. */
export function assertFault(action: () => unknown, code: FaultCode, ...named: string[]): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof Fault, `not a Fault: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    for (const word of named) {
      assert.ok(error.message.includes(word), `'${error.message}' does not name ${word}`);
    }
    assert.match(error.remedy, /^[A-Z].{40,}\.$/s, 'a remedy is a sentence or two');
    return true;
  });
}

/** Opens a reader for the time of `use`. */
export async function withReader(
  bench: GpioBench,
  lines: ReaderLines,
  use: (recorder: EdgeRecorder, input: ReaderInput) => Promise<void>,
): Promise<void> {
  const recorder = new EdgeRecorder();
  const input = bench.driver.openReader(lines, recorder);
  try {
    await use(recorder, input);
  } finally {
    input.close();
  }
}
