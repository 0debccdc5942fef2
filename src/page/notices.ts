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
  /**
   * For what would surprise when it comes later, a door that opens: Retry is offered until this
   * fires, the view is left, and half a minute at most.
   */
  readonly now?: AbortSignal;
}

/** Where notices are told. */
export interface Notices {
  /** Holds the notices. */
  readonly element: HTMLElement;
  /** Says something for a few seconds, in the place of what was said before. */
  readonly say: (text: string) => void;
  /** The same, unless something else is being said. */
  readonly mention: (text: string) => void;
  /** Another view is shown: what was said in the one before is over. */
  readonly turn: () => void;
  /** Runs an action. Resolves with whether it was done, at once or by a Retry. */
  readonly perform: (action: Action) => Promise<boolean>;
  /** Shows something that did not work, with a way to try it again. */
  readonly failed: (what: string, error: unknown, retry: () => void) => void;
}

const shownMs = 4000;
/** What is said as a view is left belongs to the next one. */
const onTheWayMs = 1000;
/** A command to a door is not given again later than this. */
const retryMs = 30_000;

/** Notices of one page. @param timeNow as people read it, `17:40`. */
export function openNotices(timeNow: () => string): Notices {
  const said = h('div', { role: 'status', class: 'said' });
  const failures = h('div', { role: 'alert', class: 'failures' });
  const element = h(
    'section',
    { class: 'notices', 'aria-label': texts.frame.notices },
    failures,
    said,
  );
  keepRoom(element);

  let timer: ReturnType<typeof setTimeout> | undefined;
  let saidAt = 0;
  function say(text: string): void {
    clearTimeout(timer);
    saidAt = performance.now();
    said.replaceChildren(
      h('p', { class: 'notice' }, icon('check'), h('span', { dir: 'auto' }, text)),
    );
    timer = setTimeout(() => said.replaceChildren(), shownMs);
  }

  async function perform(action: Action): Promise<boolean> {
    const { what, run, done } = action;
    try {
      await run();
      if (done) say(done);
      return true;
    } catch (error) {
      if (isEnded(error)) return false;
      const again = await new Promise<boolean>((resolve) => {
        const failure = {
          what,
          error,
          at: timeNow(),
          now: action.now,
          retry: () => resolve(true),
          dismiss: () => resolve(false),
        };
        failures.append(failureCard(failure));
      });
      return again && perform(action);
    }
  }

  return {
    element,
    say,
    perform,
    mention(text) {
      if (said.childElementCount === 0) say(text);
    },
    turn() {
      if (performance.now() - saidAt > onTheWayMs) said.replaceChildren();
    },
    failed(what, error, retry) {
      const nothing = () => undefined;
      failures.append(failureCard({ what, error, at: timeNow(), retry, dismiss: nothing }));
    },
  };
}

/** The page leaves room for them below its content: no button stays behind one. */
function keepRoom(element: HTMLElement): void {
  const { style } = document.documentElement;
  new ResizeObserver(() => {
    style.setProperty('--notices', `${element.offsetHeight}px`);
  }).observe(element);
}

interface Failed {
  readonly what: string;
  readonly error: unknown;
  readonly at: string;
  readonly now?: AbortSignal | undefined;
  readonly retry: () => void;
  readonly dismiss: () => void;
}

function failureCard({ what, error, at, now, retry, dismiss }: Failed): HTMLElement {
  const over = new AbortController();
  const from = document.activeElement;
  const end = (then: () => void) => () => {
    over.abort();
    card.remove();
    giveBack(from);
    then();
  };
  const again = button({ label: texts.frame.retry, onPress: end(retry) });
  const away = button({ label: texts.frame.dismiss, kind: 'quiet', onPress: end(dismiss) });
  const card = h(
    'div',
    { class: 'notice failure' },
    icon('alert'),
    h(
      'div',
      {},
      h('strong', {}, texts.frame.notDone(at, what)),
      h('p', { dir: 'auto' }, sayFailure(error)),
      mayBeDone(error) && h('p', {}, texts.frame.mayBeDone),
    ),
    h('div', { class: 'row' }, again, away),
  );
  if (now) {
    const late = () => {
      if (document.activeElement === again) away.focus();
      again.remove();
      // What was pressed can be pressed again; only the card stays.
      dismiss();
    };
    const timer = setTimeout(late, retryMs);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
    if (now.aborted) late();
    else now.addEventListener('abort', late, { signal: over.signal });
  }
  return card;
}
