/** Every view: its place in the address, its name, and what shows it. */
import type { Api } from './api.ts';
import type { IconName } from './icons.ts';
import type { Live } from './live.ts';
import type { Notices } from './notices.ts';
import type { Place } from './router.ts';
import type { Session } from './session.ts';
import type { Setup } from './setup.ts';
import type { Signal } from './signal.ts';
import type { texts } from './texts.ts';
import type { Times } from './times.ts';
import { show as door } from './views/door.ts';
import { show as identifiers } from './views/identifiers.ts';
import { show as log } from './views/log.ts';
import { show as panel } from './views/panel.ts';
import { show as profiles } from './views/profiles.ts';
import { show as readers } from './views/readers.ts';

/** What a view works with. */
export interface ViewContext {
  readonly api: Api;
  readonly session: Session;
  /** Takes the place of the session, for the same account; calls that are refused wait for it. */
  readonly renewSession: (fresh: Promise<Session>) => Promise<void>;
  /** Whether the account may change things; hide or disable what it may not. */
  readonly mayChange: boolean;
  readonly live: Live;
  readonly times: Times;
  readonly notices: Notices;
  /** Facts of the panel: its name, its zone, names that people gave. */
  readonly setup: Signal<Setup>;
  /** Shows the view once more, from the beginning. */
  readonly showAgain: () => void;
  /** Where in the page: `#/log/12?category=access` is view `log`, rest `['12']`. */
  readonly place: Place;
  /** Fires when the view is left: end listeners, timers and calls by it. */
  readonly until: AbortSignal;
}

/** One view. */
export interface View {
  readonly name: keyof typeof texts.nav;
  readonly icon: IconName;
  /** Shown to administrators only. */
  readonly adminOnly?: boolean;
  /** Makes the view; its first heading is a `h1`. What it rejects with is shown with Retry. */
  readonly show: (context: ViewContext) => Node | Promise<Node>;
}

/** In the order of the navigation; the first is where one begins. */
export const views: readonly View[] = [
  { name: 'door', icon: 'door', show: door },
  { name: 'identifiers', icon: 'identifiers', show: identifiers },
  { name: 'profiles', icon: 'profiles', show: profiles },
  { name: 'log', icon: 'log', show: log },
  { name: 'readers', icon: 'readers', show: readers },
  { name: 'panel', icon: 'panel', show: panel },
];
