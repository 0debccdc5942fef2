/** Looks at the disk of the database, so that somebody hears of it before nothing can be written. */

import type { DiskState } from '../ports/figures.ts';
import type { HealthFault } from '../ports/health.ts';
import type { Faults } from './faults.ts';

/** Less is a fault; it is over with a quarter more. */
const lowBytes = 100 * 1024 * 1024;
/** With less nothing is written any more. */
const leastBytes = 1024 * 1024;

type DiskFault = Omit<HealthFault, 'sinceMs'>;

const room = 'Make room: delete backups and what else is not needed (df -h)';
const diskFaults = {
  readOnly: {
    code: 'disk-read-only',
    what: 'The disk of the database is mounted read-only',
    do: 'See dmesg for errors of the disk, then mount it again or replace it',
  },
  full: { code: 'disk-full', what: 'The disk of the database is full', do: room },
  low: {
    code: 'disk-low',
    what: 'Less than 100 MiB are left on the disk of the database',
    do: room,
  },
} as const satisfies { readonly [kind: string]: DiskFault };

/**
 * Looks now; what it returns looks again, for whoever keeps the time. At most one of its faults is
 * there at a time.
 * @param disk what the disk of the database is like now.
 */
export function watchDisk(faults: Faults, disk: () => DiskState): () => void {
  let before: DiskFault | undefined;
  const look = () => {
    const now = faultOf(disk(), before);
    if (now === before) return;
    if (now) faults.raise(now);
    if (before) faults.clear(before.code);
    before = now;
  };
  look();
  return look;
}

/** Pure. A fault that was there lasts until there is clearly more room. */
function faultOf({ freeBytes, readOnly }: DiskState, before?: DiskFault): DiskFault | undefined {
  const { full, low } = diskFaults;
  if (readOnly) return diskFaults.readOnly;
  if (freeBytes < leastBytes * (before === full ? 1.25 : 1)) return full;
  return freeBytes < lowBytes * (before === low || before === full ? 1.25 : 1) ? low : undefined;
}
