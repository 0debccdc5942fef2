/**
 * The second half of the journey, the same for every kind of reader: what was presented becomes an
 * identifier, a decision, a released lock and an event.
 */

import type { Side } from '../door/anti-passback.ts';
import { deniedEvent, grantedEvent, loggedPassage, passageFacts } from '../door/events/event.ts';
import { grantGivenUpEvent } from '../door/events/lock.ts';
import { masterGrantedEvent } from '../door/events/readers.ts';
import { serverDeniedEvent, serverGrantedEvent } from '../door/events/remote.ts';
import type {
  Apartment,
  DenialReason,
  Identifier,
  LockName,
  LogicalAddress,
  PanelEvent,
} from '../door/model.ts';
import { codeOf, type Presented, questionOf } from '../door/presented.ts';
import type { HandledVerdict } from '../door/remote.ts';
import { describeError, Fault } from '../errors.ts';
import type { RecordReader } from '../ports/store.ts';
import type { RemoteAccess } from '../ports.ts';
import { type Cost, keepPassage, refund } from './areas.ts';
import { type HeldCard, HeldCards } from './held-cards.ts';
import { type Judgement, type JudgeParts, judge, judgeHeld, judgeMaster } from './judge.ts';
import type { GivenUpReason } from './lock-station.ts';
import type { Locks } from './locks.ts';
import { known, obey } from './obey.ts';

/** Where something is presented. */
export interface Place {
  readonly setup: {
    readonly name: string;
    readonly locks: readonly LockName[];
    /** A card that comes again within this time of its last reading is held; absent: none is. */
    readonly repeatUs?: number;
    /** Absent: the reader is at no area. */
    readonly side?: Side;
  };
  /** Presentations so far. */
  credentials: number;
}

export interface PassageParts extends JudgeParts {
  readonly apartments: Pick<RecordReader<Apartment>, 'sound'>;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  /** Asked before the panel's own list; absent: never. */
  readonly remote?: RemoteAccess;
  /** Somebody at this reader has to wait for an answer. */
  readonly waiting?: (reader: string) => void;
}

/** What became of the locks that a judgement grants. */
interface Outcome {
  /** Not all of them could be released. */
  readonly fault: 'gpio-lost' | undefined;
  /** None of them could. */
  readonly isShut: boolean;
  /** To be given back where none opens. */
  cost: Cost | undefined;
}

/** Called with what became of a presentation, after the locks were released. */
type Told = (judgement: Judgement) => void;

/** All that is presented at the readers of a panel. */
export class Passages {
  readonly #parts: PassageParts;
  readonly #locks: Locks;
  readonly #cards = new Map<Place, HeldCards>();
  #closed = false;

  constructor(parts: PassageParts, locks: Locks) {
    this.#parts = parts;
    this.#locks = locks;
  }

  /** Takes a reading at `atUs`. @returns the card where it is held there; undefined: to be presented. */
  held(place: Place, presented: Presented, atUs: number): HeldCard | undefined {
    const cards = this.#cards.get(place) ?? new HeldCards(place.setup.repeatUs ?? 0);
    this.#cards.set(place, cards);
    return cards.read(presented, atUs);
  }

