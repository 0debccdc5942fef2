/** Who may pass: the list, and the views of one identifier and of a file of many. */
import type { ViewContext } from '../views.ts';
import { showList } from './identifiers-list.ts';

/** The view: `#/identifiers`, `…/new`, `…/import`, `…/several` and `…/12`. */
export async function show(context: ViewContext): Promise<Node> {
  const [what] = context.place.rest;
  if (what === undefined) return showList(context);
  if (what === 'import') return (await import('./identifiers-import.ts')).showImport(context);
  if (what === 'several') return (await import('./identifiers-several.ts')).showSeveral(context);
  return (await import('./identifiers-one.ts')).showOne(what, context);
}
