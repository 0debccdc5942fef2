/** Commands about restores and faults, carried out on the main thread. */
import type { BackupCommands } from '../../ports/backup.ts';
import type { HealthFault } from '../../ports/health.ts';

/** What they act upon. */
export interface BackupCommandParts {
  readonly faults: {
    raise(fault: Omit<HealthFault, 'sinceMs'>): void;
    clear(code: string): void;
  };
  /** Stops in order and starts again; returns at once. */
  readonly startAgain: () => void;
}

/** Carries them out. */
export function backupCommands({ faults, startAgain }: BackupCommandParts): BackupCommands {
  return {
    startAgain: async () => startAgain(),
    raiseFault: async (fault) => faults.raise(fault),
    clearFault: async (code) => faults.clear(code),
  };
}
