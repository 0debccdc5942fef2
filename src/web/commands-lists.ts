/** Commands upon whole lists, carried out on the main thread in steps: the door never waits for one. */
import { dataClearedEvent } from '../door/event-lists.ts';
import type { PanelCommands } from '../ports-web.ts';
import type { CommandParts } from './commands.ts';

/** `clearLog` and `clearIdentifiers`. */
export function listCommands({
  identifiers,
  clearLog,
  record,
}: CommandParts): Pick<PanelCommands, 'clearLog' | 'clearIdentifiers'> {
  return {
    clearLog: (by) => clearLog((count) => dataClearedEvent('logs', count, by)),
    async clearIdentifiers(by) {
      const count = await identifiers.clear();
      record(dataClearedEvent('identifiers', count, by));
      return count;
    },
  };
}
