/**
 * The master card learned at a reader: the next card presented anywhere becomes it and opens nothing.
 * Asked for by an operator; forgotten at a restart.
 */
import { isListedCard } from '../door/enrolment.ts';
import {
  masterCardAwaitedEvent,
  masterCardEvent,
  masterCardMissedEvent,
  masterCardRefusedEvent,
} from '../door/events/operator.ts';
import type { Presented } from '../door/presented.ts';
import { describeError, Fault } from '../errors.ts';
import type { MasterWriter } from '../ports/accounts.ts';
import type { MasterLearner } from '../ports/enrolment.ts';
import type { IdentifierReader } from '../ports/store.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import type { PassageParts } from './passages.ts';

export interface MasterLearningParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly record: PassageParts['record'];
  readonly master: Pick<MasterWriter, 'setCard'>;
  readonly identifiers: Pick<IdentifierReader, 'find'>;
  /** How long the card is waited for. */
  readonly enrolment: { readonly seconds: number };
}

/** Whether the next card is waited for, and what becomes of it. */
export class MasterLearning implements MasterLearner {
  readonly #parts: MasterLearningParts;
  #awaited: { readonly by: string; readonly timer: Timer } | undefined;

  constructor(parts: MasterLearningParts) {
    this.#parts = parts;
  }

  /** From now on, or for the whole time again. `by`: account or tool, as events name it. */
  begin(by: string): void {
    const { clock, record, log, enrolment } = this.#parts;
    const { seconds } = enrolment;
    this.#awaited?.timer.cancel();
    this.#awaited = { by, timer: clock.after(seconds * 1e6, () => this.end('time')) };
    record(masterCardAwaitedEvent(seconds, by));
    log.info('the next card becomes the master card', { by, seconds });
  }

  /** Nothing happens where no card is waited for. */
  end(why: 'time' | 'command' | 'stop'): void {
    if (!this.#awaited) return;
    const { by, timer } = this.#awaited;
    timer.cancel();
    this.#awaited = undefined;
    this.#parts.record(masterCardMissedEvent(why, by));
    this.#parts.log.info('no card has become the master card', { by, why });
  }

  /** Whether this would be it; codes, QR codes and plates are none. */
  awaits({ types }: Presented): boolean {
    return this.#awaited !== undefined && types[0] === 'card';
  }

  /** Makes it the master card. It was the one that was waited for, also where it is refused. */
  take(reader: string, { number }: Presented): void {
    if (!this.#awaited) return;
    const { by, timer } = this.#awaited;
    timer.cancel();
    this.#awaited = undefined;
    this.#learn(reader, number, by).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      const { code, remedy } = error;
      this.#parts.log.error('the master card cannot be set', {
        code,
        why: describeError(error),
        do: remedy,
      });
      this.#refuse(reader, 'unwritable', by);
    });
  }

  /** Told once it is on the disk. @throws Fault of the store. */
  async #learn(reader: string, number: string, by: string): Promise<void> {
    const { master, identifiers, record, log } = this.#parts;
    const isSet = await master.setCard(number, () => isListedCard(identifiers, number));
    if (!isSet) return this.#refuse(reader, 'known', by);
    record(masterCardEvent(true, by, reader));
    log.info('master card set', { by, reader, enabled: true });
  }

  #refuse(reader: string, reason: 'known' | 'unwritable', by: string): void {
    this.#parts.record(masterCardRefusedEvent(reader, reason, by));
    this.#parts.log.info('a card did not become the master card', { by, reader, reason });
  }
}
