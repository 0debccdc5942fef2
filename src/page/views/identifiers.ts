/** Who may pass: the list, and the views of one identifier and of a file of many. */
import type { ViewContext } from '../views.ts';
import { showImport } from './identifiers-import.ts';
import { showList } from './identifiers-list.ts';
import { showOne } from './identifiers-one.ts';
import { showSeveral } from './identifiers-several.ts';

/** The view: `#/identifiers`, `…/new`, `…/import`, `…/several` and `…/12`. */
export async function show(context: ViewContext): Promise<Node> {
  const [what] = context.place.rest;
  if (what === undefined) return showList(context);
  if (what === 'import') return showImport(context);
  if (what === 'several') return showSeveral(context);
  return showOne(what, context);
}
