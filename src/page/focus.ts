/**
 * Where the focus goes when what has it is taken from the page. A browser would give it to the
 * document: whoever works with keys would begin at the top again.
 */

const focusable = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

/** What has the focus, before its place changes. */
interface Held {
  readonly element: HTMLElement;
  /** Nothing else in its place has its name: it can be told from the others. */
  readonly isAlone: boolean;
}

/** What has the focus inside of `place`; undefined: nothing. */
export function focusIn(place: Element): Held | undefined {
  const { activeElement: element } = document;
  if (!(element instanceof HTMLElement) || element === place || !place.contains(element)) {
    return undefined;
  }
  return { element, isAlone: likeIn(place, element).length === 1 };
}

/**
 * Gives the focus that was held to the one element of the same name in its place, else to the
 * nearest heading. Does nothing while what held it is still to be seen.
 */
export function keepFocus(place: Element, held: Held | undefined): void {
  if (!held || isSeen(held.element)) return;
  const [same, ...others] = likeIn(place, held.element);
  if (same && held.isAlone && others.length === 0) same.focus();
  else focusHeading(place);
}

function likeIn(place: Element, one: HTMLElement): HTMLElement[] {
  const name = nameOf(one);
  return [...place.querySelectorAll<HTMLElement>(focusable)].filter(
    (other) => isSeen(other) && nameOf(other) === name,
  );
}

/** Hides or shows an element; the focus does not stay in what is hidden. */
export function setHidden(element: HTMLElement, isHidden: boolean): void {
  if (element.hidden === isHidden) return;
  const held = isHidden && element.contains(document.activeElement);
  element.hidden = isHidden;
  if (held) focusHeading(element.parentElement ?? document.body);
}

/** Disables a button or enables it; the focus does not stay on what cannot be pressed. */
export function setDisabled(button: HTMLButtonElement, isDisabled: boolean): void {
  if (button.disabled === isDisabled) return;
  const held = isDisabled && button === document.activeElement;
  button.disabled = isDisabled;
  if (held) focusHeading(button);
}

/** Focuses the heading of the part around `place`, else that of the view. */
export function focusHeading(place: Element): void {
  for (let part: Element | null = place; part; part = part.parentElement) {
    const headings = part.querySelectorAll<HTMLElement>('h1, h2, h3');
    const heading = [...headings].find(isSeen);
    if (!heading) continue;
    if (heading.tabIndex < 0) heading.tabIndex = -1;
    heading.focus();
    return;
  }
}

/** What had the focus before has it again, where it is still there; else the heading of the view. */
export function giveBack(from: Element | null): void {
  if (from instanceof HTMLElement && from !== document.body && isSeen(from)) from.focus();
  else focusHeading(document.querySelector('main') ?? document.body);
}

function isSeen(element: HTMLElement): boolean {
  return element.isConnected && element.getClientRects().length > 0;
}

/** As it is heard: the kind of element, and its label or its text. */
function nameOf(element: HTMLElement): string {
  const labels = 'labels' in element ? (element as HTMLInputElement).labels : undefined;
  const label = element.getAttribute('aria-label') ?? labels?.[0]?.textContent;
  return `${element.tagName} ${label ?? element.textContent}`;
}
