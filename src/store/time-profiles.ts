/** Time profiles. */
import { z } from 'zod';
import { latestS } from '../door/calendar.ts';
import { dayOrders, dayTypes, type TimeProfile, weekdays } from '../door/model.ts';
import { Records } from './records.ts';
import type { Store } from './store.ts';

const monthDays = z.union([
  z.array(z.int().min(1).max(31)).min(1).readonly(),
  z.object({ order: z.enum(dayOrders), type: z.enum(dayTypes) }),
]);

const momentS = z.int().min(0).max(latestS);
const every = z.int().min(1).max(1000);

const custom = z.discriminatedUnion('unit', [
  z.object({ unit: z.literal('day'), every }),
  z.object({
    unit: z.literal('week'),
    every,
    weekdays: z.array(z.enum(weekdays)).min(1).readonly(),
  }),
  z.object({ unit: z.literal('month'), every, days: monthDays }),
  z.object({
    unit: z.literal('year'),
    every,
    months: z.array(z.int().min(1).max(12)).min(1).readonly(),
    days: monthDays.exactOptional(),
  }),
]);

const schema: z.ZodType<TimeProfile> = z.object({
  name: z.string(),
  linkId: z.string().exactOptional(),
  allDay: z.boolean(),
  fromS: momentS,
  toS: momentS,
  repeat: z
    .object({
      enabled: z.boolean(),
      type: z.enum(['day', 'week', 'twoWeeks', 'month', 'year', 'custom']),
      untilS: momentS.exactOptional(),
      custom: custom.exactOptional(),
    })
    .exactOptional(),
});

/** A record with members of every kind. */
const fullRecord: TimeProfile = {
  name: '',
  linkId: '',
  allDay: false,
  fromS: 0,
  toS: 1,
  repeat: {
    enabled: true,
    type: 'custom',
    untilS: 1,
    custom: { unit: 'year', every: 1, months: [1], days: { order: 'first', type: 'MON' } },
  },
};

/** Opens the time profiles of a store. */
export function openTimeProfiles(store: Store): Records<TimeProfile> {
  // zod compiles a schema when it is first used; the first card after a start is not to wait for it.
  schema.parse(fullRecord);
  return new Records(store, { name: 'time-profiles', schema });
}
