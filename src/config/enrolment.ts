/** The part of the configuration that says what cards get that are taken at a reader. */
import { z } from 'zod';
import { type EnrolmentRules, masterCardRules } from '../door/enrolment.ts';

export const enrolmentSchema = z
  .strictObject({
    master_card: z
      .enum(masterCardRules)
      .default('add')
      .meta({
        description:
          'What the master card starts at a reader: the next cards are added to the list, or removed ' +
          'from it; presented again, it ends that. `add_then_remove`: the second presentation ' +
          'removes, the third ends. `off`: it starts nothing.',
      }),
    seconds: z.int().min(1).max(300).default(30).meta({
      unit: 's',
      description:
        'How long the reader waits for the next card, unless the API gives another time.',
    }),
    lock: z
      .enum(['reader', 'first', 'second', 'all'])
      .default('reader')
      .meta({ description: 'What an added card opens; `reader`: the locks of its reader.' }),
    owner_name: z.string().max(200).default('Enrolled at {reader}').meta({
      description: 'Name of its owner; `{reader}` is the name of the reader.',
    }),
    owner_type: z
      .enum(['owner', 'guest'])
      .default('owner')
      .meta({ description: 'Type of its owner.' }),
    valid_days: z.int().min(1).max(36_500).optional().meta({
      unit: 'days',
      description: 'How long it is valid; default: without end.',
    }),
  })
  .prefault({});

/** What becomes of cards that are taken for the list. */
export function enrolmentRules(config: z.output<typeof enrolmentSchema>): EnrolmentRules {
  const { master_card, seconds, lock, owner_name, owner_type, valid_days } = config;
  return {
    masterCard: master_card,
    seconds,
    lock,
    owner: { name: owner_name, type: owner_type },
    ...(valid_days !== undefined && { validDays: valid_days }),
  };
}
