/** The door at a glance. */
import { h } from '../dom.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

/** The view. */
export function show(_context: ViewContext): Node {
  return h('div', { class: 'stack' }, h('h1', {}, texts.nav.door));
}
