/** Who is on which side of an area: what the store keeps and what the web asks. Types only. */
import type { Direction, LastPassage } from '../door/anti-passback.ts';

/** Last passages by identifier, kept so that a restart forgives nobody. The main thread only. */
export interface PassbackStore {
  /** Undefined: the area has not seen it, or has forgiven it. @throws Fault `store-unreadable`. */
  last(uid: number, area: string): LastPassage | undefined;
  /**
   * Keeps a passage at `atMs` (Unix milliseconds), committed when this returns, in one transaction
   * with what `takePass` writes: both or neither. Undefined, and nothing is kept, where `takePass`
   * answers so.
   * @throws Fault `store-unwritable`.
   */
  note<T>(
    uid: number,
    area: string,
    passage: { readonly direction: Direction; readonly atMs: number },
    takePass: () => T | undefined,
  ): T | undefined;
  /**
   * Nobody has passed after all: the last passage is `before` again, committed when this returns, in
   * one transaction with what `givePass` writes. @throws Fault `store-unwritable`.
   */
  takeBack<T>(uid: number, area: string, before: LastPassage | undefined, givePass: () => T): T;
  /** Forgives one identifier, or all; resolves when that is on the disk. */
  forgive(uid: number | 'all'): Promise<void>;
}

/** Part of `PanelCommands`. */
export interface AreaCommands {
  /**
   * Forgives one identifier, or all, in every area. False: there is no such identifier. `by`: account
   * or tool, as the event names it.
   */
  forgivePassback(uid: number | 'all', by: string): Promise<boolean>;
}
