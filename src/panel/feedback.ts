/** Carries out what readers show and sound, on the lines of their LEDs and buzzers. */
import {
  awaitsAfter,
  enrolsAfter,
  type FeedbackName,
  type FeedbackPart,
  feedbackOf,
  feedbackPatterns,
} from '../door/feedback.ts';
import type { LockName, PanelEvent } from '../door/model.ts';
import { describeError } from '../errors.ts';
import type { Clock, Log, Relay, Timer } from '../ports.ts';

/** What a reader shows while nothing else is to be shown. */
function lasting({ enrols, warnings }: ReaderFace): FeedbackName | undefined {
  if (enrols) return 'enrol';
  return warnings.size > 0 ? 'held-open' : undefined;
}

interface FeedbackParts {
  readonly clock: Clock;
  readonly log: Log;
}

interface ReaderFace {
  readonly reader: string;
  readonly locks: readonly LockName[];
  readonly outputs: Map<FeedbackPart, Relay>;
  /** Shown now; it hides the warnings of doors for its time. */
  shown: FeedbackName | undefined;
  /** Cards are taken for the list there. */
  enrols: boolean;
  /** Locks of this reader whose door is to be closed. */
  readonly warnings: Set<LockName>;
  timer: Timer | undefined;
}

/** The LEDs and buzzers of all readers, none at first. */
export class Feedback {
  readonly #parts: FeedbackParts;
  readonly #faces = new Map<string, ReaderFace>();
  #awaits = false;

  constructor(parts: FeedbackParts) {
    this.#parts = parts;
  }

  /** Adds an output, which is at rest, to a reader. `locks`: those that the reader may open. */
  add(reader: string, locks: readonly LockName[], part: FeedbackPart, output: Relay): void {
    const face: ReaderFace = this.#faces.get(reader) ?? {
      reader,
      locks,
      outputs: new Map(),
      warnings: new Set<LockName>(),
      shown: undefined,
      enrols: false,
      timer: undefined,
    };
    face.outputs.set(part, output);
    this.#faces.set(reader, face);
  }

  /** Shows what an event calls for, if it is one of a presentation or of cards taken for the list. */
  heed(event: PanelEvent): void {
    const called = feedbackOf(event);
    if (called) this.show(called.reader, called.name);
    this.#await(awaitsAfter(event));
    const change = enrolsAfter(event);
    const face = change && this.#faces.get(change.reader);
    if (!face) return;
    face.enrols = change.enrols;
    if (face.shown === undefined) this.#play(face);
  }

  /** A card is waited for at every reader, or no longer. */
  #await(awaits: boolean | undefined): void {
    if (awaits === undefined || awaits === this.#awaits) return;
    this.#awaits = awaits;
    for (const face of this.#faces.values()) if (face.shown === undefined) this.#play(face);
  }

  /** Shows a pattern at a reader, in place of the one before; undefined ends it. */
  show(reader: string, name: FeedbackName | undefined): void {
    const face = this.#faces.get(reader);
    if (!face) return;
    face.shown = name;
    this.#play(face);
  }

  /** Every reader of a door warns, or no longer does, that it is to be closed. */
  warn(lock: LockName, on: boolean): void {
    for (const face of this.#faces.values()) {
      if (!face.locks.includes(lock) || face.warnings.has(lock) === on) continue;
      if (on) face.warnings.add(lock);
      else face.warnings.delete(lock);
      if (face.shown === undefined) this.#play(face);
    }
  }

  /** As the lines stand, by reader and part. */
  states(): { [name: string]: { readonly energised: boolean } } {
    const states = [...this.#faces.values()].flatMap(({ reader, outputs }) =>
      [...outputs].map(([part, output]) => {
        return [`${reader}.${part}`, { energised: output.isEnergised() }] as const;
      }),
    );
    return Object.fromEntries(states);
  }

  /** Brings every output to rest and lets go of its line. */
  close(): void {
    for (const { timer, outputs } of this.#faces.values()) {
      timer?.cancel();
      for (const output of outputs.values()) this.#use(() => output.close());
    }
    this.#faces.clear();
  }

  #play(face: ReaderFace): void {
    face.timer?.cancel();
    const name = face.shown ?? (this.#awaits ? 'enrol' : lasting(face));
    if (name === undefined) this.#switch(face, []);
    else this.#step(face, name, 0);
  }

  #step(face: ReaderFace, name: FeedbackName, index: number): void {
    const { steps, repeats } = feedbackPatterns[name];
    const step = steps[index] ?? (repeats ? steps[0] : undefined);
    if (!step) {
      face.shown = undefined;
      this.#play(face);
      return;
    }
    this.#switch(face, step.on);
    const next = index < steps.length ? index + 1 : 1;
    face.timer = this.#parts.clock.after(step.forMs * 1000, () => this.#step(face, name, next));
  }

  #switch({ outputs }: ReaderFace, on: readonly FeedbackPart[]): void {
    for (const [part, output] of outputs) {
      // An output that is gone is told once and left alone: the door needs none.
      if (!this.#use(() => output.set(on.includes(part)))) outputs.delete(part);
    }
  }

  #use(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      this.#parts.log.warn('an LED or a buzzer cannot be driven', { why: describeError(error) });
      return false;
    }
  }
}
