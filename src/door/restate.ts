/** What becomes of an identifier when a client says it anew. */
import type { Identifier, IdentifierFields } from './model.ts';
import { carryPasses } from './passes.ts';

/**
 * Number, owner, lock, window and passes are as said now; passes used stay used. What such a call
 * does not speak of is kept, unless `said` holds it: link id, apartment, profiles, PIN and person.
 * Access levels, which stand in the lock's place, stay as long as the lock does.
 */
export function restate(old: Identifier, said: IdentifierFields): IdentifierFields {
  const { uid: _uid, window: _window, passes, levels, ...kept } = old;
  const limit = said.passes && { passes: carryPasses(passes, said.passes.max) };
  const standing = levels && said.lock === old.lock && { levels };
  return { ...kept, ...standing, ...said, ...limit };
}
