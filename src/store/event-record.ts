/** An event as it is stored. */
import { z } from 'zod';
import type { LoggedEvent } from '../door/model.ts';
import { damaged } from './store.ts';

const eventSchema = z.object({
  wallMs: z.number(),
  category: z.enum(['access', 'info', 'system', 'emergency']),
  priority: z.enum(['low', 'medium', 'high']),
  key: z.string(),
  text: z.string(),
  // zod's own check of JSON takes longer than reading the event.
  model: z.custom<LoggedEvent['model']>((value) => isObject(value) && isJson(value)),
});

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (isObject(value)) return Object.values(value).every(isJson);
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** The event of a stored record. @throws Fault `record-damaged`. */
export function checkedEvent(seq: number, value: unknown): LoggedEvent {
  const record = eventSchema.safeParse(value);
  if (record.success) return { seq, ...record.data };
  throw damaged(`event ${seq}`, record.error);
}
