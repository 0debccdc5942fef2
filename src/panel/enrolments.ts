/**
 * Cards that are taken for the list instead of for the door: what is presented meanwhile opens
 * nothing. Begun by the panel's master card or by an operator; forgotten at a restart.
 */
import {
  type EnrolmentEnd,
  type EnrolmentObstacle,
  type EnrolmentOutcome,
  type EnrolmentRules,
  enrolledFields,
} from '../door/enrolment.ts';
import {
  enrolmentBeganEvent,
  enrolmentCardEvent,
  enrolmentEndedEvent,
  enrolmentRefusedEvent,
} from '../door/events/enrolment.ts';
import { passageFacts } from '../door/events/event.ts';
import type { Identifier } from '../door/model.ts';
import type { Presented } from '../door/presented.ts';
import { describeError, Fault } from '../errors.ts';
import type { MasterReader, MasterWriter } from '../ports/accounts.ts';
import type {
  EnrolmentDoor,
  EnrolmentList,
  EnrolmentRequest,
  EnrolmentState,
} from '../ports/enrolment.ts';
import type { EnrolmentSession } from './enrolment-session.ts';
import { findIdentifier } from './judge.ts';
import type { Locks } from './locks.ts';
import { MasterLearning } from './master-learning.ts';
import type { PassageParts, Place } from './passages.ts';

export interface EnrolmentParts
  extends Pick<
    PassageParts,
    'clock' | 'log' | 'record' | 'identifiers' | 'blocked' | 'clockTrusted' | 'whenClockUntrusted'
  > {
  readonly master: Pick<MasterReader, 'card'> & Pick<MasterWriter, 'setCard'>;
  readonly enrolment: EnrolmentRules & { readonly list: EnrolmentList };
}

const byMaster = 'master card';
/**
 * A card held at a reader is read again and again; within this time, or that of its reader where it is
 * longer, it is the same presentation.
 */
const repeatUs = 2_000_000;
const cardsKept = 32;

/** The last enrolment of each reader. */
export class Enrolments implements EnrolmentDoor {
  readonly learning: MasterLearning;
  readonly #parts: EnrolmentParts;
  readonly #locks: Pick<Locks, 'states' | 'has'>;
  readonly #places = new Map<string, Place>();
  readonly #sessions = new Map<string, EnrolmentSession>();
  /** What was taken last at each reader. */
  readonly #last = new Map<string, { readonly number: string; readonly atUs: number }>();

  constructor(parts: EnrolmentParts, locks: Pick<Locks, 'states' | 'has'>) {
    this.#parts = parts;
    this.#locks = locks;
    this.learning = new MasterLearning(parts);
  }

  /** Cards can be taken at this reader. */
  add(place: Place): void {
    this.#places.set(place.setup.name, place);
  }

