/** Time profiles. */
import { z } from 'zod';
import type { TimeProfile } from '../door/model.ts';
import { Records } from './records.ts';
import type { Store } from './store.ts';

const schema: z.ZodType<TimeProfile> = z.object({
  name: z.string(),
  linkId: z.string().exactOptional(),
});

/** Opens the time profiles of a store. */
export function openTimeProfiles(store: Store): Records<TimeProfile> {
  return new Records(store, { name: 'time-profiles', schema });
}
