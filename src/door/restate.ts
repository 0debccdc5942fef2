/** What becomes of an identifier when a client says it anew. */
import { forever } from './access-key.ts';
import type { Identifier, IdentifierFields, ValidityWindow } from './model.ts';
import { carryPasses } from './passes.ts';

/**
 * Number, owner, lock, window and passes are as said now; passes used stay used. What such a call
 * does not speak of is kept, unless `said` holds it: link id, apartment, profiles, PIN and person.
 * Access levels, which stand in the lock's place, stay as long as the lock does; profiles limit either.
 */
export function restate(old: Identifier, said: IdentifierFields): IdentifierFields {
  const { uid: _uid, window: oldWindow, passes, levels, ...kept } = old;
  const limit = said.passes && { passes: carryPasses(passes, said.passes.max) };
  const standing = levels && said.lock === old.lock && { levels };
  const window = said.window && oldWindow && { window: asMeant(said.window, oldWindow) };
  return { ...kept, ...standing, ...said, ...window, ...limit };
}

/** The last second that every library of dates can hold: the end of the year 9999. */
const lastS = 253_402_300_799;

/** A window as answers write it: an end that is never reached as one that every client can hold. */
export function shownWindow({ fromS, toS }: ValidityWindow): ValidityWindow {
  return {
    fromS: fromS === forever.fromS ? 0 : fromS,
    toS: toS === forever.toS ? lastS : toS,
  };
}

/** An end that comes back as it was shown is the one that there was. */
function asMeant({ fromS, toS }: ValidityWindow, old: ValidityWindow): ValidityWindow {
  const shown = shownWindow(old);
  return {
    fromS: fromS === shown.fromS ? old.fromS : fromS,
    toS: toS === shown.toS ? old.toS : toS,
  };
}
