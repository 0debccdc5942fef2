/** The state that a start begins with: that of the last end, or the one that was restored. */
import { restoreEvent } from '../door/events/fault.ts';
import type { PanelEvent } from '../door/model.ts';
import type { Log } from '../ports.ts';
import { type Beginning, beginState, carryOn, endRestore } from '../store/restore.ts';
import { openStore, type Store } from '../store/store.ts';

/** Opens the database in `folder`, with what was made ready to be restored in its place. */
export async function openState(folder: string): Promise<{ store: Store; beginning: Beginning }> {
  const beginning = beginState(folder);
  const store = openStore(folder, 'writer');
  if (beginning === 'restored') await carryOn(store, folder);
  return { store, beginning };
}

/** The start has come through with what it began with. */
export function stateHolds(
  folder: string,
  beginning: Beginning,
  { log, record }: { readonly log: Log; readonly record: (event: PanelEvent) => void },
): void {
  const about = endRestore(folder, beginning);
  if (!about) return;
  const { by, what } = about;
  if (beginning === 'restored') log.info('a backup was restored', { by, backup: what });
  else log.error('a restore was undone: latchd did not start with it', { by, backup: what });
  record(restoreEvent(beginning === 'restored', about));
}
