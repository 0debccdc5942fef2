/**
 * Where the focus goes when what has it is taken from the page. A browser would give it to the
 * document: whoever works with keys would begin at the top again.
 */

const focusable = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';

/** What has the focus inside of `element`; undefined: nothing. */
export function focusIn(element: Element): HTMLElement | undefined {
  const { activeElement: active } = document;
  return active instanceof HTMLElement && active !== element && element.contains(active)
    ? active
    : undefined;
}

/**
 * Gives the focus that `lost` had to the one element of the same name in its place, else to the
 * nearest heading. Does nothing while `lost` is still to be seen.
 */
export function keepFocus(place: Element, lost: HTMLElement | undefined): void {
  if (!lost || isSeen(lost)) return;
  const same = [...place.querySelectorAll<HTMLElement>(focusable)].filter(
    (one) => isSeen(one) && nameOf(one) === nameOf(lost),
  );
  if (same.length === 1) same[0]?.focus();
  else focusHeading(place);
}

/** Hides or shows an element; the focus does not stay in what is hidden. */
export function setHidden(element: HTMLElement, isHidden: boolean): void {
  if (element.hidden === isHidden) return;
  const held = isHidden && element.contains(document.activeElement);
  element.hidden = isHidden;
  if (held) focusHeading(element.parentElement ?? document.body);
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
