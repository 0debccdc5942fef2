/**
 * What can be read of a part of the configuration in which something else is wrong: enough to see
 * that a line or a name is used twice, so that this is told together with the other problem.
 */
import { z } from 'zod';
import { lockNames } from '../door/model.ts';
import { inputKinds } from '../door/wired.ts';
import { chipSchema, lineSchema } from './names.ts';

/** A member that is wrong is left out: its problem is told by the schema of the whole. */
const sound = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** A line on a chip that cannot be read is no line: nobody knows with which others it collides. */
const placed = z.object({ line: lineSchema, chip: chipSchema.optional() });
const locks = sound(z.array(z.enum(lockNames)));

const wiegand = z.object({
  d0: sound(lineSchema),
  d1: sound(lineSchema),
  chip: chipSchema.optional(),
});
const serial = z.object({ path: z.string() });

export const soundReader = z.object({
  name: sound(z.string()),
  wiegand: sound(wiegand),
  serial: sound(serial),
  led: sound(placed),
  red_led: sound(placed),
  buzzer: sound(placed),
  locks,
});

export const soundInput = z.object({
  name: sound(z.string()),
  kind: sound(z.enum(inputKinds)),
  reader: sound(z.string()),
  locks,
});

/** Of a lock or an input. */
export const soundLine = placed;
