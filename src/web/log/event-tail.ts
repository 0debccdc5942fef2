/** Follows the event log from a number on, for answers that last. */
import { describeError } from '../../errors.ts';
import type { EventReader, SettingReader } from '../../ports/store.ts';
import type { Log } from '../../ports.ts';
import { eventItem } from './log.ts';

/** What following rests on. */
export interface TailParts {
  readonly events: EventReader;
  readonly settings: Pick<SettingReader, 'wiegand'>;
  /** Makes the next read see what has been committed by now. */
  readonly refresh: () => void;
  readonly log: Log;
}

/** An event as `GET /api/v1/log/items` lists it, or numbers of which there is nothing to show. */
export type TailItem =
  | { readonly seq: number; readonly event: ReturnType<typeof eventItem> }
  | { readonly gap: { readonly from: number; readonly to: number } };

/** One reader of the log, which remembers how far it has come: no event is lost or told twice. */
export class EventTail {
  readonly #parts: TailParts;
  /** Number of the last event dealt with. */
  #seq: number;

  /** @param after the first event is the one after this number; beyond the newest: that is meant. */
  constructor(parts: TailParts, after: number) {
    this.#parts = parts;
    this.#seq = Math.min(after, parts.events.lastSeq());
  }

  /** Whether there is more, as far as the last read could see. */
  get isBehind(): boolean {
    return this.#seq < this.#parts.events.lastSeq();
  }

  /**
   * The next ones, at most `most`. Those that were pruned meanwhile, or are damaged, are gaps.
   * @throws Fault `store-unreadable` for a damaged setting.
   */
  take(most: number): TailItem[] {
    const { events, settings, refresh, log } = this.#parts;
    refresh();
    const items: TailItem[] = [];
    const last = events.lastSeq();
    const oldest = Math.min(events.firstSeq(), last + 1);
    if (this.#seq + 1 < oldest) {
      items.push({ gap: { from: this.#seq + 1, to: oldest - 1 } });
      this.#seq = oldest - 1;
    }
    const wiegand = settings.wiegand();
    while (this.#seq < last && items.length < most) {
      const seq = this.#seq + 1;
      try {
        const event = events.get(seq);
        items.push(
          event ? { seq, event: eventItem(event, wiegand) } : { gap: { from: seq, to: seq } },
        );
      } catch (error) {
        log.warn('an event was left out', { sequence: seq, why: describeError(error) });
        items.push({ gap: { from: seq, to: seq } });
      }
      this.#seq = seq;
    }
    return items;
  }
}
