/** One enrolment at a reader: what was asked for, and how far it has come. Types only. */
import type { EnrolmentEnd, EnrolmentMode, EnrolmentRules } from '../door/enrolment.ts';
import type { EnrolledCard } from '../ports/enrolment.ts';
import type { Timer } from '../ports.ts';
import type { Place } from './passages.ts';

/** One enrolment at a reader, under way or ended. */
export interface EnrolmentSession {
  readonly place: Place;
  readonly mode: EnrolmentMode;
  readonly by: string;
  readonly seconds: number;
  readonly rules: EnrolmentRules;
  /** Cards still to be taken; endless for the master card. */
  left: number;
  untilUs: number;
  timer: Timer | undefined;
  why: EnrolmentEnd | undefined;
  taken: number;
  cards: readonly EnrolledCard[];
}
