/** Passages per day and per hour as pictures. */
import { type Bar, barPicture } from '../components/bars.ts';
import { choiceField } from '../components/field.ts';
import { h, replace } from '../dom.ts';
import { isEnded } from '../failure.ts';
import type { Notices } from '../notices.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { startOfDay } from '../zone.ts';

interface Tally {
  readonly day: string;
  readonly hour: number | null;
  readonly granted: number;
  readonly refused: number;
}

const shownDays = 30;
const hours = 24;

/** Both pictures, filled as the panel counts. */
export function passages(context: ViewContext): HTMLElement {
  const { times, live } = context;
  const today = times.day(live.status.get()?.nowMs ?? Date.now());
  const days = Array.from({ length: shownDays }, (_, index) =>
    times.day(startOfDay(today, times.zone, index + 1 - shownDays)),
  );
  const perDay = h('div', { 'aria-busy': 'true' }, texts.frame.loading);
  const perHour = h('div', {});
  const day = choiceField({
    label: texts.log.day,
    value: today,
    choices: days
      .toReversed()
      .map((value) => ({ value, label: times.date(startOfDay(value, times.zone, 0)) })),
  });
  const showDays = () => draw(perDay, context.notices, () => byDay(days, context));
  const showHours = () => draw(perHour, context.notices, () => byHour(day.value(), context));
  day.input.addEventListener('change', showHours);
  showDays();
  showHours();
  return h('div', { class: 'stack' }, perDay, day.element, perHour);
}

function draw(place: HTMLElement, notices: Notices, make: () => Promise<Node>): void {
  place.setAttribute('aria-busy', 'true');
  make()
    .then((picture) => replace(place, picture))
    .catch((error: unknown) => {
      if (isEnded(error)) return;
      notices.failed(texts.log.passages, error, () => draw(place, notices, make));
    })
    .finally(() => place.removeAttribute('aria-busy'));
}

function count(
  { api, times, until }: ViewContext,
  by: 'hour' | 'day',
  [first, last]: readonly [string, string],
): Promise<readonly Tally[]> {
  const query = {
    by,
    from: startOfDay(first, times.zone, 0),
    to: startOfDay(last, times.zone, 1) - 1,
  };
  return api
    .read<{ list_items: readonly Tally[] }>('/api/v1/log/passages', {
      query,
      signal: until,
      timeoutMs: 90_000,
    })
    .then(({ list_items }) => list_items);
}

async function byDay(days: readonly string[], context: ViewContext): Promise<Node> {
  const { times } = context;
  const tallies = await count(context, 'day', [days[0] ?? '', days.at(-1) ?? '']);
  const bars = days.map((day, index): Bar => {
    const tally = tallies.find((one) => one.day === day);
    return {
      label: times.date(startOfDay(day, times.zone, 0)),
      tick: (days.length - 1 - index) % 5 === 0 ? day.slice(8).replace(/^0/, '') : '',
      ...sums(tally),
    };
  });
  return picture(texts.log.perDay(shownDays), bars, texts.log.day);
}

async function byHour(day: string, context: ViewContext): Promise<Node> {
  const tallies = await count(context, 'hour', [day, day]);
  const bars = Array.from({ length: hours }, (_, hour): Bar => {
    const tally = tallies.find((one) => one.hour === hour);
    const label = `${String(hour).padStart(2, '0')}:00`;
    return { label, tick: hour % 6 === 0 ? label : '', ...sums(tally) };
  });
  const name = context.times.date(startOfDay(day, context.times.zone, 0));
  return picture(texts.log.perHour(name), bars, texts.log.hour);
}

function sums(tally: Tally | undefined) {
  return { lower: tally?.granted ?? 0, upper: tally?.refused ?? 0 };
}

function picture(title: string, bars: readonly Bar[], when: string): Node {
  const { granted, refused, asTable, sum } = texts.log;
  const total = (pick: (bar: Bar) => number) => bars.reduce((all, bar) => all + pick(bar), 0);
  return barPicture({
    title,
    bars,
    summary: `${title}: ${sum(
      total(({ lower }) => lower),
      total(({ upper }) => upper),
    )}`,
    words: { when, lower: granted, upper: refused, asTable },
  });
}
