/**
 * The main thread's side of the remote access server: questions under way, the time they may take,
 * and a rest for a server that does not answer. The request itself is made in the worker.
 */
import { remoteServerBackEvent, remoteServerDownEvent } from '../../door/events/remote.ts';
import type { PanelEvent } from '../../door/model.ts';
import type { RemoteQuestion, RemoteVerdict } from '../../door/remote.ts';
import { describeError } from '../../errors.ts';
import type { RemoteAnswer, RemoteServerSetting } from '../../ports/remote.ts';
import type { SettingReader } from '../../ports/store.ts';
import type { Clock, Log, RemoteAccess, Timer } from '../../ports.ts';
import { parseTarget } from '../outbound/outbound-target.ts';

/** What it works with. */
interface RemoteQuestionParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  readonly settings: Pick<SettingReader, 'remoteServer'>;
}

/** A panel waits this long for an answer (panel API, remote access server settings). */
const answerUs = 10_000_000;
/** Questions under way at once; beyond, the panel decides at once. */
export const questionsAtOnce = 16;
/** Failures in a row after which the server is given a rest, and how long that is. */
const failuresToRest = 3;
const restUs = 30_000_000;

/** Whether a server is asked: the vendor's cloud, the other choice, is none this panel knows. */
export function isAsked({ enabled, customServerEnabled, url }: RemoteServerSetting): boolean {
  return enabled && customServerEnabled && parseTarget(url) !== undefined;
}

interface Waiting {
  readonly decided: (verdict: RemoteVerdict) => void;
  readonly timer: Timer;
}

/** Asks through the worker, while there is one. */
export class RemoteQuestions implements RemoteAccess {
  readonly #parts: RemoteQuestionParts;
  readonly #waiting = new Map<number, Waiting>();
  #enabled = false;
  #send: ((id: number, question: RemoteQuestion) => void) | undefined;
  #lastId = 0;
  #failures = 0;
  /** While the server rests: when it is tried again, with one question. */
  #restsUntilUs = 0;

  constructor(parts: RemoteQuestionParts) {
    this.#parts = parts;
    this.settingChanged();
  }

  ask(question: RemoteQuestion, decided: (verdict: RemoteVerdict) => void): boolean {
    if (!this.#enabled || !this.#send) return false;
    if (this.#waiting.size >= questionsAtOnce || this.#rests()) return false;
    this.#lastId += 1;
    const id = this.#lastId;
    const timer = this.#parts.clock.after(answerUs, () =>
      this.answered(id, { failure: 'timeout' }),
    );
    this.#waiting.set(id, { decided, timer });
    this.#send(id, question);
    return true;
  }

  /** An answer; one that comes too late is to a question that is no longer under way. */
  answered(id: number, answer: RemoteAnswer): void {
    const question = this.#waiting.get(id);
    if (!question) return;
    this.#waiting.delete(id);
    question.timer.cancel();
    if ('failure' in answer) this.#failed(answer.failure);
    else this.#succeeded();
    question.decided('failure' in answer ? { handled: false } : answer);
  }

  /** Another server, or none: what the old one would still say counts no more. */
  settingChanged(): void {
    const { settings, log } = this.#parts;
    try {
      this.#enabled = isAsked(settings.remoteServer());
    } catch (error) {
      this.#enabled = false;
      log.error('the remote server is not asked', { why: describeError(error) });
    }
    this.#failures = 0;
    this.#decideAll();
  }

  workerReady(send: (id: number, question: RemoteQuestion) => void): void {
    this.#send = send;
  }

  workerGone(): void {
    this.#send = undefined;
    this.#decideAll();
  }

  /** Leaves all that is under way to the panel's own list. */
  #decideAll(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { timer, decided } of waiting) {
      timer.cancel();
      decided({ handled: false });
    }
  }

  #rests(): boolean {
    if (this.#failures < failuresToRest) return false;
    const nowUs = this.#parts.clock.monoUs();
    if (nowUs < this.#restsUntilUs) return true;
    // This question finds out; until it has, no other waits.
    this.#restsUntilUs = nowUs + restUs;
    return false;
  }

  #failed(why: string): void {
    const { clock, log, record } = this.#parts;
    this.#failures += 1;
    log.warn('the remote server did not decide', { why, in_a_row: this.#failures });
    if (this.#failures < failuresToRest) return;
    this.#restsUntilUs = clock.monoUs() + restUs;
    if (this.#failures === failuresToRest) record(remoteServerDownEvent(this.#failures, why));
  }

  #succeeded(): void {
    if (this.#failures >= failuresToRest) this.#parts.record(remoteServerBackEvent());
    this.#failures = 0;
  }
}
