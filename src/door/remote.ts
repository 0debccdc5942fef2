/** What a remote access server says about a presentation -> what this panel does about it. */
import { type Bars, type Decision, type LockName, lockNames } from './model.ts';

/** The word of a remote access server (panel API, remote access server settings). */
export type RemoteVerdict =
  /** The panel is to decide by itself. */
  | { readonly handled: false }
  | { readonly handled: true; readonly granted: false }
  /** `lockNumber`: 0 for every lock, 1 the first, 2 the second; up to 8 on panels with more. */
  | { readonly handled: true; readonly granted: true; readonly lockNumber: number };

/** A verdict that leaves nothing to the panel's own list. */
export type HandledVerdict = Extract<RemoteVerdict, { handled: true }>;

/** What a server is asked about. `card` is whatever a card reader has read. */
export interface RemoteQuestion {
  readonly type: 'card' | 'input_code' | 'qr';
  /** Canonical, as in `IdentifierFields`. */
  readonly number: string;
}

/**
 * A granted verdict opens only locks that exist and that the reader may open (`readerLocks`), and
 * nothing while doors are `blocked` and none that is barred. It takes no pass.
 */
export function decideAsTold(
  verdict: HandledVerdict,
  readerLocks: readonly LockName[],
  blocked: boolean,
  bars: Bars,
): Decision {
  if (!verdict.granted) return { granted: false, reason: 'remote-server' };
  if (blocked) return { granted: false, reason: 'door-blocked' };
  const { lockNumber } = verdict;
  const locks =
    lockNumber === 0
      ? readerLocks
      : readerLocks.filter((lock) => lock === lockNames[lockNumber - 1]);
  if (locks.length === 0) return { granted: false, reason: 'wrong-reader' };
  const [first] = locks;
  const bar = first && bars[first];
  const free = locks.filter((lock) => !bars[lock]);
  return free.length === 0 && bar
    ? { granted: false, reason: bar }
    : { granted: true, locks: free, takesPass: false };
}
