/** Commands upon whole lists, carried out on the main thread in steps: the door never waits for one. */
import { dataClearedEvent } from '../../door/events/lists.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { CommandParts } from './commands.ts';
import { dropUnheld } from './commands-keys.ts';
import { inSteps } from './in-steps.ts';

/** Persons forgotten in one transaction. */
const personsAtOnce = 50;

/** `clearLog` and `clearIdentifiers`. */
export function listCommands(
  parts: CommandParts,
): Pick<PanelCommands, 'clearLog' | 'clearIdentifiers'> {
  const { identifiers, clearLog, record } = parts;
  return {
    clearLog: (by) => clearLog((count) => dataClearedEvent('logs', count, by)),
    async clearIdentifiers(by) {
      const holders = new Set<number>();
      const count = await identifiers.clear(({ person }) => {
        if (person !== undefined) holders.add(person);
      });
      await inSteps([...holders], personsAtOnce, async (some) => {
        await dropUnheld(parts, some);
        return [];
      });
      record(dataClearedEvent('identifiers', count, by));
      return count;
    },
  };
}
