/** The main thread's side of what the web asks of locks. */
import type { LockCommands, LockDoor } from '../../ports/locks.ts';
import type { StoreWriters } from '../../ports/store.ts';

/** What these commands act upon, besides the store. */
export interface LockCommandParts {
  readonly door: LockDoor;
}

/** Carries commands out that concern locks. */
export function lockCommands({
  settings,
  door,
}: LockCommandParts & Pick<StoreWriters, 'settings'>): LockCommands {
  return {
    changeLockSettings: (change) => settings.changeLockSettings(change),
    setFreeAccess: async (value, by) => {
      await settings.setFreeAccess(value);
      door.freeAccessChanged(by);
    },
    openEmergency: async (request) => door.openEmergency(request),
    closeLocks: (request) => door.closeLocks(request),
  };
}
