/** The main thread's side of taking cards for the list. */
import type { EnrolmentCommands, EnrolmentDoor } from '../../ports/enrolment.ts';

/** What these commands act upon. */
export interface EnrolmentCommandParts {
  readonly enrolments: EnrolmentDoor;
}

/** Carries commands out that concern enrolments. */
export function enrolmentCommands({ enrolments }: EnrolmentCommandParts): EnrolmentCommands {
  return {
    startEnrolment: async (request) => enrolments.start(request),
    stopEnrolment: async (reader, by) => enrolments.stop(reader, by),
    enrolment: async (reader) => enrolments.state(reader),
  };
}
