/** Keys of backups. */
import { validate } from 'node-cron';
import { z } from 'zod';

/** When backups are made, and where they are kept. */
export const backupSchema = z
  .strictObject({
    schedule: z
      .string()
      .max(200)
      .refine(
        (text) => text === 'off' || (text.trim().split(/\s+/).length === 5 && validate(text)),
        'must be off, or minute, hour, day, month and week day as in cron: 30 3 * * *',
      )
      .default('30 3 * * *')
      .meta({
        description:
          "When a backup is made: minute, hour, day, month and week day as in cron, in the panel's " +
          'zone; `off` for never. One that was missed is made at the next start.',
      }),
    keep: z.int().min(1).max(1000).default(7).meta({
      unit: 'backups',
      description: 'How many are kept of each kind: by schedule, by command, before a restore.',
    }),
    folder: z.string().min(1).default('backups').meta({
      description: 'Folder of the backups; relative to `data`. Best on another disk.',
    }),
  })
  .prefault({});
