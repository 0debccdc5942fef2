/** Faults of the panel and restores of its state, as events. */
import { formatIsoTime } from '../iso-time.ts';
import type { PanelEvent } from '../model.ts';

/** The event of a fault that begins or is over. `what`: what is wrong, one sentence. */
export function faultEvent(code: string, what: string, begins: boolean): PanelEvent {
  return {
    category: 'system',
    priority: begins ? 'high' : 'medium',
    key: begins ? 'fault_raised' : 'fault_cleared',
    text: begins ? `fault: ${what}` : `over: ${what}`,
    model: { code, what },
  };
}

/** The event of a backup that was restored, or of a restore that was undone. `by`: who asked for it. */
export function restoreEvent(
  done: boolean,
  {
    by,
    what,
    createdMs,
  }: { readonly by: string; readonly what: string; readonly createdMs: number },
): PanelEvent {
  const created = formatIsoTime(createdMs / 1000) ?? '';
  return {
    category: 'system',
    priority: 'high',
    key: done ? 'backup_restored' : 'restore_undone',
    text: done
      ? `${by} restored ${what}, the state of ${created}`
      : `the restore of ${what} was undone: latchd did not start with it`,
    model: { by, backup: what, created },
  };
}
