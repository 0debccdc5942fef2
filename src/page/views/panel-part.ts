/** A part of the panel view: a card that reads what it shows, and again after each change. */
import { button } from '../components/button.ts';
import { type Child, h, replace } from '../dom.ts';
import { isEnded, sayFailure } from '../failure.ts';
import { texts } from '../texts.ts';

/** So wide that nothing needs to be folded. */
const isWide = () => window.matchMedia('(min-width: 48rem)').matches;

/** The same, folded on a phone until it is asked for. @param content as of `panelPart`. */
export function foldedPart(
  title: string,
  content: (again: () => Promise<void>) => Promise<Child>,
): HTMLElement {
  const part = panelPart(title, content);
  const [heading, place] = part.children;
  const details = h('details', { open: isWide() }, h('summary', {}, heading), place);
  part.replaceChildren(details);
  return part;
}

/** @param content makes what is shown; `again` makes it anew. What it rejects with can be retried. */
export function panelPart(
  title: string,
  content: (again: () => Promise<void>) => Promise<Child>,
): HTMLElement {
  const place = h('div', { class: 'stack' }, h('p', { class: 'hint' }, texts.frame.loading));
  const load = async (): Promise<void> => {
    try {
      replace(place, await content(load));
    } catch (error) {
      if (isEnded(error)) return;
      const retry = button({ label: texts.frame.retry, onPress: load });
      replace(place, h('p', { class: 'form-error' }, sayFailure(error)), retry);
    }
  };
  void load();
  return h('section', { class: 'card stack', 'aria-label': title }, h('h2', {}, title), place);
}
