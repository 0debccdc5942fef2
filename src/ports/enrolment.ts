/** Taking cards for the list: what is asked, how it stands, and what it needs of the store. Types only. */
import type {
  EnrolmentEnd,
  EnrolmentMode,
  EnrolmentObstacle,
  EnrolmentOutcome,
} from '../door/enrolment.ts';
import type { IdentifierFields, IdentifierType, LockSelection, Owner } from '../door/model.ts';
import type { Conflict } from './store.ts';

/** The list of identifiers, as far as it is changed at a reader. Promises as in `IdentifierWriter`. */
export interface EnrolmentList {
  add(
    fields: IdentifierFields,
  ): Promise<{ readonly uid: number } | { readonly conflict: Conflict }>;
  /** False: it was gone before. */
  remove(uid: number): Promise<boolean>;
}

/** The next cards at a reader are to be taken for the list. */
export interface EnrolmentRequest {
  readonly reader: string;
  readonly mode: EnrolmentMode;
  /** How long the next card is waited for; absent: as configured. */
  readonly seconds?: number | undefined;
  /** How many are taken. */
  readonly cards: number;
  /** Of a card that is added; absent: as configured. */
  readonly owner?: Owner | undefined;
  readonly lock?: LockSelection | undefined;
  /** Account or tool, as the event names it. */
  readonly by: string;
}

/** What came of one card. */
export interface EnrolledCard {
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly type: IdentifierType;
  /** Canonical, as in `IdentifierFields`. */
  readonly number: string;
  readonly outcome: EnrolmentOutcome;
  /** Of the identifier that has, or had, this number. */
  readonly uid?: number;
}

/** How the last enrolment at a reader stands; forgotten at a restart. */
export type EnrolmentState =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'active' | 'ended' } & EnrolmentReport);

/** What is told of one. */
interface EnrolmentReport {
  readonly mode: EnrolmentMode;
  readonly by: string;
  /** Whole seconds for which the next card is waited for; 0: it has ended. */
  readonly secondsLeft: number;
  /** Absent: it has not ended. */
  readonly why?: EnrolmentEnd;
  /** The last ones, oldest first. */
  readonly cards: readonly EnrolledCard[];
}

/** The readers as the web sees them. */
export interface EnrolmentDoor {
  /** Undefined: it began. */
  start(request: EnrolmentRequest): EnrolmentObstacle | 'unknown-reader' | undefined;
  /** Nothing happens where none is under way. False: there is no such reader. */
  stop(reader: string, by: string): boolean;
  /** Undefined: there is no such reader. */
  state(reader: string): EnrolmentState | undefined;
  readonly learning: MasterLearner;
}

/** Waits for the card that is to be the master card. */
export interface MasterLearner {
  /** The next card, at any reader, becomes it. `by`: account or tool. */
  begin(by: string): void;
  /** It does not any more; nothing happens where none was waited for. */
  end(why: 'command'): void;
}

/** What the web asks of the door for enrolments; each as the method of `EnrolmentDoor`. */
export interface EnrolmentCommands {
  startEnrolment(
    request: EnrolmentRequest,
  ): Promise<EnrolmentObstacle | 'unknown-reader' | undefined>;
  stopEnrolment(reader: string, by: string): Promise<boolean>;
  enrolment(reader: string): Promise<EnrolmentState | undefined>;
}
