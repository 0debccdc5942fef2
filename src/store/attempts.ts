/** Wrong tries at keypads, of which there are few: those of the last minutes. */
import { z } from 'zod';
import type { Trier } from '../door/attempts.ts';
import type { AttemptStore } from '../ports/readers.ts';
import type { Store } from './store.ts';

const entrySchema = z.object({
  who: z.union([z.object({ reader: z.string() }), z.object({ identifier: z.int().min(1) })]),
  state: z.object({ wrongMs: z.array(z.number()), blockedUntilMs: z.number() }),
});

/** Opens the wrong tries of a store; the main thread only. */
export function openAttempts(store: Store): AttemptStore {
  const database = store.database<string>('attempts', 'ordered-binary');
  return {
    all: () =>
      [...database.getRange()].flatMap(({ value }) => {
        const entry = entrySchema.safeParse(value);
        return entry.success ? [entry.data] : [];
      }),
    set: (who, state) =>
      store.durably(() => {
        if (state) database.putSync(keyOf(who), { who, state });
        else database.removeSync(keyOf(who));
      }),
  };
}

function keyOf(who: Trier): string {
  return 'reader' in who ? `reader:${who.reader}` : `identifier:${who.identifier}`;
}
