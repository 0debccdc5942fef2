/** Apartments, as far as identifiers belong to them. */
import { z } from 'zod';
import type { Apartment } from '../door/model.ts';
import { Records } from './records.ts';
import type { Store } from './store.ts';

const schema: z.ZodType<Apartment> = z.object({
  name: z.string(),
  building: z.int(),
  unit: z.int(),
  floor: z.int(),
  room: z.int(),
  residents: z.int(),
  linkId: z.string().exactOptional(),
});

/** Opens the apartments of a store. */
export function openApartments(store: Store): Records<Apartment> {
  return new Records(store, { name: 'apartments', schema });
}
