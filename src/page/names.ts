/** What people call readers and locks: their own names, or those of the configuration. */
import type { LockName } from './panel-types.ts';
import type { Setup } from './setup.ts';
import { texts } from './texts.ts';

/** The name of a reader or a lock, to be shown. */
export function labelOf({ labels }: Setup, kind: 'reader' | 'lock', name: string): string {
  const given = labelIn(kind === 'reader' ? labels.readers : labels.locks, name);
  return given ?? (kind === 'lock' && isLock(name) ? texts.locks[name] : name);
}

/** The name that people gave; undefined: none. */
export function labelIn(
  labels: readonly { readonly name: string; readonly label: string }[],
  name: string,
): string | undefined {
  return labels.find((one) => one.name === name)?.label;
}

function isLock(name: string): name is LockName {
  return name === 'first' || name === 'second';
}
