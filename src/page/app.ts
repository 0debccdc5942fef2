/** What follows the sign-in: views in a frame. */
import { type Api, openApi } from './api.ts';
import { button } from './components/button.ts';
import { h, replace } from './dom.ts';
import { isEnded, sayFailure } from './failure.ts';
import { focusHeading } from './focus.ts';
import { type Frame, showFrame, viewsOf } from './frame.ts';
import { followPanel, heardOf } from './live.ts';
import { openNotices } from './notices.ts';
import { openPassword } from './password.ts';
import { address, type Place, placeOf } from './router.ts';
import type { Session } from './session.ts';
import type { Setup } from './setup.ts';
import { askAgain } from './sign-in.ts';
import { type Signal, signal } from './signal.ts';
import { texts } from './texts.ts';
import { timesIn } from './times.ts';
import type { View, ViewContext } from './views.ts';

/** What views are shown with, besides where they are. */
type Shown = Omit<ViewContext, 'place' | 'until' | 'showAgain'>;

/**
 * Shows the page to somebody who has signed in.
 * @param isFresh they did so just now: what had the focus is gone.
 */
export async function startApp(
  session: Signal<Session | undefined>,
  known: Session,
  isFresh: boolean,
): Promise<void> {
  let renewal: Promise<void> | undefined;
  const signInAgain = once(async () => {
    const isRenewed = await renewal?.then(
      () => true,
      () => false,
    );
    return isRenewed || again(session, known);
  });
  const api = openApi({ session, signInAgain });
  const until = new AbortController().signal;
  const live = followPanel(api, session, until);
  const setup = signal(await setupOf(api));
  const times = timesIn(setup.get().timezone, texts.language);
  const notices = openNotices(() => times.minute(Date.now()));
  const title = signal('');
  setup.follow(({ labels, device_name }) => title.set(labels.device ?? device_name), until);
  const frame = showFrame({
    session: known,
    title,
    link: live.link,
    notices,
    until,
    async signOut() {
      // Whether the panel hears of it or not: this browser forgets.
      await api.act('POST', '/api/v1/logout').catch(() => undefined);
      leave(session);
    },
    changePassword: () => openPassword(shown),
  });
  const shown = {
    renewSession(fresh: Promise<Session>) {
      renewal = fresh.then(session.set).finally(() => {
        renewal = undefined;
      });
      return renewal;
    },
    api,
    session: known,
    mayChange: known.role === 'admin',
    live,
    notices,
    setup,
    times,
  };
  // Views are made of it: which readers and locks there are.
  await heardOf(live);
  route(frame, shown, isFresh);
}

/** Tries until it is there: without it no time can be written. */
async function setupOf(api: Api): Promise<Setup> {
  for (;;) {
    try {
      return await api.read<Setup>('/api/v1/panel/setup');
    } catch (error) {
      await new Promise<void>((resolve) => {
        const retry = button({ label: texts.frame.retry, kind: 'main', onPress: resolve });
        document.body.className = 'signing-in';
        document.body.replaceChildren(h('main', {}, h('p', {}, sayFailure(error)), retry));
        retry.focus();
      });
    }
  }
}

/** Asks for the password again; whoever else signs in begins anew. */
async function again(session: Signal<Session | undefined>, known: Session): Promise<boolean> {
  const fresh = await askAgain(known.name);
  session.set(fresh);
  if (fresh?.name === known.name && fresh.role === known.role) return true;
  location.reload();
  return false;
}

function leave(session: Signal<Session | undefined>): void {
  session.set(undefined);
  location.hash = '';
  location.reload();
}

/** Several calls that ask at the same time wait for one answer. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** Shows the view that the address names, now (`moveFocus`: with the focus) and when it changes. */
function route(frame: Frame, shown: Shown, moveFocus: boolean): void {
  let left = new AbortController();
  let moves = moveFocus;
  const go = () => {
    left.abort();
    left = new AbortController();
    const place = placeOf(location.hash);
    const all = viewsOf(shown.session);
    const view = place.view === '' ? all[0] : all.find(({ name }) => name === place.view);
    frame.mark(view?.name ?? '');
    const context = { ...shown, place, until: left.signal, showAgain: go };
    void showView(frame, view, context, moves);
    moves = true;
  };
  window.addEventListener('hashchange', () => {
    shown.notices.turn();
    go();
  });
  go();
}

async function showView(
  frame: Frame,
  view: View | undefined,
  context: ViewContext & { readonly place: Place },
  moveFocus: boolean,
): Promise<void> {
  const { main } = frame;
  if (!view) {
    const start = h('a', { class: 'button main', href: address([]) }, texts.frame.toStart);
    const row = h('div', { class: 'row' }, start);
    return replace(main, h('div', { class: 'stack' }, h('h1', {}, texts.frame.notFound), row));
  }
  main.setAttribute('aria-busy', 'true');
  const retry = () => void showView(frame, view, context, true);
  let content: Node;
  try {
    content = await view.show(context);
  } catch (error) {
    if (isEnded(error)) return;
    content = message(sayFailure(error), texts.frame.retry, retry);
  }
  if (context.until.aborted) return;
  main.removeAttribute('aria-busy');
  replace(main, content);
  window.scrollTo(0, 0);
  const heading = main.querySelector('h1');
  document.title = `${heading?.textContent || texts.nav[view.name]} · ${texts.frame.product}`;
  if (moveFocus) focusHeading(main);
}

function message(text: string, action: string, onPress: () => void): HTMLElement {
  return h(
    'div',
    { class: 'stack' },
    h('h1', {}, texts.frame.viewFailed),
    h('p', { dir: 'auto' }, text),
    button({ label: action, kind: 'main', onPress }),
  );
}
