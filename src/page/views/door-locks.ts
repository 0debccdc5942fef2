/** Locks: how each one stands, and what can be done with it. */
import { button } from '../components/button.ts';
import { confirmed } from '../components/dialog.ts';
import { h, replace } from '../dom.ts';
import { setDisabled, setHidden } from '../focus.ts';
import { icon } from '../icons.ts';
import { labelOf } from '../names.ts';
import type { DoorMode, LockName, LockStatus } from '../panel-types.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { askEmergency, endEmergency, endEveryEmergency } from './door-emergency.ts';
import { type LockState, stateOf } from './lock-state.ts';

const modes = ['normal', 'free', 'blocked'] as const;
const numbers = { first: 1, second: 2, all: 0 } as const;

/** A card for each lock of the panel, and what concerns all of them. */
export function lockCards(context: ViewContext): HTMLElement {
  const words = texts.door;
  const cards = h('div', { class: 'locks' });
  const all = allButtons(context);
  const waiting = h('p', { class: 'hint' }, words.waiting);
  const updates = new Map<LockName, (lock: LockStatus, aheadMs: number) => void>();
  context.live.status.follow((status) => {
    if (!status) return;
    waiting.hidden = true;
    const names = status.locks.map(({ name }) => name);
    if (names.join() !== [...updates.keys()].join()) {
      updates.clear();
      const made = status.locks.map((lock) => lockCard(lock.name, context));
      for (const { name, update } of made) updates.set(name, update);
      replace(
        cards,
        made.map(({ element }) => element),
      );
    }
    all.update(status.locks);
    for (const lock of status.locks) updates.get(lock.name)?.(lock, status.nowMs - Date.now());
  }, context.until);
  return h(
    'section',
    { class: 'stack', 'aria-labelledby': 'locks' },
    h('h2', { id: 'locks', class: 'unseen' }, words.locks),
    waiting,
    cards,
    context.mayChange && all.element,
  );
}

/** What concerns every lock. */
function allButtons(context: ViewContext) {
  let names: readonly LockName[] = [];
  const openAll = button({
    label: texts.door.openAll,
    icon: 'unlocked',
    onPress: () => open('all', context),
  });
  const end = button({
    label: texts.door.emergency.endAll,
    kind: 'main',
    onPress: () => endEveryEmergency(context),
  });
  const emergency = button({
    label: texts.door.emergency.button,
    icon: 'alert',
    kind: 'danger',
    onPress: () => askEmergency(names, context),
  });
  return {
    element: h('div', { class: 'row' }, openAll, end, emergency),
    update(locks: readonly LockStatus[]) {
      names = locks.map(({ name }) => name);
      const inEmergency = locks.filter(({ emergencyUntilMs }) => emergencyUntilMs !== null);
      setHidden(end, inEmergency.length < 2);
      setHidden(openAll, locks.length < 2 || inEmergency.length > 0);
    },
  };
}

function nameOf(lock: LockName | 'all', { setup }: ViewContext): string {
  return lock === 'all' ? texts.locks.all : labelOf(setup.get(), 'lock', lock);
}

function open(lock: LockName | 'all', context: ViewContext): Promise<boolean> {
  const words = texts.door;
  const name = nameOf(lock, context);
  // A GET that opens a door: the panel API has it so.
  const path = `/api/v1/access/general/lock/open/remote/accepted/${numbers[lock]}`;
  return context.notices.perform({
    what: lock === 'all' ? words.openAllLocks : words.openOne(name),
    run: () => context.api.act('GET', path),
    done: lock === 'all' ? words.allOpened : words.opened(name),
    now: context.until,
  });
}

