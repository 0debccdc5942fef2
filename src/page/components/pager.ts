/** Links to the pages of a list. */
import { h } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';
import { texts } from '../texts.ts';

/** Where one is in a list, and the address of each of its pages. */
interface PagerOptions {
  readonly page: number;
  readonly pages: number;
  readonly to: (page: number) => string;
}

/** First, previous, next, last; nothing for a list of one page. */
export function pager({ page, pages, to }: PagerOptions): HTMLElement | false {
  if (pages <= 1) return false;
  const words = texts.frame.pages;
  const link = (label: string, picture: IconName, target: number, isUseful: boolean) =>
    h(
      'a',
      {
        class: 'button plain icon-only',
        'aria-label': label,
        title: label,
        ...(isUseful ? { href: to(target) } : { 'aria-disabled': 'true', role: 'link' }),
      },
      icon(picture),
    );
  return h(
    'nav',
    { class: 'pager', 'aria-label': words.label },
    link(words.first, 'first', 1, page > 1),
    link(words.previous, 'previous', page - 1, page > 1),
    h('span', { 'aria-current': 'page' }, words.of(page, pages)),
    link(words.next, 'next', page + 1, page < pages),
    link(words.last, 'last', pages, page < pages),
  );
}
