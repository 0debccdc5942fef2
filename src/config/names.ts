/** Values that stand under many keys: names, locks by name, and where a wire ends on a chip. */
import { z } from 'zod';
import { lockNames } from '../door/model.ts';

/** Name of a part of the panel in events and commands. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _');

/** A chip by label, name or path. */
export const chipSchema = z.string().min(1).max(255);

/** A line of a chip, as offset from its first. */
export const lineSchema = z.int().min(0).max(1023);

/** Locks by name. One that is named twice would be driven twice: opened and locked again by one card. */
export const lockListSchema = z
  .array(z.enum(lockNames))
  .min(1)
  .refine((names) => new Set(names).size === names.length, 'names a lock twice');