  /**
   * A card is still held: what its grant has opened stays open longer, without a pass, an offence or an
   * event, where the list as it is now would let it pass. What is closed stays so. A remote server is
   * not asked again: what it opened closes in its time.
   */
  keepOpen({ setup }: Place, presented: Presented, held: HeldCard): void {
    if (held.locks.length === 0) return;
    const locks = setup.locks.filter((lock) => held.locks.includes(lock));
    held.locks = judgeHeld(this.#parts, locks, presented)
      .openSeconds.filter(({ lock, seconds }) => this.#locks.extend(lock, seconds))
      .map(({ lock }) => lock);
  }

  /**
   * Without a remote server the panel decides in this turn; with one, when it has answered, and not
   * at all where the panel was closed meanwhile. `listed`: as what the panel's own list is to judge it,
   * where nobody else did.
   */
  present(
    place: Place,
    presented: Presented,
    told?: Told,
    listed: () => Presented = () => presented,
  ): void {
    const question = this.#parts.remote && questionOf(presented);
    const asked =
      question &&
      this.#parts.remote?.ask(question, (verdict) => {
        if (this.#closed) return;
        if (verdict.handled) this.#onVerdict(place, presented, verdict, told);
        else this.#decide(place, listed(), told);
      });
    if (asked) this.#parts.waiting?.(place.setup.name);
    else this.#decide(place, listed(), told);
  }

  #onVerdict(
    place: Place,
    presented: Presented,
    verdict: HandledVerdict,
    told: Told | undefined,
  ): void {
    const { record, log } = this.#parts;
    place.credentials += 1;
    const judgement = obey(this.#parts, this.#locksAt(place), presented, verdict);
    const { identifier, decision, fault } = judgement;
    const outcome = this.#release(place, presented, judgement);
    const { fault: failed, isShut } = outcome;
    const facts = passageFacts(place.setup.name, presented, identifier);
    if (decision.granted) {
      if (!isShut) outcome.cost = this.#follow(place, identifier);
      const address = this.#addressOf(identifier);
      record(serverGrantedEvent(facts, decision.locks, { address, fault: failed }));
      const lock = decision.locks.join(',');
      log.info('granted by the remote server', loggedPassage(facts, { lock, fault: failed }));
    } else {
      const { reason } = decision;
      record(serverDeniedEvent(facts, reason, fault));
      log.info('refused by the remote server', loggedPassage(facts, { reason, fault }));
    }
    told?.(judgement);
  }

  #decide(place: Place, presented: Presented, told: Told | undefined): void {
    const { record, log } = this.#parts;
    place.credentials += 1;
    const spot = { locks: this.#locksAt(place), side: place.setup.side };
    const judgement = judge(this.#parts, spot, presented);
    const { identifier, decision } = judgement;
    const { fault: failed, isShut, cost } = this.#release(place, presented, judgement);
    const passesLeft = isShut
      ? (this.#refunded(place, identifier, cost) ?? judgement.passesLeft)
      : judgement.passesLeft;
    if (decision.granted && identifier) {
      const facts = passageFacts(place.setup.name, presented, identifier);
      const address = this.#addressOf(identifier);
      record(grantedEvent(facts, identifier, decision, { address, passesLeft, fault: failed }));
      const lock = decision.locks.join(',');
      log.info('granted', loggedPassage(facts, { lock, passes_left: passesLeft, fault: failed }));
      if (!isShut) this.#cards.get(place)?.opened(presented, decision.locks);
    } else this.#tellRefused(place, presented, judgement);
    told?.(judgement);
  }

  /** What a remote server let pass is not held against anybody, but is where they are now. */
  #follow({ setup: { side } }: Place, identifier: Identifier | undefined): Cost | undefined {
    if (!side || !identifier) return undefined;
    try {
      const { passage } = keepPassage(this.#parts, side, identifier, () => true);
      return { pass: false, ...(passage && { passage }) };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#parts.log.error('a passage is not known to its area', { why: describeError(error) });
      return undefined;
    }
  }

  /** Refuses without a decision; the own list is asked only for who it is. */
  refuse(place: Place, presented: Presented, reason: DenialReason): void {
    place.credentials += 1;
    // Who typed a code nobody should learn from a refusal that did not look at the code.
    const isCode = presented.types[0] === 'inputCode';
    const identifier = isCode ? undefined : known(this.#parts, presented);
    const decision = { granted: false, reason } as const;
    this.#tellRefused(place, presented, { identifier, decision, openSeconds: [] });
  }

  /** The panel's own master code. @returns whether it opened something. */
  presentMaster(place: Place): boolean {
    const { record, log } = this.#parts;
    const { name: reader } = place.setup;
    place.credentials += 1;
    const judgement = judgeMaster(this.#parts, this.#locksAt(place));
    const { fault } = this.#release(place, codeOf(''), judgement);
    const { decision } = judgement;
    if (!decision.granted) {
      this.#tellRefused(place, codeOf(''), judgement);
      return false;
    }
    record(masterGrantedEvent(reader, decision.locks, fault));
    log.info('granted by the master code', { reader, lock: decision.locks.join(','), fault });
    return true;
  }

  #tellRefused(
    place: Place,
    presented: Presented,
    { identifier, decision, fault }: Judgement,
  ): void {
    if (decision.granted) return;
    const { record, log } = this.#parts;
    const facts = passageFacts(place.setup.name, presented, identifier);
    record(deniedEvent(facts, decision.reason, fault));
    log.info('refused', loggedPassage(facts, { reason: decision.reason, fault }));
  }

  /** Where somebody lives, for the event; a look-up only where there is an apartment. */
  #addressOf(identifier: Identifier | undefined): LogicalAddress | undefined {
    const uid = identifier?.apartment;
    const apartment = uid === undefined ? undefined : this.#parts.apartments.sound(uid);
    if (!apartment) return undefined;
    const { building, unit, floor, room } = apartment;
    return { building, unit, floor, room };
  }

  /** The locks that exist and that a reader may open. */
  #locksAt({ setup }: Place): LockName[] {
    return setup.locks.filter((lock) => this.#locks.has(lock));
  }

  /** Releases what a judgement grants; what waits for its delay may come to nothing later. */
  #release(place: Place, presented: Presented, judgement: Judgement): Outcome {
    const { openSeconds, cost } = judgement;
    let shut = 0;
    for (const { lock, seconds, delaySeconds } of openSeconds) {
      const isDone = this.#locks.release(lock, seconds, delaySeconds, (why) => {
        shut += 1;
        const isAll = shut === openSeconds.length;
        this.#onGivenUp(place, presented, judgement, {
          lock,
          why,
          cost: isAll ? outcome.cost : undefined,
        });
      });
      if (!isDone) shut += 1;
    }
    const outcome: Outcome = {
      fault: shut > 0 ? 'gpio-lost' : undefined,
      isShut: shut > 0 && shut === openSeconds.length,
      cost,
    };
    return outcome;
  }

  /** A lock that was to open after a delay has not been opened. `cost`: nor has any other. */
  #onGivenUp(
    place: Place,
    presented: Presented,
    { identifier }: Judgement,
    { lock, why, cost }: { lock: LockName; why: GivenUpReason; cost: Cost | undefined },
  ): void {
    const passesLeft = this.#refunded(place, identifier, cost);
    const facts = passageFacts(place.setup.name, presented, identifier);
    this.#parts.record(grantGivenUpEvent(facts, lock, why, passesLeft));
    this.#parts.log.warn('a grant has not opened', loggedPassage(facts, { lock, why }));
  }

  /**
   * Nobody passes where no lock was released: whoever stands there may try again. @returns passes left,
   * where one was given back.
   */
  #refunded(
    { setup }: Place,
    identifier: Identifier | undefined,
    cost: Cost | undefined,
  ): number | undefined {
    if (!identifier || !cost) return undefined;
    try {
      return refund(this.#parts, setup.side, identifier, cost);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const why = describeError(error);
      this.#parts.log.error('a passage that no lock opened for counts', { why });
      return undefined;
    }
  }

  /** Answers that are still to come open nothing. */
  close(): void {
    this.#closed = true;
  }
}
