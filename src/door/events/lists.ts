/** Events of what is done to whole lists. */
import type { PanelEvent } from '../model.ts';

/** The event of data that an operator has cleared; `count` records of `what` are gone. */
export function dataClearedEvent(what: string, count: number, by: string): PanelEvent {
  return {
    category: 'system',
    priority: 'high',
    key: 'data_cleared',
    text: `${by} cleared ${what}: ${count} gone`,
    model: { what, count, by },
  };
}
