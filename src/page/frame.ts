/** What stands around every view: name of the panel, navigation, connection, account, notices. */
import { button } from './components/button.ts';
import { openDialog } from './components/dialog.ts';
import { choiceField } from './components/field.ts';
import { h } from './dom.ts';
import { icon } from './icons.ts';
import type { Link } from './live.ts';
import type { Notices } from './notices.ts';
import { address } from './router.ts';
import type { Session } from './session.ts';
import type { Signal } from './signal.ts';
import { texts } from './texts.ts';
import { chooseTheme, chosenTheme, themes } from './theme.ts';
import { type View, views } from './views.ts';

/** What the frame shows. */
interface FrameParts {
  readonly session: Session;
  readonly title: Signal<string>;
  readonly link: Signal<Link>;
  readonly notices: Notices;
  readonly signOut: () => Promise<void>;
  readonly changePassword: () => void;
  readonly until: AbortSignal;
}

/** A frame on the page. */
export interface Frame {
  /** Where views go. */
  readonly main: HTMLElement;
  /** Marks the view that is shown. */
  readonly mark: (view: string) => void;
}

/** Views that an account may see. */
export function viewsOf({ role }: Pick<Session, 'role'>): readonly View[] {
  return views.filter(({ adminOnly }) => !adminOnly || role === 'admin');
}

/** Puts the frame on the page. */
export function showFrame(parts: FrameParts): Frame {
  const main = h('main', { id: 'main', tabindex: -1 });
  const links = viewsOf(parts.session).map((view) => ({ view, link: linkTo(view) }));
  const skip = h('a', { class: 'skip', href: '#main' }, texts.frame.skip);
  skip.addEventListener('click', (event) => {
    event.preventDefault();
    main.focus();
  });
  document.body.className = 'framed';
  document.body.replaceChildren(
    skip,
    header(parts),
    h(
      'nav',
      { class: 'views', 'aria-label': texts.frame.views },
      links.map(({ link }) => link),
    ),
    main,
    parts.notices.element,
  );
  return {
    main,
    mark(name) {
      for (const { view, link } of links) {
        if (view.name === name) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
    },
  };
}

function linkTo({ name, icon: picture }: View): HTMLElement {
  return h('a', { href: address([name]) }, icon(picture), h('span', {}, texts.nav[name]));
}

function header(parts: FrameParts): HTMLElement {
  const { title, until } = parts;
  const name = h('strong', { class: 'device', dir: 'auto' });
  title.follow((text) => {
    name.textContent = text;
  }, until);
  return h(
    'header',
    { class: 'top' },
    h('div', { class: 'brand' }, icon('door'), name),
    connection(parts),
    button({
      label: texts.frame.account,
      icon: 'account',
      iconOnly: true,
      kind: 'quiet',
      onPress: () => void openAccount(parts),
    }),
    lostBanner(parts),
  );
}

function connection({ link, until }: FrameParts): HTMLElement {
  const dot = h('span', { class: 'link', role: 'img' });
  link.follow((state) => {
    dot.dataset.state = state;
    dot.setAttribute('aria-label', texts.frame.link[state]);
    dot.title = texts.frame.link[state];
  }, until);
  return dot;
}

function lostBanner({ link, notices, until }: FrameParts): HTMLElement {
  const banner = h('p', { class: 'banner', role: 'status' });
  let wasLost = false;
  link.follow((state) => {
    if (state === 'live' && wasLost) notices.mention(texts.frame.link.back);
    wasLost = state === 'lost';
    banner.textContent = wasLost ? texts.frame.link.lost : '';
  }, until);
  return banner;
}

async function openAccount({ session, signOut, changePassword }: FrameParts): Promise<void> {
  const { closed } = openDialog(texts.frame.account, ({ close }) => {
    const theme = choiceField({
      label: texts.frame.theme.label,
      value: chosenTheme(),
      choices: themes.map((value) => ({ value, label: texts.frame.theme[value] })),
    });
    theme.input.addEventListener('change', () => {
      const chosen = themes.find((one) => one === theme.value());
      if (chosen) chooseTheme(chosen);
    });
    return [
      h('p', { dir: 'auto' }, texts.frame.signedInAs(session.name)),
      session.role === 'manager' && h('p', { class: 'hint' }, texts.frame.lookOnly),
      theme.element,
      h('p', {}, h('a', { href: '/docs' }, texts.frame.api)),
      h(
        'div',
        { class: 'row' },
        session.role === 'admin' &&
          button({ label: texts.password.action, onPress: () => close('password') }),
        button({ label: texts.frame.signOut, onPress: signOut }),
        button({ label: texts.frame.close, kind: 'quiet', onPress: () => close() }),
      ),
    ];
  });
  if ((await closed) === 'password') changePassword();
}
