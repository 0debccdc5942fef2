/** Access levels and persons of the access-key API. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AccessLevel, LockName, Person } from '../door/model.ts';
import { Records } from './records.ts';
import type { Store } from './store.ts';

const levelSchema: z.ZodType<AccessLevel> = z.object({
  name: z.string(),
  lock: z.enum(['first', 'second', 'all']),
  profiles: z.array(z.int().min(1)).min(1).readonly().exactOptional(),
  linkId: z.string(),
});

const personSchema: z.ZodType<Person> = z.object({
  firstName: z.string(),
  lastName: z.string(),
  linkId: z.string(),
});

/** Opens the access levels of a store. */
export function openAccessLevels(store: Store): Records<AccessLevel> {
  return new Records(store, { name: 'access-levels', schema: levelSchema });
}

/** Opens the persons of a store. */
export function openPersons(store: Store): Records<Person> {
  return new Records(store, { name: 'persons', schema: personSchema });
}

/** The levels that a panel with these locks has from the start: one for each, and one for all. */
export async function makeFirstLevels(
  levels: Records<AccessLevel>,
  locks: readonly LockName[],
): Promise<void> {
  if (levels.count() > 0) return;
  const names = { first: 'First lock', second: 'Second lock', all: 'All locks' } as const;
  for (const lock of [...locks, 'all'] as const) {
    await levels.create({ name: names[lock], lock, linkId: randomUUID() });
  }
}