  start(request: EnrolmentRequest): EnrolmentObstacle | 'unknown-reader' | undefined {
    const { reader, mode, cards, by, owner, lock } = request;
    const place = this.#places.get(reader);
    if (!place) return 'unknown-reader';
    if (this.#active(reader)) return 'under-way';
    const obstacle = this.#obstacleAt(place);
    if (obstacle) return obstacle;
    const { enrolment } = this.#parts;
    const rules = { ...enrolment, ...(owner && { owner }), ...(lock && { lock }) };
    const seconds = request.seconds ?? enrolment.seconds;
    this.#begin(place, { mode, by, seconds, rules, left: cards });
    return undefined;
  }

  stop(reader: string, by: string): boolean {
    if (!this.#places.has(reader)) return false;
    const session = this.#active(reader);
    if (session) this.#end(session, 'command', by);
    return true;
  }

  state(reader: string): EnrolmentState | undefined {
    if (!this.#places.has(reader)) return undefined;
    const session = this.#sessions.get(reader);
    if (!session) return { kind: 'none' };
    const { mode, by, cards, why, untilUs } = session;
    if (why) return { kind: 'ended', mode, by, secondsLeft: 0, why, cards };
    const secondsLeft = Math.max(1, Math.ceil((untilUs - this.#parts.clock.monoUs()) / 1e6));
    return { kind: 'active', mode, by, secondsLeft, cards };
  }

  /** Whether it is taken, as the master card or for the list, and so opens nothing. Never a code. */
  takes(place: Place, presented: Presented): boolean {
    if (presented.types[0] === 'inputCode') return false;
    const { name: reader } = place.setup;
    const session = this.#active(reader);
    const isTaken = this.#isRepeat(place, presented) || this.#take(place, session, presented);
    const atUs = this.#parts.clock.monoUs();
    if (isTaken) this.#last.set(reader, { number: presented.number, atUs });
    return isTaken;
  }

  /** Ends all that is under way. */
  close(): void {
    this.learning.end('stop');
    for (const session of this.#sessions.values()) {
      if (!session.why) this.#end(session, 'stop');
    }
  }

  #active(reader: string): EnrolmentSession | undefined {
    const session = this.#sessions.get(reader);
    return session?.why ? undefined : session;
  }

  #isMaster({ types, number }: Presented): boolean {
    const { enrolment, master, log } = this.#parts;
    if (enrolment.masterCard === 'off' || types[0] !== 'card') return false;
    try {
      return master.card() === number;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log.error('the master card cannot be read', { why: describeError(error) });
      return false;
    }
  }

  #isRepeat({ setup }: Place, { number }: Presented): boolean {
    const last = this.#last.get(setup.name);
    const withinUs = Math.max(repeatUs, setup.repeatUs ?? 0);
    return last?.number === number && this.#parts.clock.monoUs() - last.atUs < withinUs;
  }

  #take(place: Place, session: EnrolmentSession | undefined, presented: Presented): boolean {
    if (this.learning.awaits(presented) && !this.#obstacleAt(place)) {
      this.learning.take(place.setup.name, presented);
    } else if (this.#isMaster(presented)) this.#onMaster(place, session);
    else if (!session || session.left === 0 || !this.#onCard(session, presented)) return false;
    place.credentials += 1;
    return true;
  }

  #onMaster(place: Place, session: EnrolmentSession | undefined): void {
    const { enrolment, blocked, record, log } = this.#parts;
    const { masterCard: rule, seconds } = enrolment;
    const turns = session?.by === byMaster && session.mode === 'add' && rule === 'add_then_remove';
    if (session) this.#end(session, 'master-card', byMaster);
    if (session && !turns) return;
    const obstacle = blocked() ? 'door-blocked' : this.#obstacleAt(place);
    if (obstacle) {
      const { name: reader } = place.setup;
      record(enrolmentRefusedEvent(reader, obstacle));
      log.warn('the master card takes no cards now', { reader, reason: obstacle });
      return;
    }
    const mode = turns || rule === 'remove' ? 'remove' : 'add';
    const left = Number.POSITIVE_INFINITY;
    this.#begin(place, { mode, by: byMaster, seconds, rules: enrolment, left });
  }

  #begin(
    place: Place,
    what: Pick<EnrolmentSession, 'mode' | 'by' | 'seconds' | 'rules' | 'left'>,
  ): void {
    const { record, log } = this.#parts;
    const { name: reader } = place.setup;
    const { mode, seconds, by } = what;
    const session: EnrolmentSession = {
      ...what,
      place,
      untilUs: 0,
      timer: undefined,
      why: undefined,
      taken: 0,
      cards: [],
    };
    this.#sessions.set(reader, session);
    this.#await(session);
    record(enrolmentBeganEvent(reader, mode, seconds, by));
    log.info('cards are taken for the list', { reader, mode, seconds, by });
  }

  /** The next card has the whole time again. */
  #await(session: EnrolmentSession): void {
    const { clock } = this.#parts;
    session.timer?.cancel();
    session.untilUs = clock.monoUs() + session.seconds * 1e6;
    session.timer = clock.after(session.seconds * 1e6, () => {
      if (!session.why) this.#end(session, 'time');
    });
  }

  #end(session: EnrolmentSession, why: EnrolmentEnd, by?: string): void {
    const { record, log } = this.#parts;
    const { name: reader } = session.place.setup;
    session.timer?.cancel();
    session.why = why;
    record(enrolmentEndedEvent(reader, why, session.taken, by));
    log.info('cards are for the door again', { reader, why, cards: session.taken, by });
  }

