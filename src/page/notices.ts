/**
 * What the page tells people beside the view: what was done, and what was not. A failed action stays
 * on the screen with Retry until it is done or dismissed.
 */
import { button } from './components/button.ts';
import { h } from './dom.ts';
import { isEnded, mayBeDone, sayFailure } from './failure.ts';
import { giveBack } from './focus.ts';
import { icon } from './icons.ts';
import { texts } from './texts.ts';

/** Something that a person asked for. */
interface Action {
  /** What it is, for the notice of its failure: `Open first`. */
  readonly what: string;
  readonly run: () => Promise<unknown>;
  /** Said when it is done; absent: the view shows it. */
  readonly done?: string;
}

/** Where notices are told. */
export interface Notices {
  /** Holds the notices. */
  readonly element: HTMLElement;
  /** Says something for a few seconds. */
  readonly say: (text: string) => void;
  /** Runs an action. Resolves with whether it was done, at once or by a Retry. */
  readonly perform: (action: Action) => Promise<boolean>;
  /** Shows something that did not work, with a way to try it again. */
  readonly failed: (what: string, error: unknown, retry: () => void) => void;
}

const shownMs = 6000;

/** Notices of one page. */
export function openNotices(): Notices {
  const said = h('div', { role: 'status', class: 'said' });
  const failures = h('div', { role: 'alert', class: 'failures' });
  const element = h(
    'section',
    { class: 'notices', 'aria-label': texts.frame.notices },
    failures,
    said,
  );

  function say(text: string): void {
    const notice = h('p', { class: 'notice' }, icon('check'), h('span', { dir: 'auto' }, text));
    said.append(notice);
    setTimeout(() => notice.remove(), shownMs);
  }

  function show(what: string, error: unknown, retry: () => void, dismiss: () => void): void {
    const card = h('div', { class: 'notice failure' });
    const from = document.activeElement;
    const end = (then: () => void) => () => {
      card.remove();
      giveBack(from);
      then();
    };
    card.append(
      icon('alert'),
      h(
        'div',
        {},
        h('strong', {}, texts.frame.notDone(what)),
        h('p', { dir: 'auto' }, sayFailure(error)),
        mayBeDone(error) && h('p', {}, texts.frame.mayBeDone),
      ),
      h(
        'div',
        { class: 'row' },
        button({ label: texts.frame.retry, onPress: end(retry) }),
        button({ label: texts.frame.dismiss, kind: 'quiet', onPress: end(dismiss) }),
      ),
    );
    failures.append(card);
  }

  async function perform({ what, run, done }: Action): Promise<boolean> {
    try {
      await run();
      if (done) say(done);
      return true;
    } catch (error) {
      if (isEnded(error)) return false;
      const again = await new Promise<boolean>((resolve) =>
        show(
          what,
          error,
          () => resolve(true),
          () => resolve(false),
        ),
      );
      return again && perform({ what, run, ...(done !== undefined && { done }) });
    }
  }

  return {
    element,
    say,
    perform,
    failed: (what, error, retry) => show(what, error, retry, () => undefined),
  };
}
