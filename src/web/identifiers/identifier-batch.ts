/** What the bulk calls have in common: their bounds, the limits of an item, and how it is carried out. */
import { z } from 'zod';
import type { ValidityWindow } from '../../door/model.ts';
import { freshPasses } from '../../door/passes.ts';
import type { ItemOutcome, SaidIdentifier } from '../../ports/links.ts';
import { errors } from '../answer.ts';
import { mostPasses, permanent, windowBody } from './identifier-body.ts';

/** Items of one call at most. */
export const itemsAtMost = 10_000;
/** Longest body of a call that brings whole identifiers, bytes. */
export const bulkBodyLimit = 16 * 1024 * 1024;
/** Items that the door waits for at once: some 2 ms of the main thread. */
export const itemsAtOnce = 25;

/** A list of items; its length is seen first, because each wrong item of a long one costs a report. */
export function itemsOf<T>(item: z.ZodType<T>, least = 0) {
  return z.preprocess((value, { issues }) => {
    if (!Array.isArray(value) || value.length <= itemsAtMost) return value;
    issues.push({ code: 'custom', message: errors.wrongBody, input: value });
    return z.NEVER;
  }, z.array(item).min(least).max(itemsAtMost));
}

/** As `valid` of a single identifier, but what its values say is judged item by item. */
export const timeRule = z.discriminatedUnion('is_permanent', [permanent, windowBody]);
export const passRule = z.discriminatedUnion('is_permanent', [
  permanent,
  z.object({ is_permanent: z.literal(false), max_passes: z.int().nullish() }),
]);

/** The limits of an item as its body has them. */
export interface Rules {
  readonly time?: z.output<typeof timeRule> | null | undefined;
  readonly passes?: z.output<typeof passRule> | null | undefined;
}

/** The limits of an item as they are stored; undefined when they cannot be kept. */
export function limitsOf({ time, passes }: Rules):
  | (Pick<SaidIdentifier, 'keepsLimit'> & {
      readonly limits: Pick<SaidIdentifier['fields'], 'window' | 'passes'>;
    })
  | undefined {
  const window: ValidityWindow | undefined =
    time && !time.is_permanent ? { fromS: time.from, toS: time.to } : undefined;
  if (window && window.toS <= window.fromS) return undefined;
  const limits = window ? { window } : {};
  if (!passes || passes.is_permanent) return { limits };
  const max = passes.max_passes ?? undefined;
  if (max === undefined) return { limits, keepsLimit: true };
  if (max < 1 || max > mostPasses) return undefined;
  return { limits: { ...limits, passes: freshPasses(max) } };
}

/** An item that has failed before anybody was asked, or what the door is to do for it. */
export type Prepared<C, R> = { readonly change: C } | { readonly failed: R };

/**
 * Has the changes made, a step at a time, between which the door serves cards. What was done stays
 * done when a later step fails. @returns the results, in order.
 */
export async function inSteps<C, R>(
  prepared: readonly Prepared<C, R>[],
  step: (changes: readonly C[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < prepared.length; from += itemsAtOnce) {
    const some = prepared.slice(from, from + itemsAtOnce);
    const changes = some.flatMap((item) => ('change' in item ? [item.change] : []));
    const outcomes = (changes.length > 0 ? await step(changes) : []).values();
    for (const item of some) {
      const result = 'failed' in item ? item.failed : outcomes.next().value;
      if (result !== undefined) results.push(result);
    }
  }
  return results;
}

/** Whether an outcome is a success. */
export function succeeded(outcome: ItemOutcome): boolean {
  return outcome === 'created' || outcome === 'updated' || outcome === 'deleted';
}

/** For the log: how many items ended how. */
export function counted(outcomes: readonly ItemOutcome[]): { readonly [outcome: string]: number } {
  const counts: { [outcome: string]: number } = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
