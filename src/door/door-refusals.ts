/** Why a command to a door is not carried out, in words; the calls of the API list them. */
import { type LockName, lockNames } from './model.ts';

/** Sentences without their capital, as a log writes them. */
export const doorRefusal = {
  blocked: (lock: LockName) => `the ${lock} door is blocked`,
  interlocked: (lock: LockName) =>
    `interlock: the ${lock} door opens only while the other one is shut`,
  neverFree: 'a door of an interlock is never free',
  burning: (locks: readonly LockName[]) =>
    `the ${locks.join(' and the ')} lock stays open while a fire input is active`,
} as const;

/** Every one of them, as an answer has it. */
export const doorRefusals: readonly string[] = [
  ...lockNames.map(doorRefusal.blocked),
  ...lockNames.map(doorRefusal.interlocked),
  doorRefusal.neverFree,
  ...lockNames.map((lock) => doorRefusal.burning([lock])),
  doorRefusal.burning(lockNames),
].map((text) => text.charAt(0).toUpperCase() + text.slice(1));
