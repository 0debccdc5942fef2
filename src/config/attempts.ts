/** The part of the configuration that says what is too much: wrong codes, frames, misreads; and threats. */
import { z } from 'zod';
import type { AttemptLimit } from '../door/attempts.ts';
import { duressKinds } from '../door/pin.ts';
import type { LineLimits } from '../ports/readers.ts';

export const attemptsSchema = z
  .strictObject({
    tries: z.int().min(1).max(100).default(5).meta({
      unit: 'tries',
      description: 'Wrong codes or PINs at one keypad, or PINs of one card, that block it.',
    }),
    within_seconds: z.int().min(1).max(86_400).default(60).meta({
      unit: 's',
      description: 'Time in which they are counted.',
    }),
    blocked_seconds: z.int().min(1).max(86_400).default(60).meta({
      unit: 's',
      description: 'How long codes are then refused, right ones too; plain cards still work.',
    }),
  })
  .prefault({});

/** How many wrong tries block for how long. */
export function attemptLimitOf(attempts: z.output<typeof attemptsSchema>): AttemptLimit {
  const { tries, within_seconds, blocked_seconds } = attempts;
  return { tries, withinMs: within_seconds * 1000, blockedMs: blocked_seconds * 1000 };
}

export const duressSchema = z
  .enum(duressKinds)
  .default('off')
  .meta({
    description:
      '`last_digit_plus_one`: a code or PIN whose last digit is one higher (9 becomes 0) opens as ' +
      'usual and raises a silent alarm.',
  });

export const lineFaultsSchema = z
  .strictObject({
    frames_per_second: z
      .int()
      .min(1)
      .max(100)
      .default(20)
      .meta({
        unit: 'frames',
        description:
          'More than people can present: above it, over 3 seconds, nothing opens at that reader until ' +
          'it is quiet.',
      }),
    misreads_per_minute: z.int().min(1).max(1000).default(20).meta({
      unit: 'events',
      description: 'Misreads of one reader that have an event each; more are counted in one.',
    }),
  })
  .prefault({});

/** What the wires of a reader may do before it is a fault. */
export function lineLimitsOf(limits: z.output<typeof lineFaultsSchema>): LineLimits {
  const { frames_per_second, misreads_per_minute } = limits;
  return { framesPerSecond: frames_per_second, misreadsPerMinute: misreads_per_minute };
}
