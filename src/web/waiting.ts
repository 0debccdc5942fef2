/**
 * Answers that wait until their clients take them. The bytes of an answer that nobody reads lie
 * outside the worker's heap, which has a limit, in the memory that the door lives in too: here they
 * are bounded over all connections, and a client that takes none of its answer is let go.
 */
import type { OutgoingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../ports.ts';

/** What may wait. */
export interface WaitingLimits {
  /** Of all connections together. */
  readonly bytes: number;
  /** An answer of which nothing goes out for so long is over, microseconds. */
  readonly silenceUs: number;
  /** A piece that was handed over as a whole shows no progress before its end: so fast it goes at least. */
  readonly bytesPerSecond: number;
  /** How often answers are looked at while there are any, microseconds. */
  readonly lookUs: number;
}

interface Answer extends Pick<OutgoingMessage, 'writableLength'> {
  once(event: 'close', heard: () => void): unknown;
}
interface Connection extends Pick<Socket, 'bytesWritten'> {
  destroy(): unknown;
}

interface Held {
  readonly answer: Answer;
  readonly connection: Connection;
  /** Not taken yet, at the last look. */
  bytes: number;
  /** Handed over so far, at the last look. */
  written: number;
  /** When something was last seen to move. */
  movedUs: number;
}

/** The answers under way of one server. */
export class Waiting {
  readonly #limits: WaitingLimits;
  readonly #clock: Pick<Clock, 'monoUs' | 'after'>;
  readonly #ended: (bytes: number) => void;
  readonly #held = new Map<Answer, Held>();
  #timer: Timer | undefined;

  /** @param ended told when answers were ended because too many bytes waited, with how many did. */
  constructor(
    limits: WaitingLimits,
    clock: Pick<Clock, 'monoUs' | 'after'>,
    ended: (bytes: number) => void,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#ended = ended;
  }

  /** An answer begins: those before it may have filled what there is. */
  add(answer: Answer, connection: Connection): void {
    this.look();
    const { bytesWritten: written } = connection;
    const movedUs = this.#clock.monoUs();
    this.#held.set(answer, { answer, connection, bytes: 0, written, movedUs });
    answer.once('close', () => {
      this.#held.delete(answer);
      if (this.#held.size === 0) this.stop();
    });
    this.#arm();
  }

  /** Ends answers that stand still, and as many others as it takes to keep to the bound. */
  look(): void {
    const full = this.#standing();
    let bytes = full.reduce((sum, held) => sum + held.bytes, 0);
    if (bytes <= this.#limits.bytes) return;
    this.#ended(bytes);
    const nowUs = this.#clock.monoUs();
    // Who holds most for longest. A client that reads has held what is left only for a moment.
    const weight = (held: Held) => held.bytes * (1 + nowUs - held.movedUs);
    full.sort((a, b) => weight(a) - weight(b));
    // One answer alone is as long as answers may be.
    while (bytes > this.#limits.bytes && full.length > 1) {
      const worst = full.pop();
      if (!worst) return;
      bytes -= worst.bytes;
      this.#end(worst);
    }
  }

  /** Looks no more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Counted no more, though its socket takes a moment to be gone. */
  #end({ answer, connection }: Held): void {
    this.#held.delete(answer);
    connection.destroy();
  }

  #arm(): void {
    this.#timer ??= this.#clock.after(this.#limits.lookUs, () => {
      this.#timer = undefined;
      this.look();
      if (this.#held.size > 0) this.#arm();
    });
  }

  /** Those of which something waits, without those that are over. */
  #standing(): Held[] {
    const { silenceUs, bytesPerSecond } = this.#limits;
    const nowUs = this.#clock.monoUs();
    const standing: Held[] = [];
    for (const held of this.#held.values()) {
      const { answer, connection } = held;
      const [bytes, written] = [answer.writableLength, connection.bytesWritten];
      if (bytes === 0 || bytes !== held.bytes || written !== held.written) held.movedUs = nowUs;
      Object.assign(held, { bytes, written });
      const patienceUs = silenceUs + (bytes * 1e6) / bytesPerSecond;
      if (nowUs - held.movedUs > patienceUs) this.#end(held);
      else if (bytes > 0) standing.push(held);
    }
    return standing;
  }
}
