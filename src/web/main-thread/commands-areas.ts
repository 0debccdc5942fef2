/** The main thread's side of what the web asks of areas. */
import { passerOf } from '../../door/anti-passback.ts';
import { passbackForgivenEvent } from '../../door/events/readers.ts';
import type { PanelEvent } from '../../door/model.ts';
import type { AreaCommands } from '../../ports/areas.ts';
import type { StoreWriters } from '../../ports/store.ts';

/** What these commands act upon. */
interface AreaCommandParts extends Pick<StoreWriters, 'identifiers' | 'passback'> {
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
}

/** Carries commands out that concern areas. */
export function areaCommands({ identifiers, passback, record }: AreaCommandParts): AreaCommands {
  return {
    async forgivePassback(uid, by) {
      const identifier = uid === 'all' ? undefined : identifiers.get(uid);
      if (uid !== 'all' && !identifier) return false;
      await passback.forgive(identifier ? passerOf(identifier) : 'all');
      record(passbackForgivenEvent(uid, identifier?.owner.name, by));
      return true;
    },
  };
}
