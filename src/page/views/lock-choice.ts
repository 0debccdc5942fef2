/** Which locks somebody may open. */
import { choiceField, type Field } from '../components/field.ts';
import type { LockChoice } from '../identifier-types.ts';
import { labelOf } from '../names.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

/**
 * A choice of the locks that are there, as people call them, and of all.
 * @param value what is chosen first; it is offered in any case. Without it, all where there are several.
 */
export function lockChoice(
  label: string,
  { live, setup }: Pick<ViewContext, 'live' | 'setup'>,
  value?: LockChoice,
): Field<LockChoice> {
  const known = live.status.get()?.locks.map(({ name }) => name) ?? ['first', 'second'];
  const offered = new Set<LockChoice>([
    ...(known.length > 1 || value === 'all' ? (['all'] as const) : []),
    ...known,
    ...(value ? [value] : []),
  ]);
  const choices = [...offered].map((name) => ({
    value: name,
    label: name === 'all' ? texts.locks.all : labelOf(setup.get(), 'lock', name),
  }));
  return choiceField({ label, choices, ...(value && { value }) });
}
