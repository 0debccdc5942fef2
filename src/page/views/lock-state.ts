/** How a lock stands, in one word: the one that matters most. */
import type { IconName } from '../icons.ts';
import type { LockStatus } from '../panel-types.ts';
import type { texts } from '../texts.ts';

/** What is shown of it. */
export interface LockState {
  readonly kind: keyof typeof texts.door.state;
  readonly icon: IconName;
  /** Unix milliseconds, by the panel's clock. */
  readonly untilMs?: number;
}

/** The state of a lock. */
export function stateOf(lock: LockStatus): LockState {
  const { emergencyUntilMs, grantUntilMs, exitUntilMs, opensAtMs, mode } = lock;
  if (lock.fire) return { kind: 'fire', icon: 'alert' };
  if (emergencyUntilMs !== null) {
    return { kind: 'emergency', icon: 'alert', untilMs: emergencyUntilMs };
  }
  if (mode === 'free' || lock.freeAccess) return { kind: 'free', icon: 'unlocked' };
  if (lock.toggled) return { kind: 'toggled', icon: 'unlocked' };
  if (lock.released) {
    const untilMs = Math.max(grantUntilMs ?? 0, exitUntilMs ?? 0);
    return { kind: 'open', icon: 'unlocked', ...(untilMs > 0 && { untilMs }) };
  }
  if (mode === 'blocked') return { kind: 'blocked', icon: 'blocked' };
  if (opensAtMs !== null) return { kind: 'opening', icon: 'locked', untilMs: opensAtMs };
  return { kind: 'locked', icon: 'locked' };
}
