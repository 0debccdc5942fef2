import type { Backups } from '../src/ports/backup.ts';

/** A web that makes no backups. */
export const noBackups: Backups = {
  list: () => [],
  make: () => Promise.reject(new Error('no backups')),
  open: () => undefined,
  remove: () => false,
  prepare: async () => ({ refused: 'unknown' }),
  keepReplaced: async () => false,
  scheduledMs: () => 0,
};
