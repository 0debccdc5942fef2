/** Passages per day and per hour as pictures. */
import { type Bar, barPicture } from '../components/bars.ts';
import { choiceField } from '../components/field.ts';
import { h, replace } from '../dom.ts';
import { isEnded } from '../failure.ts';
import { texts } from '../texts.ts';
import type { Times } from '../times.ts';
import type { ViewContext } from '../views.ts';
import { startOfDay } from '../zone.ts';

interface Tally {
  readonly day: string;
  readonly hour: number | null;
  readonly granted: number;
  readonly refused: number;
}

const shownDays = 30;
const tickDays = 7;
const hours = 24;

/** Both pictures, filled when the panel has counted. It counts once, by the hour. */
export function passages(context: ViewContext): HTMLElement {
  const { times, live } = context;
  const today = times.day(live.status.get()?.nowMs ?? Date.now());
  const days = Array.from({ length: shownDays }, (_, index) =>
    times.day(startOfDay(today, times.zone, index + 1 - shownDays)),
  );
  const perDay = h('div', {}, texts.frame.loading);
  const perHour = h('div', {});
  const day = choiceField({
    label: texts.log.day,
    value: today,
    choices: days
      .toReversed()
      .map((value) => ({ value, label: times.date(startOfDay(value, times.zone, 0)) })),
  });
  let tallies: readonly Tally[] | undefined;
  const showHours = () => tallies && replace(perHour, byHour(day.value(), tallies, times));
  day.input.addEventListener('change', showHours);
  const all = h('div', { class: 'stack' }, perDay, day.element, perHour);
  const draw = () => {
    all.setAttribute('aria-busy', 'true');
    count(context, days)
      .then((counted) => {
        tallies = counted;
        replace(perDay, byDay(days, counted, times));
        showHours();
      })
      .catch((error: unknown) => {
        if (!isEnded(error)) context.notices.failed(texts.log.passages, error, draw);
      })
      .finally(() => all.removeAttribute('aria-busy'));
  };
  draw();
  return all;
}

function count(
  { api, times, until }: ViewContext,
  days: readonly string[],
): Promise<readonly Tally[]> {
  const query = {
    by: 'hour',
    from: startOfDay(days[0] ?? '', times.zone, 0),
    to: startOfDay(days.at(-1) ?? '', times.zone, 1) - 1,
  };
  return api
    .read<{ list_items: readonly Tally[] }>('/api/v1/log/passages', {
      query,
      signal: until,
      timeoutMs: 600_000,
    })
    .then(({ list_items }) => list_items);
}

function byDay(days: readonly string[], tallies: readonly Tally[], times: Times): Node {
  const bars = days.map((day, index): Bar => {
    return {
      label: times.date(startOfDay(day, times.zone, 0)),
      tick:
        (days.length - 1 - index) % tickDays === 0
          ? times.dayMonth(startOfDay(day, times.zone, 0))
          : '',
      ...sums(tallies.filter((one) => one.day === day)),
    };
  });
  return picture(texts.log.perDay(shownDays), bars, texts.log.day);
}

function byHour(day: string, tallies: readonly Tally[], times: Times): Node {
  const bars = Array.from({ length: hours }, (_, hour): Bar => {
    const label = `${String(hour).padStart(2, '0')}:00`;
    const within = tallies.filter((one) => one.day === day && one.hour === hour);
    return { label, tick: hour % 6 === 0 ? label : '', ...sums(within) };
  });
  const name = times.date(startOfDay(day, times.zone, 0));
  return picture(texts.log.perHour(name), bars, texts.log.hour);
}

function sums(tallies: readonly Tally[]) {
  const sum = (of: 'granted' | 'refused') => tallies.reduce((all, one) => all + one[of], 0);
  return { lower: sum('granted'), upper: sum('refused') };
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
