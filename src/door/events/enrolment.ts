/** What happened while cards were taken for the list -> the event that tells it. */
import type { EnrolmentEnd, EnrolmentMode, EnrolmentOutcome } from '../enrolment.ts';
import { isTaken } from '../enrolment.ts';
import type { PanelEvent } from '../model.ts';
import type { PassageFacts } from './event.ts';

const purposes: { readonly [mode in EnrolmentMode]: string } = {
  report: 'are read for a list',
  add: 'are added to the list',
  remove: 'are removed from the list',
};

/** The event of a reader whose next cards open nothing. `by`: account, tool or master card. */
export function enrolmentBeganEvent(
  reader: string,
  mode: EnrolmentMode,
  seconds: number,
  by: string,
): PanelEvent {
  return {
    category: 'info',
    priority: 'high',
    key: 'enrolment_began',
    text: `${by}: cards at ${reader} ${purposes[mode]} and open nothing`,
    model: { reader, mode, seconds, by },
  };
}

/** The event of a master card that may not begin now. */
export function enrolmentRefusedEvent(reader: string, reason: string): PanelEvent {
  return {
    category: 'info',
    priority: 'high',
    key: 'enrolment_not_begun',
    text: `The master card takes no cards at ${reader} now: ${reason}`,
    model: { reader, reason },
  };
}

/** The event of what was presented meanwhile. `uid`: of the identifier it is about, if any. */
export function enrolmentCardEvent(
  { reader, type, number, wire }: PassageFacts,
  outcome: EnrolmentOutcome,
  uid: number | undefined,
  by: string,
): PanelEvent {
  const identified = uid !== undefined && { identifier_uid: uid };
  if (!isTaken(outcome)) {
    return {
      category: 'info',
      priority: 'medium',
      key: 'enrolment_card_refused',
      text: `A card at ${reader} was taken for the list in vain: ${outcome}`,
      model: { reader, type, number, ...wire, reason: outcome, ...identified, by },
    };
  }
  return {
    category: 'info',
    priority: 'medium',
    key: `enrolment_card_${outcome}`,
    text: `What was presented at ${reader} was ${outcome} and opened nothing`,
    model: { reader, type, number, ...wire, ...identified, by },
  };
}

/** The event of the end of it. `by`: who ended it, where somebody did. */
export function enrolmentEndedEvent(
  reader: string,
  why: EnrolmentEnd,
  cards: number,
  by: string | undefined,
): PanelEvent {
  return {
    category: 'info',
    priority: 'medium',
    key: 'enrolment_ended',
    text: `Cards at ${reader} are for the door again (${why}); ${cards} were taken`,
    model: { reader, why, cards, ...(by !== undefined && { by }) },
  };
}
