/** Elements made of data. Data only ever becomes text or an attribute: no string is read as markup. */
import { focusIn, keepFocus } from './focus.ts';

/** What may stand inside an element; nothing and `false` leave no trace. */
export type Child = Node | string | number | null | undefined | false | readonly Child[];

type Handler = (event: Event) => void;
/** Attributes by name; `true` is an attribute without a value, `undefined` and `false` none. */
type Attributes = {
  readonly [name: string]: string | number | boolean | undefined | Handler;
};

const svgSpace = 'http://www.w3.org/2000/svg';

/** An HTML element. `on…` are listeners; `value` of a field is what stands in it at first. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  if ('value' in attributes && 'value' in element) element.value = String(attributes.value ?? '');
  return element;
}

/** An SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svgSpace, tag);
  fill(element, attributes, children);
  return element;
}

function fill(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === undefined || value === false) continue;
    else if (name === 'href' && !isOwn(String(value))) continue;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...nodesOf(children));
}

/** Links lead within this page and this panel, or to a file that the page has made. */
function isOwn(address: string): boolean {
  return /^(#|\/(?!\/)|blob:)/.test(address);
}

function nodesOf(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child): (Node | string)[] => {
    if (child === null || child === undefined || child === false) return [];
    if (isList(child)) return nodesOf(child);
    return [typeof child === 'number' ? String(child) : child];
  });
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child);
}

/** Puts `children` in the place of all that an element holds; the focus in it is not lost. */
export function replace(element: Element, ...children: readonly Child[]): void {
  const focused = focusIn(element);
  element.replaceChildren(...nodesOf(children));
  keepFocus(element, focused);
}

let lastId = 0;
/** A name for an element that others refer to (`aria-describedby`, `for`). */
export function freshId(what: string): string {
  lastId += 1;
  return `${what}-${lastId}`;
}
