/** What people call readers and locks: their own names, or those of the configuration. */
import type { LockName } from './panel-types.ts';
import type { Setup } from './setup.ts';
import { texts } from './texts.ts';

/** The name of a reader or a lock, to be shown. */
export function labelOf({ labels }: Setup, kind: 'reader' | 'lock', name: string): string {
  if (kind === 'reader') return labels.readers[name] ?? name;
  const lock = name as LockName;
  return labels.locks[lock] ?? texts.locks[lock] ?? name;
}