function lockCard(name: LockName, context: ViewContext) {
  const shownName = nameOf(name, context);
  const state = stateLine(context);
  const mode = context.mayChange ? modeButtons(name, context) : modeBadge();
  const openIt = button({
    label: texts.door.open,
    icon: 'unlocked',
    kind: 'main',
    onPress: () => open(name, context),
  });
  const end = button({
    label: texts.door.emergency.end,
    kind: 'main',
    onPress: () => endEmergency(name, shownName, context),
  });
  const element = h(
    'section',
    { class: 'card lock stack', 'aria-label': shownName, 'data-lock': name },
    h('h3', { dir: 'auto', class: 'clip' }, shownName),
    state.element,
    context.mayChange && [openIt, end],
    mode.element,
  );
  function update(lock: LockStatus, aheadMs: number): void {
    const now = stateOf(lock);
    element.dataset.state = now.kind;
    const isEmergency = lock.emergencyUntilMs !== null;
    setHidden(end, !isEmergency);
    setHidden(openIt, isEmergency);
    setDisabled(openIt, ['blocked', 'free', 'fire'].includes(now.kind));
    state.show(now, aheadMs);
    mode.show(lock.mode);
  }
  return { name, element, update };
}

/** The state in a word, and how long it lasts. */
function stateLine({ times, until }: ViewContext) {
  const word = h('strong', {});
  const left = h('span', { class: 'hint' });
  const picture = h('span', { class: 'mark' });
  let shown: LockState | undefined;
  let aheadMs = 0;
  const tick = () => {
    left.textContent = leftOf(shown, aheadMs, times.minute);
  };
  const timer = setInterval(tick, 500);
  until.addEventListener('abort', () => clearInterval(timer));
  return {
    element: h('p', { class: 'lock-state' }, picture, h('span', {}, word, ' ', left)),
    show(state: LockState, ahead: number) {
      if (state.kind !== shown?.kind) {
        replace(picture, icon(state.icon));
        word.textContent = texts.door.state[state.kind];
      }
      shown = state;
      aheadMs = ahead;
      tick();
    },
  };
}

const minutesMs = 120_000;

function leftOf(
  state: LockState | undefined,
  aheadMs: number,
  minute: (ms: number) => string,
): string {
  if (state?.untilMs === undefined) return '';
  const leftMs = state.untilMs - (Date.now() + aheadMs);
  if (leftMs > minutesMs) return texts.door.until(minute(state.untilMs));
  return leftMs > 0 ? texts.door.left(Math.ceil(leftMs / 1000)) : '';
}

/** For those who may only look. */
function modeBadge() {
  const badge = h('span', { class: 'badge' });
  return {
    element: h('div', {}, badge),
    show(now: DoorMode) {
      badge.textContent = texts.door.mode(texts.door.modes[now]);
    },
  };
}

function modeButtons(name: LockName, context: ViewContext) {
  const shownName = nameOf(name, context);
  const buttons = modes.map((mode) => {
    const element = button({
      label: texts.door.modes[mode],
      onPress: () => setMode(name, mode, element, context),
    });
    return { mode, element };
  });
  return {
    element: h(
      'div',
      { class: 'segments', role: 'group', 'aria-label': texts.door.modeOf(shownName) },
      buttons.map(({ element }) => element),
    ),
    show(now: DoorMode) {
      for (const { mode, element } of buttons) {
        element.setAttribute('aria-pressed', String(mode === now));
      }
    },
  };
}

async function setMode(
  lock: LockName,
  mode: DoorMode,
  pressed: HTMLElement,
  context: ViewContext,
): Promise<void> {
  if (pressed.getAttribute('aria-pressed') === 'true') return;
  const name = nameOf(lock, context);
  const asked = { normal: undefined, free: texts.door.askFree, blocked: texts.door.askBlocked };
  const question = asked[mode];
  if (question) {
    const { text, action } = question;
    const isWanted = await confirmed({ title: question.title(name), text, action, kind: 'danger' });
    if (!isWanted) return;
  }
  const word = texts.door.modes[mode];
  await context.notices.perform({
    what: texts.door.setMode(name, word),
    run: () => context.api.act('POST', '/api/v1/access/door/mode', { lock, mode }),
    done: texts.door.modeIsSet(name, word),
    now: context.until,
  });
}