  /** A door in lockdown gets no new cards, and whoever leaves in an emergency is not enrolled. */
  #obstacleAt({ setup }: Place): 'door-blocked' | 'emergency' | undefined {
    const states = this.#locks.states().filter(({ name }) => setup.locks.includes(name));
    if (states.some(({ mode }) => mode === 'blocked')) return 'door-blocked';
    const isEmergency = states.some(({ fire, emergencyUntilMs }) => fire || emergencyUntilMs);
    return isEmergency ? 'emergency' : undefined;
  }

  /** @returns whether it was taken. */
  #onCard(session: EnrolmentSession, presented: Presented): boolean {
    const obstacle = this.#obstacleAt(session.place);
    if (obstacle) {
      this.#end(session, obstacle);
      return false;
    }
    session.left -= 1;
    this.#await(session);
    const atMs = this.#parts.clock.wallMs();
    const type = presented.types[0];
    const { number } = presented;
    const tell = (outcome: EnrolmentOutcome, uid?: number) => {
      const card = { atMs, type, number, outcome, ...(uid !== undefined && { uid }) };
      session.cards = [...session.cards, card].slice(-cardsKept);
      this.#tell(session, presented, outcome, uid);
    };
    this.#carryOut(session, presented, tell).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      this.#parts.log.error('the list cannot be changed', {
        code: error.code,
        why: describeError(error),
        do: error.remedy,
      });
      tell('unwritable');
    });
    return true;
  }

  /** Tells what came of a card once it is on the disk. @throws Fault of the store. */
  async #carryOut(
    { mode, place, rules }: EnrolmentSession,
    presented: Presented,
    tell: (outcome: EnrolmentOutcome, uid?: number) => void,
  ): Promise<void> {
    const { identifiers, enrolment, clock, clockTrusted, whenClockUntrusted } = this.#parts;
    const found: Identifier | undefined = findIdentifier(identifiers, presented);
    if (mode === 'report') return tell('reported', found?.uid);
    if (mode === 'remove') {
      if (!found) return tell('unknown');
      const isGone = await enrolment.list.remove(found.uid);
      return isGone ? tell('removed', found.uid) : tell('unknown');
    }
    if (found) return tell('known', found.uid);
    if (rules.validDays !== undefined && !clockTrusted() && whenClockUntrusted === 'refuse') {
      return tell('clock-untrusted');
    }
    const { name: reader } = place.setup;
    const locks = place.setup.locks.filter((lock) => this.#locks.has(lock));
    const card = { type: presented.types[0], number: presented.number };
    const fields = enrolledFields(card, rules, { reader, locks, nowMs: clock.wallMs() });
    const made = await enrolment.list.add(fields);
    if ('uid' in made) tell('added', made.uid);
    else tell(made.conflict === 'duplicate' ? 'known' : 'clash');
  }

  #tell(
    session: EnrolmentSession,
    presented: Presented,
    outcome: EnrolmentOutcome,
    uid: number | undefined,
  ): void {
    const { record, log } = this.#parts;
    const { name: reader } = session.place.setup;
    const facts = passageFacts(reader, presented, undefined);
    session.taken += 1;
    record(enrolmentCardEvent(facts, outcome, uid, session.by));
    log.info('a card was taken for the list', { reader, type: facts.type, outcome, uid });
    if (session.left === 0 && !session.why) this.#end(session, 'count');
  }
}
